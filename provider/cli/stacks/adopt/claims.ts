import type { Adoption } from "../../../adopt/plan";
import { isRegistryError, RegistryError } from "../../../registry/errors";
import { named } from "../../../registry/failures";
import type { Stored, TopologyRegistry } from "../../../registry/registry";

/** Whether a record is to be claimed: it is not yet, and is of a kind that belongs to resources at all. */
export function needsClaim(
  { stored, managedBy }: Adoption,
  { capabilities }: Pick<TopologyRegistry, "capabilities">,
): boolean {
  return !capabilities.observed.includes(stored.kind) && stored.managedBy !== managedBy;
}

/**
 * Claims what is to be claimed, and gives all adoptions with the records as they are then. Fails as `claim` does; what was claimed
 * stays so, and the next run goes on with it.
 */
export async function claimAll(
  adoptions: readonly Adoption[],
  registry: Pick<TopologyRegistry, "capabilities" | "claim">,
  operator: string,
): Promise<Adoption[]> {
  // All at once, since a registry whose reads cost seconds shares one among many; none is left under way when one fails.
  const claimed = await Promise.allSettled(
    adoptions.map(async (adoption) => {
      if (!needsClaim(adoption, registry)) return adoption;
      const { stored, managedBy } = adoption;
      const by = { managedBy, operator };
      return { ...adoption, stored: await registry.claim(stored.kind, stored.key, stored.revision, by) };
    }),
  );
  return claimed.map((one, place) => {
    if (one.status === "rejected") throw refused(one.reason, adoptions[place]?.stored);
    return one.value;
  });
}

function refused(reason: unknown, stored: Stored | undefined): unknown {
  const isMoved = isRegistryError(reason, "conflict") || isRegistryError(reason, "not-found");
  if (!isMoved || stored === undefined) return reason;
  return new RegistryError(
    reason.code,
    `cannot adopt ${named(stored.kind, stored.key)}: somebody else changed, claimed or removed it meanwhile; give the same command again, which goes on with what is left`,
    { cause: reason },
  );
}
