import { RegistryError } from "../registry/errors";
import { KIND_LABELS } from "../registry/records";
import type { Stored } from "../registry/registry";
import type { AdoptPolicy } from "./check";
import type { ResourceKind } from "./kind";
import { differing, type Properties, valueAt } from "./properties";
import { managedPaths } from "./results";

/** Refuses a create that met a record which is not ours, unless the resource's `adopt` says to take it. */
export function assertAdoptable(kind: ResourceKind, live: Stored, inputs: Properties): void {
  const policy = (inputs.adopt as AdoptPolicy | undefined) ?? "fail";
  const what = `${KIND_LABELS[kind.kind]} '${live.key}'`;
  if (policy === "take-over") return;
  if (policy === "fail") {
    const owner = live.managedBy
      ? `is managed by '${live.managedBy}'${sameStack(live, inputs)}`
      : "nobody manages it";
    throw new RegistryError(
      "already-exists",
      `cannot create ${what}: it exists and ${owner}; to take it into this stack add adopt: "match" (when it is as declared) or adopt: "take-over" (whatever it is)`,
    );
  }
  const mismatches = differing(live.record, inputs, [...kind.fixed, ...managedPaths(kind, inputs)]);
  if (mismatches.length === 0) return;
  const list = mismatches.map((path) => describe(kind, live, path)).join("; ");
  throw new RegistryError(
    "already-exists",
    `cannot adopt ${what}: it exists and is not as declared: ${list}; declare it as it is, or change it with adopt: "take-over"`,
  );
}

/** Refuses to manage a record whose fixed fields are not as declared; no write could make them so. */
export function assertFixed(kind: ResourceKind, verb: string, live: Stored, inputs: Properties): void {
  const [path] = differing(live.record, inputs, kind.fixed);
  if (path === undefined) return;
  throw new RegistryError(
    "invalid",
    `cannot ${verb} ${KIND_LABELS[kind.kind]} '${live.key}': ${describe(kind, live, path)}, and that never changes; declare it as it is`,
  );
}

/** Refuses to touch a record that somebody else manages. */
export function assertOwner(kind: ResourceKind, verb: string, live: Stored, managedBy: unknown): void {
  if (live.managedBy === undefined || live.managedBy === managedBy) return;
  throw new RegistryError(
    "not-owner",
    `cannot ${verb} ${KIND_LABELS[kind.kind]} '${live.key}': it is managed by '${live.managedBy}' now; remove it from one of the two programs ('pulumi state delete' forgets it here)`,
  );
}

function sameStack(live: Stored, inputs: Properties): string {
  const stack = (owner: unknown) => String(owner).split("/").slice(0, 2).join("/");
  if (stack(live.managedBy) !== stack(inputs.managedBy)) return "";
  return ` of this stack (a renamed resource needs an alias, and adopt as well when it is replaced at the same time; a record that passes from one resource to another needs two steps, giving up first)`;
}

function describe(kind: ResourceKind, live: Stored, path: string): string {
  if (kind.freeText.includes(path)) return `${path} differs`;
  return `${path} is ${JSON.stringify(valueAt(live.record, path)) ?? "not set"}`;
}
