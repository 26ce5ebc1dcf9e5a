import { RegistryError } from "../../../registry/errors";
import { addressHeld, named, unknownPool, unknownSipDomain } from "../../../registry/failures";
import { isSystemEndpoint, type SipAddress, sipDomainOf } from "../../../registry/sip-address";
import type { EndpointList } from "../estate/endpoint-list";
import type { Estate } from "../estate/estate";

const KIND = "endpoint";

/** What must hold before an endpoint is made or led elsewhere; the server is not known to check any of it. */
export interface Wanted {
  verb: "create" | "update";
  sipAddress: SipAddress;
  poolFqdn: string;
}

/** Refuses an address that only the product may use. */
export function assertOwnAddress({ verb, sipAddress }: Wanted): void {
  if (!isSystemEndpoint(sipAddress)) return;
  throw new RegistryError(
    "invalid",
    `cannot ${verb} ${named(KIND, sipAddress)}: addresses of this form are those of the automatic endpoints, which the product makes by itself; declare another one`,
  );
}

/** Refuses an unknown SIP domain, an unknown pool, and an address that a user holds: as they are now. */
export async function assertPossible(estate: Estate, { verb, sipAddress, poolFqdn }: Wanted): Promise<void> {
  const [domains, pools, user] = await Promise.all([
    estate.domains("fresh"),
    estate.poolNames("fresh"),
    estate.users.holderOf(sipAddress),
  ]);
  const domain = sipDomainOf(sipAddress);
  if (!domains.some((known) => known.domain === domain))
    throw unknownSipDomain(verb, KIND, sipAddress, domain);
  if (!pools.includes(poolFqdn)) throw unknownPool(verb, KIND, sipAddress, poolFqdn);
  if (user) throw addressHeld(verb, KIND, sipAddress, { kind: "sip-user", displayName: user.displayName });
}

/** Refuses a pool on which the cmdlets fail, such as one that is half removed. */
export function assertReadable({ unreadable }: EndpointList, { verb, sipAddress, poolFqdn }: Wanted): void {
  const cause = unreadable.get(poolFqdn);
  if (cause === undefined) return;
  throw new RegistryError(
    "unavailable",
    `cannot ${verb} ${named(KIND, sipAddress)}: the endpoints of the pool '${poolFqdn}' cannot be read (${cause.message})`,
    { cause },
  );
}
