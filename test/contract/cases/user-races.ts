import assert from "node:assert/strict";
import fc from "fast-check";
import { isRegistryError } from "../../../provider/registry/errors";
import type { TopologyRegistry } from "../../../provider/registry/registry";
import type { Release, SipUserSnapshot } from "../../../provider/registry/sip-users";
import { ADDRESS, ANNA, BERT, type Bench, DOMAIN, failsWith, POOL, present } from "../bench";
import { PARKED, RENAME, released, snapshotted, WAYS } from "./users";

const ELSEWHERE: Release = { way: "rename", parkedAddress: `sip:elsewhere@${DOMAIN}` };

/** What may happen to a user before its address is to be given back. */
type Event = { release: Release } | { restore: true } | { both: Release } | { another: true };

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.constantFrom(...WAYS, ELSEWHERE).map((release) => ({ release })),
  fc.constant({ restore: true as const }),
  fc.constantFrom(...WAYS, ELSEWHERE).map((both) => ({ both })),
  fc.constant({ another: true as const }),
);

/** Releases and ways back in any order, at once, and with others who want the address. */
export function userRaceCases(bench: Bench): void {
  beforeEach(() => bench.furnish());

  const createEndpoint = (registry: TopologyRegistry) =>
    registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, BERT);

  it("ends with the whole user after any releases and ways back, also of runs that were cut off", async () => {
    const attributes = { title: "Room", proxies: ["a", "b"], Enabled: true };
    const user = { sipAddress: ADDRESS, displayName: "Group Chat" } as const;
    await bench.place("sip-user", bench.manages("sip-user") ? { ...user, attributes } : user);
    const snapshot = await present(bench.registry.snapshotUser(ADDRESS));
    const whole = await present(bench.registry.get("sip-user", ADDRESS));
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 8 }), async (events) => {
        let registry = bench.registry;
        for (const one of events) registry = await happen(registry, one, snapshot);
        await registry.restoreUser(snapshot, ANNA);
        assert.deepEqual(await bench.registry.snapshotUser(ADDRESS), snapshot);
        const users = (await bench.listed("sip-user")).map(({ record, incarnation }) => [
          record,
          incarnation,
        ]);
        assert.deepEqual(users, [[whole.record, whole.incarnation]]);
      }),
      { numRuns: bench.slow ? 3 : 40, includeErrorInReport: true },
    );
  });

  /** Lets it happen, and answers with the handle for what comes next; a run that was cut off leaves another one to go on. */
  async function happen(
    registry: TopologyRegistry,
    one: Event,
    snapshot: SipUserSnapshot,
  ): Promise<TopologyRegistry> {
    if ("another" in one) return bench.open();
    if ("release" in one) await released(bench, snapshot, one.release, registry);
    else if ("restore" in one) await registry.restoreUser(snapshot, ANNA);
    else
      await Promise.all(
        [released(bench, snapshot, one.both, registry), bench.registry.restoreUser(snapshot, ANNA)].map(
          (work) =>
            work.catch((error: unknown) => {
              // Whoever waits for what the other one undoes waits to no purpose, and says so.
              if (bench.manages("sip-user") || !isRegistryError(error, "unavailable")) throw error;
            }),
        ),
      );
    return registry;
  }

  it("has two who release a user at once both succeed, and one of them do it", async () => {
    const snapshot = await snapshotted(bench);
    const other = bench.open();
    await Promise.all([
      bench.registry.releaseUser(snapshot, RENAME, ANNA),
      other.releaseUser(snapshot, ELSEWHERE, BERT),
    ]);
    assert.deepEqual(await bench.registry.sightings(ADDRESS), []);
    const users = await bench.listed("sip-user");
    assert.equal(users.length, 1);
    assert.ok([PARKED, `sip:elsewhere@${DOMAIN}`].includes(users[0]?.key ?? ""));
    if (bench.capabilities.history) {
      const actions = (await bench.registry.history("sip-user", ADDRESS)).map(({ action }) => action);
      assert.deepEqual(actions, ["create", "remove"]);
    }
  });

  it("has one of several who give a user its address back do it", async () => {
    const snapshot = await snapshotted(bench);
    await bench.registry.releaseUser(snapshot, RENAME, ANNA);
    await Promise.all([bench.registry, bench.open()].map((registry) => registry.restoreUser(snapshot, ANNA)));
    assert.deepEqual(await bench.registry.snapshotUser(ADDRESS), snapshot);
    assert.equal((await bench.listed("sip-user")).length, 1);
  });

  it("never has two holders of an address that is released while an endpoint asks for it", async () => {
    const snapshot = await snapshotted(bench);
    const seen = await watching(async () => {
      const other = bench.open();
      const [release, code] = await Promise.all([
        codeOf(bench.registry.releaseUser(snapshot, RENAME, ANNA)),
        codeOf(createEndpoint(other)),
      ]);
      // Where it is waited for the absence, somebody else may get the address meanwhile, which is told.
      const overtaken = !bench.manages("sip-user") && code === "done";
      assert.ok(release === "done" || (overtaken && release === "in-use"), release);
      assert.ok(["done", "in-use"].includes(code), code);
      assert.equal((await bench.registry.resolve(ADDRESS))?.kind, code === "done" ? "endpoint" : undefined);
    });
    assert.ok(seen > 0);
  });

  it("gives an address to the user who is to have it back or to an endpoint, when both ask at once", async () => {
    const snapshot = await snapshotted(bench);
    await bench.registry.releaseUser(snapshot, RENAME, ANNA);
    const seen = await watching(async () => {
      const other = bench.open();
      const codes = await Promise.all([
        codeOf(bench.registry.restoreUser(snapshot, ANNA)),
        codeOf(createEndpoint(other)),
      ]);
      assert.deepEqual(codes.toSorted(), ["done", "in-use"]);
      const holder = await present(bench.registry.resolve(ADDRESS));
      assert.equal(holder.kind, codes[0] === "done" ? "sip-user" : "endpoint");
      // Whoever lost has lost nothing.
      const at = codes[0] === "done" ? ADDRESS : PARKED;
      assert.equal((await present(bench.registry.snapshotUser(at))).account, snapshot.account);
    });
    assert.ok(seen > 0);
  });

  it("parks nobody where somebody comes at the same time", async () => {
    const snapshot = await snapshotted(bench);
    const other = bench.open();
    const codes = await Promise.all([
      codeOf(bench.registry.releaseUser(snapshot, RENAME, ANNA)),
      codeOf(other.create("endpoint", { sipAddress: PARKED, poolFqdn: POOL }, BERT)),
    ]);
    assert.deepEqual(codes.toSorted(), ["done", "in-use"]);
    assert.equal((await bench.registry.resolve(ADDRESS)) === undefined, codes[0] === "done");
    const work = bench.registry.releaseUser(snapshot, RENAME, ANNA);
    if (codes[0] === "in-use") await failsWith(work, "in-use", PARKED);
    else await work;
  });

  /** Looks at the address, over and over, for as long as `work` goes on. Fails where one view shows two holders; tells how often it looked. */
  async function watching(work: () => Promise<void>): Promise<number> {
    const watcher = bench.open();
    let ended = false;
    let looks = 0;
    const watch = async () => {
      while (!ended) {
        const views = (await watcher.sightings(ADDRESS)).map(({ view }) => view);
        assert.deepEqual(views, [...new Set(views)], "a view shows two holders");
        looks += 1;
      }
    };
    const done = work().finally(() => {
      ended = true;
    });
    await Promise.all([done, watch()]);
    return looks;
  }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    assert.ok(isRegistryError(error), String(error));
    return error.code;
  }
}
