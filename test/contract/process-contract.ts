import assert from "node:assert/strict";
import { openRegistry } from "../../provider/backends/index";
import { isRegistryError } from "../../provider/registry/errors";
import type { Stored, TopologyRegistry } from "../../provider/registry/registry";
import type { RegistrySettings } from "../../provider/registry/settings";
import type { SipAddress } from "../../provider/registry/sip-address";
import { endProcesses, RegistryProcess } from "../support/registry-process";
import {
  ADDRESS,
  ANNA,
  BERT,
  collect,
  contentsOf,
  DOMAIN,
  failsWith,
  furnish,
  OTHER_POOL,
  POOL,
  present,
} from "./bench";

const RACERS = 16;
const ROUNDS = 100;
const WRITERS = [ANNA, BERT];

/** What holds besides where several processes open one store. */
export function processContract(
  name: string,
  newPlace: () => Promise<{ settings: RegistrySettings; dispose(): Promise<void> }>,
): void {
  describe(`${name} between processes`, function () {
    this.timeout(60_000);
    let place: Awaited<ReturnType<typeof newPlace>>;
    let registry: TopologyRegistry;
    beforeEach(async () => {
      place = await newPlace();
      registry = openRegistry(place.settings);
    });
    afterEach(async () => {
      await endProcesses();
      await registry.close();
      await place.dispose();
    });
    const start = (count: number) =>
      Promise.all(Array.from({ length: count }, () => RegistryProcess.start({ settings: place.settings })));

    it("serves many first users at once", async () => {
      const users = await start(10);
      await Promise.all(
        users.map((user, index) => user.call("create", "sip-domain", { domain: `d${index}.example` }, ANNA)),
      );
      assert.equal((await collect(registry.list("sip-domain"))).length, 10);
    });

    it(`lets one of ${RACERS} processes win an address, ${ROUNDS} times`, async () => {
      await furnish(registry);
      const racers = await start(RACERS);
      const winners = new Set<number>();
      for (let round = 0; round < ROUNDS; round += 1) {
        const sipAddress: SipAddress = `sip:round${round}@${DOMAIN}`;
        const by = (index: number) => ({ managedBy: `racer-${index}`, operator: "race" });
        const outcomes = await Promise.allSettled(
          racers.map((racer, index) =>
            racer.call("create", "endpoint", { sipAddress, poolFqdn: POOL }, by(index)),
          ),
        );
        const won = outcomes.flatMap((outcome, index) => (outcome.status === "fulfilled" ? [index] : []));
        assert.equal(won.length, 1, `round ${round}: ${won.length} winners`);
        for (const outcome of outcomes)
          if (outcome.status === "rejected")
            assert.ok(isRegistryError(outcome.reason, "already-exists"), String(outcome.reason));
        const [winner = -1] = won;
        winners.add(winner);
        const stored = await present(registry.get("endpoint", sipAddress));
        assert.equal(stored.managedBy, by(winner).managedBy);
        assert.equal((await registry.history("endpoint", sipAddress)).length, 1);
      }
      assert.ok(winners.size > 1, "one process won every time: nobody raced");
      assert.equal((await collect(registry.list("endpoint"))).length, ROUNDS);
    });

    it(`lets one of two processes repoint an endpoint that both have read, ${ROUNDS} times`, async () => {
      await furnish(registry);
      await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
      const writers = await start(2);
      const read = () =>
        Promise.all(
          writers.map((writer) => writer.call("get", "endpoint", ADDRESS) as Promise<Stored<"endpoint">>),
        );
      const won: string[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const seen = await read();
        const repoint = async (index: number) => {
          const { record, revision } = seen[index] as Stored<"endpoint">;
          const poolFqdn = record.poolFqdn === POOL ? OTHER_POOL : POOL;
          const by = WRITERS[index] ?? ANNA;
          await writers[index]?.call("update", "endpoint", ADDRESS, { poolFqdn }, revision, by);
          won.push(by.managedBy ?? "");
        };
        // Each is the first to be asked as often as the other.
        const outcomes = await Promise.allSettled([round % 2, (round + 1) % 2].map(repoint));
        for (const outcome of outcomes)
          if (outcome.status === "rejected")
            assert.ok(isRegistryError(outcome.reason, "conflict"), String(outcome.reason));
        assert.equal(won.length, round + 1, `round ${round}`);
      }
      assert.equal(new Set(won).size, 2, "one process won every time: nobody raced");
      const [created, ...updates] = await registry.history("endpoint", ADDRESS);
      assert.deepEqual(
        updates.map(({ action, by }) => [action, by.managedBy]),
        won.map((winner) => ["update", winner]),
      );
      for (const [index, update] of updates.entries()) {
        const before = updates[index - 1] ?? created;
        assert.deepEqual(update.from, before?.to);
        assert.ok(Number(update.revision) > Number(before?.revision), `${update.revision}`);
      }
      const last = await present(registry.get("endpoint", ADDRESS));
      assert.deepEqual([last.record, last.revision], [updates.at(-1)?.to, updates.at(-1)?.revision]);
    });

    it("shows one process what another one wrote", async () => {
      await furnish(registry);
      const [one, two] = await start(2);
      assert.ok(one && two);
      const { revision } = await present(registry.get("pool", POOL));
      await one.call("update", "pool", POOL, { port: 6000 }, revision, ANNA);
      await failsWith(two.call("update", "pool", POOL, { port: 6001 }, revision, BERT), "conflict");
      assert.deepEqual(await two.call("get", "pool", POOL), await registry.get("pool", POOL));
    });

    it("has nothing of a write whose process was killed in the middle of it", async () => {
      await furnish(registry);
      const before = await contentsOf(registry);
      // The second look at the clock: the old default domain is written, and the new one is too.
      const writer = await RegistryProcess.start({ settings: place.settings, freezeAt: 2 });
      const domain = { domain: "fabrikam.com", isDefault: true };
      void writer.call("create", "sip-domain", domain, ANNA);
      await writer.frozen();

      assert.deepEqual(await contentsOf(registry), before);

      await writer.kill();
      assert.deepEqual(await contentsOf(registry), before);
      assert.deepEqual(await registry.history("sip-domain", "fabrikam.com"), []);
      assert.deepEqual((await registry.create("sip-domain", domain, ANNA)).record, domain);
    });

    for (const acknowledged of [1, 7, 30])
      it(`has all that was acknowledged when a process is killed after ${acknowledged} of its writes`, async () => {
        const writer = await RegistryProcess.start({ settings: place.settings });
        const domains = Array.from({ length: 200 }, (_, index) => `d${index}.example`);
        let count = 0;
        const enough = new Promise<void>((resolve) => {
          for (const domain of domains)
            void writer.call("create", "sip-domain", { domain }, ANNA).then(() => {
              count += 1;
              if (count === acknowledged) resolve();
            });
        });
        await enough;
        await writer.kill();
        const { all, past } = await contentsOf(registry);
        assert.ok(all.length >= count, `${count} acknowledged, ${all.length} there`);
        assert.deepEqual(
          past.map((entry) => entry.to),
          all.map((stored) => stored.record),
        );
        await registry.create("sip-domain", { domain: DOMAIN }, ANNA);
      });
  });
}
