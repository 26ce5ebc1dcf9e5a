import { isDeepStrictEqual } from "node:util";
import { isRegistryError } from "../registry/errors";
import type { Kind } from "../registry/records";
import type { Change, Stored, TopologyRegistry } from "../registry/registry";
import { fieldsOf } from "./fields";

/** All that a registry remembers of a record, oldest first; empty where it keeps no history, or knows nothing of the record. */
export async function historyOf(
  registry: Pick<TopologyRegistry, "capabilities" | "history">,
  kind: Kind,
  key: string,
): Promise<Change[]> {
  if (!registry.capabilities.history) return [];
  try {
    return await registry.history(kind, key);
  } catch (error) {
    if (isRegistryError(error, "unsupported")) return [];
    throw error;
  }
}

/** The last change that set a field of a record, or removed the record; `undefined` where none is remembered. */
function lastChangeOf(history: readonly Change[], path: string): Change | undefined {
  return history.findLast(
    ({ action, from, to }) =>
      action === "remove" || !isDeepStrictEqual(fieldsOf(from).get(path), fieldsOf(to).get(path)),
  );
}

/** Who made a record what it is, and when. */
export type Author = Pick<Change, "by" | "at">;

/**
 * Who gave a field of a record the value that it has; `undefined` where the history has another value for it: somebody wrote
 * past the registry.
 */
export function authorOf(history: readonly Change[], path: string, live: Stored): Author | undefined {
  const last = lastChangeOf(history, path);
  if (last?.to === undefined) return undefined;
  const isSame = isDeepStrictEqual(fieldsOf(last.to).get(path), fieldsOf(live.record).get(path));
  return isSame ? last : undefined;
}

/** Who removed a record that is not there; `undefined` where the history does not end so. */
export function removerOf(history: readonly Change[]): Author | undefined {
  const last = history.at(-1);
  return last?.action === "remove" ? last : undefined;
}

/** Who made or claimed a record as it is now. */
export function makerOf(history: readonly Change[], { incarnation }: Stored): Author | undefined {
  return history.find((change) => change.incarnation === incarnation);
}
