import { isDeepStrictEqual } from "node:util";
import { type Properties, SECRET, type Step } from "./preview";

/** Arguments that say how a resource is handled, and nothing of the topology. */
const HANDLING = ["managedBy", "adopt"];

/**
 * The arguments of a resource, or the fields of a record, that say something of the topology, by path: `settings` is taken apart,
 * a list is one value.
 */
export function fieldsOf(properties: object | undefined): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  const add = (value: object, prefix: string) => {
    for (const [name, inner] of Object.entries(value)) {
      if (inner === undefined || inner === null) continue;
      if (prefix === "" && (HANDLING.includes(name) || name.startsWith("__"))) continue;
      const path = `${prefix}${name}`;
      if (typeof inner === "object" && !Array.isArray(inner)) add(inner, `${path}.`);
      else fields.set(path, inner);
    }
  };
  add(properties ?? {}, "");
  return fields;
}

/** What state says that the registry has for the arguments that are left out. */
export function effectiveOf({ outputs }: Pick<Step, "outputs">): Properties | undefined {
  return outputs?.effective as Properties | undefined;
}

/** A field that is not the same on both sides; what a side does not have is absent there. */
export interface Difference {
  path: string;
  from?: unknown;
  to?: unknown;
}

/** The fields in which two sets of arguments differ, in the order of the first one. */
export function differences(from: Properties | undefined, to: Properties | undefined): Difference[] {
  const [before, after] = [fieldsOf(from), fieldsOf(to)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => !isDeepStrictEqual(before.get(path), after.get(path)))
    .map((path) => ({
      path,
      ...(before.has(path) && { from: before.get(path) }),
      ...(after.has(path) && { to: after.get(path) }),
    }));
}

/** The fields in which a resource differs. A secret is the same text on both sides: that it differs the engine alone can tell. */
export function changesOf({
  before,
  after,
  changed,
}: Pick<Step, "before" | "after" | "changed">): Difference[] {
  const seen = differences(before, after);
  const [from, to] = [fieldsOf(before), fieldsOf(after)];
  const isSecret = (path: string) => from.get(path) === SECRET || to.get(path) === SECRET;
  const paths = new Set([...seen.map(({ path }) => path), ...changed.map(withoutPlace).filter(isSecret)]);
  return [...paths].map((path) =>
    isSecret(path)
      ? { path, from: SECRET, to: SECRET }
      : (seen.find((field) => field.path === path) ?? { path }),
  );
}

/** The path of a list for that of a place in it. */
function withoutPlace(path: string): string {
  return path.replace(/\[.*$/s, "");
}
