import { RegistryError } from "../../registry/errors";
import type { Actor, TopologyRegistry } from "../../registry/registry";
import { parkedAddressOf } from "../parked";
import type { Trace } from "./trace";

/** The display name of what a dress rehearsal makes. */
export const MARK = "Throw-away of a dress rehearsal";

/** Gives back what a dress rehearsal took and removes what it made, as far as it came. Done again, it changes nothing. */
export async function giveBack(
  { sipAddress, poolFqdn, made, snapshot }: Trace,
  registry: TopologyRegistry,
  by: Actor,
): Promise<void> {
  const endpoint = await registry.get("endpoint", sipAddress);
  if (endpoint?.record.poolFqdn === poolFqdn && endpoint.record.displayName === MARK)
    await registry.remove("endpoint", sipAddress, endpoint, by);
  if (snapshot) await registry.restoreUser(snapshot, by);
  if (!made) return;
  const user = await registry.get("sip-user", sipAddress);
  // Somebody else may have made a user there before the rehearsal could.
  if (user?.record.displayName === MARK && user.managedBy === undefined)
    await registry.remove("sip-user", sipAddress, user, by);
}

/** What is left of a dress rehearsal that could not be given back, and why. */
export function notGivenBack(cutover: string, { sipAddress }: Trace, error: unknown): RegistryError {
  const cause = error instanceof Error ? error.message : String(error);
  return new RegistryError(
    "unavailable",
    `cannot give back what the dress rehearsal of cutover '${cutover}' took: ${cause}; the throw-away user may still be at '${parkedAddressOf(sipAddress)}', or a legacy endpoint hold '${sipAddress}': put that right and run the rehearsal again, which gives back first`,
    { cause: error },
  );
}
