import { isIncarnation, type Stored } from "../registry/registry";
import type { ResourceKind } from "./kind";
import { type Properties, pick, put, toJson, valueAt } from "./properties";

/**
 * The outputs of a resource: its inputs, what follows from the record, and under `effective` what the store has for the
 * fields that the program left out.
 */
export function outputsOf(kind: ResourceKind, inputs: Properties, stored: Stored): Properties {
  const unmanaged = kind.managed.filter((path) => !managedPaths(kind, inputs).includes(path));
  const { __provider, ...kept } = inputs;
  return toJson({
    ...kept,
    ...kind.computed(stored.record),
    effective: withSecrets(kind, pick(stored.record, unmanaged)),
    revision: stored.revision,
    incarnation: stored.incarnation,
  });
}

// How the engine marks a secret on the wire (sdk/go/common/resource/sig of pulumi/pulumi).
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/** A value that state keeps encrypted and no output shows. */
export function secret(value: unknown): Properties {
  return { ...SECRET, value };
}

/** Marks free text as secret: it may be what the program once declared as a secret, and then left out. */
function withSecrets(kind: ResourceKind, effective: Properties): Properties {
  for (const path of kind.freeText) {
    const value = valueAt(effective, path);
    if (value !== undefined) put(effective, path, secret(value));
  }
  return effective;
}

/** The inputs that a program would have given to arrive at the live record, for the fields that it manages. */
export function inputsFromLive(kind: ResourceKind, props: Properties, stored: Stored): Properties {
  const { __kind, managedBy, adopt } = props;
  const fields = [kind.identity, ...kind.fixed, ...managedPaths(kind, props)];
  return toJson({ ...pick(stored.record, fields), __kind, managedBy, adopt });
}

/**
 * The incarnation that a refreshed state keeps: the one that its resource made or claimed, never the record's own. State may
 * hold two copies of a resource, one of them waiting for its delete (a replacement that was cut off); given the record's
 * incarnation, the delete would remove what the other copy stands for. `__superseded` has the next update catch up.
 */
export function incarnationOf(props: Properties, stored: Stored): Properties {
  const { incarnation } = props;
  if (incarnation === undefined) return {};
  if (isIncarnation(incarnation, stored)) return { incarnation };
  return { incarnation, __superseded: true };
}

/** The mark that the record was not made by this stack, which it keeps for good: a delete may have to leave it alone. */
export function adoptionOf({ __adopted }: Properties): Properties {
  return __adopted === true ? { __adopted } : {};
}

/** The paths that the program gave a value to; the store's value of any other is nobody's concern. */
export function managedPaths(kind: ResourceKind, inputs: Properties): string[] {
  const given = pick(inputs, kind.managed);
  return kind.managed.filter((path) => Object.keys(pick(given, [path])).length > 0);
}
