import type { Problem } from "../lifecycle/kind";
import type { Properties } from "../lifecycle/properties";
import type { Stored } from "../registry/registry";
import { argumentsOf, notDeclarable } from "./arguments";
import { type Adopter, choose, type LeftOut, ownerPrefix } from "./choice";
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
    if ("given" in said) declarable.push({ stored, given: said.given, unmanaged: said.leftOut });
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
  return {
    adoptions: declarable.map((one, place) => {
      const name = names[place] ?? "";
      return { ...one, name, managedBy: owner + name };
    }),
    leftOut: [...leftOut, ...refused],
    unmatched,
  };
}
