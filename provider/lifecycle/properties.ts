import { isDeepStrictEqual } from "node:util";

/** Properties of a resource as the host passes them: plain JSON values. */
export type Properties = Record<string, unknown>;

/** The keys that are the package's or the host's own, beside the arguments of a resource. */
export interface Envelope {
  /** Which kind of resource the properties are of; one loader serves all kinds. */
  __kind: string;
  __provider: string;
}

/** The value at a path such as `settings.port`, or `undefined`. */
export function valueAt(properties: unknown, path: string): unknown {
  let value = properties;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Properties)[key];
  }
  return value;
}

/** Those of the paths that have a value, as an object of the same nesting. */
export function pick(properties: unknown, paths: readonly string[]): Properties {
  const picked: Properties = {};
  for (const path of paths) {
    const value = valueAt(properties, path);
    if (value !== undefined) put(picked, path, value);
  }
  return picked;
}

/** Those of the paths whose values differ. */
export function differing(left: unknown, right: unknown, paths: readonly string[]): string[] {
  return paths.filter((path) => !isDeepStrictEqual(valueAt(left, path), valueAt(right, path)));
}

/**
 * A deep copy without `undefined`, which the host's transport refuses only after the work is done
 * (`Unexpected struct type`, and the record that was made is lost to state).
 */
export function toJson(properties: object): Properties {
  return JSON.parse(JSON.stringify(properties)) as Properties;
}

/** Sets the value at a path, and makes the objects on the way. */
export function put(target: Properties, path: string, value: unknown): void {
  const [head = "", ...rest] = path.split(".");
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  target[head] ??= {};
  put(target[head] as Properties, rest.join("."), value);
}
