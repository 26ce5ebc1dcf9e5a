import { domainControllers, frontEnds, seenFrom } from "./views";
import type { World } from "./world";

/** A time in which a view has one address with two objects: the defect that a handover must not make. */
export interface DoubleHolding {
  view: string;
  address: string;
  holders: string[];
  /** In milliseconds since the epoch; without `until` it stays so. */
  from: number;
  until?: number;
}

/** The double holdings that begin at a time or later, as far as the writes that are known lead to them. */
export function doubleHoldings(world: World, since: number): DoubleHolding[] {
  return [...domainControllers(world), ...frontEnds(world)].flatMap((view) => {
    const arrivals = world.changes.map((change) => view.arrival(change));
    const moments = [...new Set([since - 1, ...arrivals])]
      .filter((time) => time >= since - 1)
      .sort((a, b) => a - b);
    const found: DoubleHolding[] = [];
    let open = new Map<string, DoubleHolding>();
    for (const from of moments) {
      const next = new Map<string, DoubleHolding>();
      for (const [address, holders] of shared(seenFrom(view, world, from)))
        next.set(address, open.get(address) ?? { view: view.name, address, holders, from });
      for (const [address, holding] of open) if (!next.has(address)) holding.until = from;
      found.push(...[...next.values()].filter((holding) => !found.includes(holding)));
      open = next;
    }
    return found.filter(({ from }) => from >= since);
  });
}

/** A double holding as the simulator prints it. */
export function holdingText({ view, address, holders, from, until }: DoubleHolding): string {
  const end = until === undefined ? "on" : `to ${new Date(until).toISOString()}`;
  return `${view} has two holders of ${address} from ${new Date(from).toISOString()} ${end}: ${holders.join(" and ")}`;
}

function shared({ users, contacts }: ReturnType<typeof seenFrom>): [address: string, holders: string[]][] {
  const holders = new Map<string, string[]>();
  for (const { dn, sipAddress } of [...users, ...contacts]) {
    if (sipAddress === null) continue;
    const address = sipAddress.toLowerCase();
    holders.set(address, [...(holders.get(address) ?? []), dn]);
  }
  return [...holders].filter(([, dns]) => dns.length > 1);
}
