import assert from "node:assert/strict";
import { isRegistryError } from "../../../provider/registry/errors";
import type { Change, RegistryCapabilities, Stored } from "../../../provider/registry/registry";
import type { SipAddress } from "../../../provider/registry/sip-address";
import {
  ADDRESS,
  ANNA,
  BERT,
  collect,
  DOMAIN,
  failsWith,
  furnishWith,
  OTHER_POOL,
  POOL,
  present,
} from "../bench";
import type { ProcessBench } from "../process-contract";
import { isManaged } from "../subject";

const WRITERS = [ANNA, BERT];

/** Processes that use one store at once. */
export function processRaceCases(bench: ProcessBench): void {
  const { capabilities, size } = bench;
  const { racers, rounds } = size;

  it("serves many first users at once", async () => {
    const users = await bench.start(size.firstUsers);
    // Only what is made elsewhere is there before them.
    const kind = isManaged("sip-domain", capabilities) ? "sip-domain" : "endpoint";
    if (kind === "endpoint") await furnishWith(async (of, record) => bench.place.provide?.(of, record));
    const recordOf = (index: number) =>
      kind === "endpoint" ? endpoint(`d${index}`) : { domain: `d${index}.example` };
    const made = await Promise.all(
      users.map((user, index) => user.call("create", kind, recordOf(index), ANNA)),
    );
    const keys = (made as Stored[]).map(({ key }) => key);
    const listed = await collect(bench.registry.list(kind));
    assert.equal(keys.length, size.firstUsers);
    assert.deepEqual(
      listed.map(({ key }) => key).filter((key) => keys.includes(key)),
      keys.sort(),
    );
  });

  it(`lets one of ${racers} processes win an address, ${rounds} times`, async () => {
    const { registry } = bench;
    await bench.furnish();
    const processes = await bench.start(racers);
    const winners = new Set<number>();
    for (let round = 0; round < rounds; round += 1) {
      const record = endpoint(`round${round}`);
      const by = (index: number) => ({ managedBy: `racer-${index}`, operator: "race" });
      // Each is the first to be asked as often as the others.
      const outcomes = await Promise.allSettled(
        processes.map(async (_, position) => {
          const index = (round + position) % racers;
          return { index, stored: await processes[index]?.call("create", "endpoint", record, by(index)) };
        }),
      );
      const won = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
      const [winner] = won;
      assert.ok(winner && won.length === 1, `round ${round}: ${won.length} winners`);
      winners.add(winner.index);
      for (const outcome of outcomes)
        if (outcome.status === "rejected")
          assert.ok(isRegistryError(outcome.reason, "already-exists"), String(outcome.reason));
      const stored = await present(registry.get("endpoint", record.sipAddress));
      assert.deepEqual(stored, winner.stored);
      if (capabilities.ownership) assert.equal(stored.managedBy, by(winner.index).managedBy);
      if (capabilities.history)
        assert.equal((await registry.history("endpoint", record.sipAddress)).length, 1);
    }
    assert.ok(winners.size > 1, "one process won every time: nobody raced");
    assert.equal((await collect(registry.list("endpoint"))).length, rounds);
  });

  it(`lets one of two processes repoint an endpoint that both have read, ${rounds} times`, async () => {
    const { registry } = bench;
    await bench.furnish();
    await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
    const writers = await bench.start(2);
    const read = () =>
      Promise.all(
        writers.map((writer) => writer.call("get", "endpoint", ADDRESS) as Promise<Stored<"endpoint">>),
      );
    const won: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const seen = await read();
      const poolFqdn = round % 2 === 0 ? OTHER_POOL : POOL;
      const repoint = async (index: number) => {
        const { record, revision } = seen[index] as Stored<"endpoint">;
        assert.notEqual(record.poolFqdn, poolFqdn);
        const by = WRITERS[index] ?? ANNA;
        await writers[index]?.call("update", "endpoint", ADDRESS, { poolFqdn }, revision, by);
        won.push(by.managedBy ?? "");
      };
      // Each is the first to be asked as often as the other.
      const outcomes = await Promise.allSettled([round % 2, (round + 1) % 2].map(repoint));
      for (const outcome of outcomes)
        if (outcome.status === "rejected") assertLost(outcome.reason, capabilities);
      assert.equal(won.length, round + 1, `round ${round}`);
    }
    assert.equal(new Set(won).size, 2, "one process won every time: nobody raced");
    const last = await present(registry.get("endpoint", ADDRESS));
    assert.equal(last.record.poolFqdn, rounds % 2 === 0 ? POOL : OTHER_POOL);
    assert.deepEqual(await collect(registry.list("endpoint")), [last]);
    if (capabilities.history) assertRepoints(await registry.history("endpoint", ADDRESS), won, last);
  });

  it("shows one process what another one wrote", async () => {
    const { registry } = bench;
    await bench.furnish();
    const [one, two] = await bench.start(2);
    assert.ok(one && two);
    const { revision } = await present(registry.get("pool", POOL));
    const change = (number: number) =>
      isManaged("pool", capabilities) ? { port: number } : { settings: { defaultChatHistory: number } };
    const written = await one.call("update", "pool", POOL, change(7), revision, ANNA);
    await failsWith(two.call("update", "pool", POOL, change(8), revision, BERT), "conflict");
    assert.deepEqual(await two.call("get", "pool", POOL), written);
    assert.deepEqual(await registry.get("pool", POOL), written);
  });
}

/** Whoever comes while an endpoint is removed and made again finds none. */
function assertLost(reason: unknown, { endpointChange }: RegistryCapabilities): void {
  const isBetween = endpointChange === "interrupts" && isRegistryError(reason, "not-found");
  assert.ok(isBetween || isRegistryError(reason, "conflict"), String(reason));
}

function endpoint(name: string) {
  const sipAddress: SipAddress = `sip:${name}@${DOMAIN}`;
  return { sipAddress, poolFqdn: POOL };
}

/** Fails unless the history has every repoint that won, each as the one after the one before. */
function assertRepoints(
  [created, ...updates]: Change<"endpoint">[],
  won: readonly string[],
  last: Stored<"endpoint">,
): void {
  assert.deepEqual(
    updates.map(({ action, by }) => [action, by.managedBy]),
    won.map((winner) => ["update", winner]),
  );
  for (const [index, update] of updates.entries()) {
    const before = updates[index - 1] ?? created;
    assert.deepEqual(update.from, before?.to);
    assert.ok(Number(update.revision) > Number(before?.revision), `${update.revision}`);
  }
  assert.deepEqual([last.record, last.revision], [updates.at(-1)?.to, updates.at(-1)?.revision]);
}
