import assert from "node:assert/strict";
import type { Holding } from "../../provider/simulator/world";
import type { TestWorld } from "./test-world";

/** A time in which nobody held an address in a view. */
export interface Gap {
  view: string;
  from: number;
  /** Absent where it lasts. */
  to?: number;
}

/** What a view saw of an address in which two held it, as text. */
export function doubles(holdings: readonly Holding[]): string[] {
  return holdings
    .filter(({ holders }) => holders.length > 1)
    .map(({ at, view, address, holders }) => `${at} ${view} ${address}: ${holders.join(" and ")}`);
}

/** When nobody held an address, in each view. */
export function gaps(holdings: readonly Holding[], address: string): Gap[] {
  const open = new Map<string, Gap>();
  const found: Gap[] = [];
  const own = holdings.filter((holding) => holding.address === address);
  for (const { at, view, holders } of own.toSorted(
    (one, other) => Date.parse(one.at) - Date.parse(other.at),
  )) {
    const gap = open.get(view);
    if (gap === undefined && holders.length === 0) {
      const begun = { view, from: Date.parse(at) };
      open.set(view, begun);
      found.push(begun);
    }
    if (gap === undefined || holders.length === 0) continue;
    gap.to = Date.parse(at);
    open.delete(view);
  }
  return found;
}

/** The times in which nobody may hold an address, and what was really seen of it. */
export class Handovers {
  readonly #times: { what: string; from: number; to: number }[] = [];

  constructor(
    private readonly world: () => TestWorld,
    private readonly address: string,
  ) {}

  /** Somebody holds the address before and after, and perhaps nobody meanwhile. */
  async during(what: string, work: () => Promise<unknown>): Promise<void> {
    const from = Date.now();
    await work();
    // The Front Ends learn of the last change a little later.
    const arrivals = this.world()
      .read()
      .holdings.map(({ at }) => Date.parse(at));
    this.#times.push({ what, from, to: Math.max(Date.now(), ...arrivals) });
  }

  /**
   * Insists that in no view there was a moment with two holders of any address, nor one outside these times in which nobody held
   * this one. Gives a line for each time: for how long nobody held the address at most.
   */
  proved(): string[] {
    const { holdings, directory } = this.world().read();
    assert.deepEqual(doubles(holdings), []);
    const found = gaps(holdings, this.address).map(({ view, from, to }) => {
      const time = this.#times.find((one) => from >= one.from && to !== undefined && to <= one.to);
      assert.ok(time && to, `nobody held the address at ${view} from ${new Date(from).toISOString()}`);
      return { what: time.what, view, length: to - from };
    });
    const views = [...directory.domainControllers, ...directory.frontEnds].map(({ fqdn }) => fqdn);
    return this.#times.map(({ what }) => {
      const own = found.filter((gap) => gap.what === what).sort((one, other) => other.length - one.length);
      assert.deepEqual([...new Set(own.map(({ view }) => view))].sort(), views.toSorted(), what);
      const { length = 0, view } = own[0] ?? {};
      return `${what}: nobody held the address for ${(length / 1000).toFixed(1)} s at most, at ${view}`;
    });
  }
}
