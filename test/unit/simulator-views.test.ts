import assert from "node:assert/strict";
import fc from "fast-check";
import { CONTOSO } from "../../provider/simulator/contoso";
import { doubleHoldings } from "../../provider/simulator/double-holders";
import { noteHoldings } from "../../provider/simulator/holdings";
import { domainControllers, frontEnds, note, seenFrom, settle } from "../../provider/simulator/views";
import type { Contact, User, World } from "../../provider/simulator/world";
import { parseWorld } from "../../provider/simulator/world-text";

const START = Date.parse("2026-01-02T03:04:05.000Z");
const LONGEST = 10_000;

const delay = fc.integer({ min: 0, max: LONGEST / 4 });
const delays = fc.record({ userMs: delay, contactMs: delay, lateMs: delay });
const names = ["a", "b", "c"];
const write = fc.record({
  wait: fc.integer({ min: 0, max: 2000 }),
  on: fc.constantFrom(0, 1, 2),
  partition: fc.constantFrom("user" as const, "contact" as const),
  name: fc.constantFrom(...names),
  address: fc.option(fc.constantFrom("sip:x@contoso.test", "sip:y@contoso.test")),
});

type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

function worldWith(lags: readonly { userMs: number; contactMs: number; lateMs: number }[]): World {
  const [one, two, three, four] = lags;
  const controllers = [one, two, three].map((lag, index) => ({ fqdn: `dc${index}.contoso.test`, ...lag }));
  const frontEnd = { fqdn: "fe.contoso.test", domainController: "dc1.contoso.test", ...four };
  const directory = { ...CONTOSO.directory, shellDomainController: "dc0.contoso.test" };
  const parts = { users: [], contacts: [] };
  const text = {
    ...CONTOSO,
    ...parts,
    directory: { ...directory, domainControllers: controllers, frontEnds: [frontEnd] },
  };
  return parseWorld(JSON.stringify(text), "a world");
}

/** Does writes one after the other, and gives the time of the last one. */
function play(world: World, writes: readonly Write[], each: (now: number) => void = () => {}): number {
  let now = START;
  for (const { wait, on, partition, name, address } of writes) {
    now += wait;
    const object = { dn: `CN=${name}`, sipAddress: address } as Contact & User;
    note(
      world,
      { madeOn: `dc${on}.contoso.test`, partition, dn: object.dn, after: address === null ? null : object },
      now,
    );
    each(now);
  }
  return now;
}

const addressesIn = (world: World, now: number) =>
  [...domainControllers(world), ...frontEnds(world)].map((view) => {
    const { users, contacts } = seenFrom(view, world, now);
    return [users, contacts].map((objects) =>
      objects.map(({ dn, sipAddress }) => [dn, sipAddress]).toSorted(),
    );
  });

