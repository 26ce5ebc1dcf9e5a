import { domainControllers, frontEnds, seenFrom, type View } from "./views";
import type { Change, Holding, World } from "./world";

/**
 * Notes who comes to hold the address that a write takes or gives, in each view and at each moment: what was to come after the
 * write is thought over, and what was by then stays. The writes themselves are forgotten once every view has them.
 */
export function noteHoldings(world: World, now: number): void {
  world.holdings = world.holdings.filter(({ at }) => Date.parse(at) <= now);
  const addresses = addressesOf(world);
  const fresh = [...domainControllers(world), ...frontEnds(world)].flatMap((view) =>
    holdingsIn(view, world, addresses, now),
  );
  world.holdings.push(...fresh.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)));
}

function holdingsIn(view: View, world: World, addresses: readonly string[], now: number): Holding[] {
  const arrivals = world.changes.map((change) => view.arrival(change)).filter((time) => time >= now);
  const moments = [...new Set(arrivals)].sort((one, other) => one - other);
  const last = new Map(addresses.map((address) => [address, lastHolders(view, world, address, now)]));
  return moments.flatMap((time) => {
    const holders = holdersIn(view, world, addresses, time);
    return addresses.flatMap((address) => {
      const next = holders.get(address) ?? [];
      if (next.join("\n") === last.get(address)?.join("\n")) return [];
      last.set(address, next);
      return [{ at: new Date(time).toISOString(), view: view.name, address, holders: next }];
    });
  });
}

/** As it was noted last, or else as it was before the writes that are not noted yet. */
function lastHolders(view: View, world: World, address: string, now: number): string[] {
  const noted = world.holdings.findLast((one) => one.view === view.name && one.address === address);
  return noted?.holders ?? holdersIn(view, world, [address], now - 1).get(address) ?? [];
}

function holdersIn(
  view: View,
  world: World,
  addresses: readonly string[],
  time: number,
): Map<string, string[]> {
  const found = new Map<string, string[]>(addresses.map((address) => [address, []]));
  const { users, contacts } = seenFrom(view, world, time);
  for (const { dn, sipAddress } of [...users, ...contacts])
    if (sipAddress !== null) found.get(sipAddress.toLowerCase())?.push(dn);
  for (const dns of found.values()) dns.sort();
  return found;
}

/** The addresses that the writes which some view does not have yet take or give. */
function addressesOf({ changes, users, contacts }: World): string[] {
  const written = new Set(changes.map(({ dn }) => dn));
  const before = [...users, ...contacts].filter(({ dn }) => written.has(dn));
  const after = changes.flatMap((change: Change) => change.after ?? []);
  const addresses = [...before, ...after].flatMap(({ sipAddress }) => sipAddress?.toLowerCase() ?? []);
  return [...new Set(addresses)];
}
