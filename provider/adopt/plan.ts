import type { Problem } from "../lifecycle/kind";
import type { Properties } from "../lifecycle/properties";
import type { Stored } from "../registry/registry";
import { argumentsOf, type DeclaredArguments, notDeclarable } from "./arguments";
import { type Adopter, choose, type LeftOut, ownerPrefix } from "./choice";
import { type Lookup, lookupsOf } from "./lookups";
import { namesOf } from "./names";

/** A record that a stack adopts. */
export interface Adoption {
  stored: Stored;
  /** Logical name of the resource that declares it. */
  name: string;
  /** The owner that the record gets. */
  managedBy: string;
  /** Its arguments. */
  given: Properties;
  /** Arguments that no program may have as the record has them. */
  unmanaged: Problem[];
}

export interface AdoptionPlan {
  /** In the order of the records. */
  adoptions: Adoption[];
  /** What the program must look up beside them. */
  lookups: Lookup[];
  leftOut: LeftOut[];
  /** The patterns that name nothing. */
  unmatched: string[];
}

/**
 * Which records a stack adopts, and under which names. What belongs to a resource of this stack already that state does not know,
 * because an earlier run was cut off or somebody had state forget it, keeps that resource's name.
 */
export function planAdoption(
  records: readonly Stored[],
  adopter: Adopter,
  patterns: readonly string[],
): AdoptionPlan {
  const { chosen, leftOut, unmatched } = choose(records, adopter, patterns);
  const declarable: Pick<Adoption, "stored" | "given" | "unmanaged">[] = [];
  const refused: LeftOut[] = [];
  for (const stored of chosen) {
    const { kind, key } = stored;
    const said = argumentsOf(stored);
    if ("given" in said) declarable.push({ stored, ...withOneDefault(said, adopter) });
    else refused.push({ kind, key, reason: notDeclarable(said) });
  }
  const owner = ownerPrefix(adopter);
  const taken = new Set(adopter.state.resources.map(({ name }) => name));
  const kept = new Set(taken);
  const nameless = declarable.map(({ stored: { kind, key, managedBy } }) => {
    const name = managedBy?.slice(owner.length);
    if (!name || kept.has(name)) return { kind, key };
    kept.add(name);
    return { kind, key, name };
  });
  const names = namesOf(nameless, taken);
  const adoptions = declarable.map((one, place) => {
    const name = names[place] ?? "";
    return { ...one, name, managedBy: owner + name };
  });
  return {
    adoptions,
    lookups: lookupsOf(records, adoptions, adopter),
    leftOut: [...leftOut, ...refused],
    unmatched,
  };
}

/** Leaves `isDefault: true` out where the stack declares another SIP domain as the default: a program may have one only. */
function withOneDefault(
  { given, leftOut }: DeclaredArguments,
  { state }: Adopter,
): Pick<Adoption, "given" | "unmanaged"> {
  if (given.isDefault !== true) return { given, unmanaged: leftOut };
  const other = state.resources.find(
    ({ kind, provider, external, inputs }) =>
      kind === "sip-domain" && provider === undefined && !external && inputs.isDefault === true,
  );
  if (other === undefined) return { given, unmanaged: leftOut };
  const { isDefault, ...rest } = given;
  const problem = `this stack declares '${other.id}' ('${other.name}') as the default, and there is one only`;
  return { given: rest, unmanaged: [...leftOut, { path: "isDefault", problem }] };
}