describe("the views of the simulator", () => {
  const lags = fc.array(delays, { minLength: 4, maxLength: 4 });
  const writes = fc.array(write, { maxLength: 12 });

  it("agree when everything has arrived, on what was written last", () => {
    fc.assert(
      fc.property(lags, writes, (lags, writes) => {
        const world = worldWith(lags);
        const end = play(world, writes) + LONGEST + LONGEST;
        const expected = (["user", "contact"] as const).map((partition) =>
          names
            .map((name) => writes.findLast((one) => one.partition === partition && one.name === name))
            .flatMap((last) => (last?.address ? [[`CN=${last.name}`, last.address]] : []))
            .toSorted(),
        );
        for (const seen of addressesIn(world, end)) assert.deepEqual(seen, expected);
        settle(world, end);
        assert.deepEqual(world.changes, []);
        for (const seen of addressesIn(world, end)) assert.deepEqual(seen, expected);
      }),
    );
  });

  it("see the same whenever the file is tidied up", () => {
    fc.assert(
      fc.property(
        lags,
        writes,
        fc.array(fc.boolean(), { minLength: 12 }),
        fc.nat(2 * LONGEST),
        (lags, writes, tidies, later) => {
          const [untidy, tidy] = [worldWith(lags), worldWith(lags)];
          const end = play(untidy, writes);
          let index = 0;
          play(tidy, writes, (now) => {
            if (tidies[index++]) settle(tidy, now);
          });
          assert.deepEqual(addressesIn(tidy, end + later), addressesIn(untidy, end + later));
          settle(tidy, end + later);
          assert.deepEqual(addressesIn(tidy, end + later), addressesIn(untidy, end + later));
        },
      ),
    );
  });

  it("have a write at once where it was made, and nowhere before its delay", () => {
    fc.assert(
      fc.property(lags, write, (lags, one) => {
        const world = worldWith(lags);
        const done: Write = { ...one, address: "sip:x@contoso.test" };
        const now = play(world, [done]);
        const lag = (index: number) => {
          const { userMs, contactMs, lateMs } = lags[index] as (typeof lags)[number];
          return (one.partition === "user" ? userMs : contactMs) + lateMs;
        };
        const arrival = [0, 1, 2].map((index) => now + (index === one.on ? 0 : lag(index)));
        arrival.push((arrival[1] as number) + lag(3));
        arrival.forEach((at, index) => {
          const seen = (time: number) => addressesIn(world, time)[index]?.flat().length;
          assert.deepEqual([seen(at - 1), seen(at)], [0, 1]);
        });
      }),
    );
  });

  it("are told, also when the writes are forgotten, who held what in each of them and when", () => {
    fc.assert(
      fc.property(lags, writes, fc.array(fc.boolean(), { minLength: 12 }), (lags, writes, tidies) => {
        const [world, whole] = [worldWith(lags), worldWith(lags)];
        play(whole, writes);
        let index = 0;
        const end = play(world, writes, (now) => {
          noteHoldings(world, now);
          if (tidies[index++]) settle(world, now);
        });
        settle(world, end + LONGEST + LONGEST);
        const views = [...domainControllers(whole), ...frontEnds(whole)];
        const moments = views.flatMap((view) => whole.changes.map((change) => view.arrival(change)));
        for (const now of moments.flatMap((moment) => [moment - 1, moment]))
          for (const view of views)
            for (const address of ["sip:x@contoso.test", "sip:y@contoso.test"]) {
              const { users, contacts } = seenFrom(view, whole, now);
              const had = [...users, ...contacts].filter(({ sipAddress }) => sipAddress === address);
              const told = world.holdings.findLast(
                (one) => one.view === view.name && one.address === address && Date.parse(one.at) <= now,
              );
              assert.deepEqual(told?.holders ?? [], had.map(({ dn }) => dn).toSorted());
            }
      }),
    );
  });

  it("are told to have two holders exactly when they have", () => {
    fc.assert(
      fc.property(lags, writes, (lags, writes) => {
        const world = worldWith(lags);
        play(world, writes);
        const views = [...domainControllers(world), ...frontEnds(world)];
        const holdings = doubleHoldings(world, 0);
        const arrivals = views.flatMap((view) => world.changes.map((change) => view.arrival(change)));
        for (const now of arrivals.flatMap((arrival) => [arrival - 1, arrival])) {
          const told = holdings.filter(
            ({ from, until }) => from <= now && (until ?? Number.POSITIVE_INFINITY) > now,
          );
          const had = views.flatMap((view) => {
            const { users, contacts } = seenFrom(view, world, now);
            const held = [...users, ...contacts].map(({ sipAddress }) => sipAddress);
            const shared = held.filter((address, index) => held.indexOf(address) !== index);
            return [...new Set(shared)].map((address) => `${view.name} ${address}`);
          });
          assert.deepEqual(told.map(({ view, address }) => `${view} ${address}`).toSorted(), had.toSorted());
        }
      }),
    );
  });
});
