import { isDeepStrictEqual } from "node:util";
import { RegistryError } from "../registry/errors";
import { KIND_LABELS } from "../registry/records";
import type { Change, Stored, TopologyRegistry } from "../registry/registry";
import type { ResourceKind } from "./kind";
import { type Properties, valueAt } from "./properties";
import { managedPaths } from "./results";

/**
 * Refuses an update that would undo what somebody else wrote in the meantime: a managed field whose live value is
 * neither what state last saw nor what is wanted. What we wrote ourselves is never a conflict, since an update that was
 * cut off before its answer leaves state behind the record.
 */
export async function assertNoConflict(
  registry: TopologyRegistry,
  kind: ResourceKind,
  live: Stored,
  seen: Properties,
  wanted: Properties,
): Promise<void> {
  const both = managedPaths(kind, seen).filter((path) => managedPaths(kind, wanted).includes(path));
  const suspects = both.filter((path) => {
    const value = valueAt(live.record, path);
    return !isDeepStrictEqual(value, valueAt(seen, path)) && !isDeepStrictEqual(value, valueAt(wanted, path));
  });
  if (suspects.length === 0) return;
  const { history: hasHistory, ownership } = registry.capabilities;
  // A store that keeps no owners gives one only where it knows that this very object was written on its behalf.
  if (!ownership && live.managedBy !== undefined && live.managedBy === wanted.managedBy) return;
  const history = hasHistory ? await registry.history(live.kind, live.key) : [];
  const foreign = suspects.flatMap((path) => {
    const change = lastChangeOf(history, path);
    return change?.by.managedBy !== undefined && change.by.managedBy === wanted.managedBy
      ? []
      : [{ path, change }];
  });
  if (foreign.length === 0) return;
  const what = foreign
    .map(({ path, change }) => (change ? `${path} by ${describe(change)}` : path))
    .join(", ");
  throw new RegistryError(
    "conflict",
    `cannot update ${KIND_LABELS[kind.kind]} '${live.key}': it was changed since this stack last saw it (${what}); run 'pulumi refresh' to see the change, then 'pulumi up' to decide`,
  );
}

function lastChangeOf(history: readonly Change[], path: string): Change | undefined {
  return history.findLast(({ from, to }) => !isDeepStrictEqual(valueAt(from, path), valueAt(to, path)));
}

function describe({ by, at }: Change): string {
  return `${by.managedBy ? `'${by.managedBy}', ${by.operator}` : by.operator}, at ${at}`;
}
