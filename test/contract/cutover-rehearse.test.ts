import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MARK } from "../../provider/cutover/rehearsal/give-back";
import { rehearse } from "../../provider/cutover/rehearsal/rehearse";
import { isRegistryError } from "../../provider/registry/errors";
import type { TopologyRegistry } from "../../provider/registry/registry";
import type { SipAddress } from "../../provider/registry/sip-address";
import { altered, outOfOrder } from "../support/altered-registry";
import { OBSERVING } from "../support/observing-registry";
import { started } from "../support/registry-process";
import type { RehearsalPlan } from "../support/rehearsal-child";
import { ADDRESS, BY_HAND, collect, OTHER_POOL, POOL } from "./bench";
import { CUTOVER, useCutoverWorld } from "./cutover-world";

const TEST = "sip:ocschat-test@contoso.com";
const PARKED = "sip:released-ocschat-test@contoso.com";
const THERE = { sipAddress: TEST, displayName: "Test", attributes: { title: "throw-away" } } as const;

describe("the dress rehearsal of a handover", function () {
  this.timeout(240_000);
  const world = useCutoverWorld();
  const file = () => join(world.folder, "rehearsal.json");
  const rehearsed = (...more: string[]) =>
    world.tool("cutover", "rehearse", CUTOVER, "--user", TEST, ...more);

  const rehearsing = async (registry: TopologyRegistry, clock = world.clock) =>
    rehearse(await world.stored(), TEST, { registry, clock, by: BY_HAND });

  /** The registry without the record of the cutover. */
  async function others(): Promise<unknown> {
    const users = await collect(world.registry.list("sip-user"));
    const snapshots = await Promise.all(
      users.map(({ record }) => world.registry.snapshotUser(record.sipAddress)),
    );
    return { snapshots, endpoints: await collect(world.registry.list("endpoint")) };
  }

  async function actions(kind: "sip-user" | "endpoint", key: string): Promise<string[]> {
    return (await world.registry.history(kind, key)).map(({ action }) => action);
  }

  it("takes a user that it makes there and back, and says how long each step took", async () => {
    const before = await others();
    await world.change({ window: { opens: "2026-11-28T20:00:00Z", closes: "2026-11-29T05:00:00Z" } });
    const { code, stdout, stderr } = await rehearsed();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^the user gives the address up +\d+\.\d+ s$/m);
    assert.match(stdout, /^the way back takes 1 min, as far as it was measured$/m);
    assert.match(stdout, /^the handover is to be entered by 2026-11-29 04:59:58 UTC$/m);
    assert.deepEqual(await others(), before);
    assert.deepEqual(await actions("sip-user", TEST), ["create", "remove", "create", "remove"]);
    assert.deepEqual(await actions("sip-user", PARKED), ["create", "remove"]);
    assert.deepEqual(await actions("endpoint", TEST), ["create", "remove"]);
    assert.ok(!existsSync(file()));
    const { rehearsal } = (await world.stored()).record;
    assert.equal(rehearsal?.sipAddress, TEST);
    const json = await world.json<object>("cutover", "rehearse", CUTOVER, "--user", TEST);
    const { rehearsal: again } = (await world.stored()).record;
    assert.ok(again && again.at > rehearsal.at);
    assert.deepEqual({ ...json, ...again }, json);
  });

  it("takes a user that is there, and leaves it as it was", async () => {
    await world.registry.create("sip-user", THERE, BY_HAND);
    const before = await others();
    assert.equal((await rehearsed()).code, 0);
    assert.deepEqual(await others(), before);
    assert.deepEqual(await actions("endpoint", TEST), ["create", "remove"]);
  });

  it("measures each step by the clock", async () => {
    let now = 0;
    const { registry } = world;
    const slow = <A extends unknown[], R>(milliseconds: number, method: (...args: A) => R) => {
      return (...args: A): R => {
        now += milliseconds;
        return method.apply(registry, args);
      };
    };
    const slowed = altered(registry, {
      releaseUser: slow(1_000, registry.releaseUser),
      create: slow(200, registry.create) as TopologyRegistry["create"],
      resolve: slow(30, registry.resolve),
      remove: slow(4, registry.remove),
      restoreUser: slow(50_000, registry.restoreUser),
    });
    const { rehearsal } = await rehearsing(slowed, () => new Date(now));
    const { release, endpoint, lookUp, removal, restore } = rehearsal;
    assert.deepEqual([release, endpoint, lookUp, removal, restore], [1_000, 200, 30, 4, 50_000]);
  });

  for (const [who, made, sides] of [
    ["that it makes", true, ["before", "after"]],
    ["that is there", false, ["after"]],
  ] as const)
    it(`killed at every call, is whole when it is repeated, with a user ${who}`, async () => {
      if (!made) await world.registry.create("sip-user", THERE, BY_HAND);
      const before = await others();
      let killed = 0;
      for (const when of sides)
        for (let call = 1; await wasKilled({ call, when }); call += 1) {
          killed += 1;
          const { code, stderr } = await rehearsed();
          assert.equal(code, 0, `${when} call ${call}: ${stderr}`);
          assert.deepEqual(await others(), before, `${when} call ${call}`);
          assert.ok(!existsSync(file()));
          await world.change({ rehearsal: null });
        }
      assert.ok(killed >= 15 * sides.length, `killed ${killed} times`);
    });

  it("killed again and again while it gives back, is whole in the end", async () => {
    await world.registry.create("sip-user", THERE, BY_HAND);
    const before = await others();
    let call = 1;
    while (await wasKilled({ call, when: "after" })) call += 1;
    assert.ok(call > 10);
    for (let early = 9; early > 0; early -= 1) assert.ok(await wasKilled({ call: early, when: "after" }));
    assert.equal((await rehearsed()).code, 0);
    assert.deepEqual(await others(), before);
  });

  it("gives back also what was rehearsed with another address, and says so", async () => {
    const before = await others();
    // The sixth call makes the user, the eighth releases it, the ninth makes the endpoint.
    assert.ok(await wasKilled({ call: 8, when: "after" }));
    assert.notDeepEqual(await others(), before);
    const other = "sip:other-test@contoso.com";
    const { stdout } = await world.tool("cutover", "rehearse", CUTOVER, "--user", other);
    assert.match(
      stdout,
      new RegExp(`^gave back first what an earlier rehearsal had taken of '${TEST}'$`, "m"),
    );
    assert.deepEqual(await others(), before);
  });

  it("keeps what it needs to give back to its owner alone, until the end", async () => {
    await world.registry.create("sip-user", THERE, BY_HAND);
    const whole = await world.registry.snapshotUser(TEST);
    const create = outOfOrder(() => {
      assert.equal(statSync(file()).mode & 0o777, 0o600);
      const { snapshot } = JSON.parse(readFileSync(file(), "utf8")) as { snapshot: unknown };
      assert.deepEqual(snapshot, whole);
    });
    await assert.rejects(rehearsing(altered(world.registry, { create })), /^RegistryError: out of order$/);
    assert.ok(!existsSync(file()));
    assert.deepEqual(await world.registry.snapshotUser(TEST), whole);
  });

  it("says what is left where it can give nothing back, and gives it back later", async () => {
    const before = await others();
    const registry = altered(world.registry, { remove: outOfOrder(), restoreUser: outOfOrder() });
    await assert.rejects(rehearsing(registry), (error: Error) => {
      assert.match(
        error.message,
        /^out of order; afterwards: cannot give back what the dress rehearsal of cutover 'contoso' took: out of order; the throw-away user may still be at 'sip:released-ocschat-test@contoso.com'/,
      );
      return isRegistryError(error, "unavailable");
    });
    assert.equal((await world.stored()).record.rehearsal, null);
    assert.equal((await rehearsed()).code, 0);
    assert.deepEqual(await others(), before);
  });

  it("fails where the user does not come back whole", async () => {
    await world.registry.create("sip-user", THERE, BY_HAND);
    let snapshots = 0;
    const snapshotUser = async (address: SipAddress) => {
      const found = await world.registry.snapshotUser(address);
      snapshots += 1;
      return snapshots === 2 && found ? { ...found, attributes: { title: "another" } } : found;
    };
    await assert.rejects(
      rehearsing(altered(world.registry, { snapshotUser })),
      /the user of 'sip:ocschat-test@contoso.com' did not come back as it was \(title\); find out/,
    );
    assert.equal((await world.stored()).record.rehearsal, null);
  });

  it("leaves a stranger's endpoint and user alone", async () => {
    writeFileSync(file(), JSON.stringify({ sipAddress: TEST, poolFqdn: POOL, made: true }));
    await world.registry.create(
      "endpoint",
      { sipAddress: TEST, poolFqdn: POOL, displayName: "Chat" },
      BY_HAND,
    );
    const { code, stderr } = await rehearsed();
    assert.equal(code, 3);
    assert.match(stderr, /'sip:ocschat-test@contoso.com' leads to 'chat1.contoso.com' already/);
    assert.deepEqual(await actions("endpoint", TEST), ["create"]);
    const other = "sip:other-test@contoso.com";
    writeFileSync(file(), JSON.stringify({ sipAddress: other, poolFqdn: POOL, made: true }));
    await world.registry.create("sip-user", { sipAddress: other, displayName: "Anna" }, BY_HAND);
    await rehearsed();
    assert.deepEqual(await actions("sip-user", other), ["create"]);
    for (const [sipAddress, poolFqdn] of [["sip:a-test@contoso.com", OTHER_POOL]] as const) {
      writeFileSync(file(), JSON.stringify({ sipAddress, poolFqdn: POOL, made: true }));
      await world.registry.create("endpoint", { sipAddress, poolFqdn, displayName: MARK }, BY_HAND);
      await rehearsed();
      assert.deepEqual(await actions("endpoint", sipAddress), ["create"]);
    }
  });

  it("lets one process at a time", async () => {
    const release = await world.notes.take({ step: "rehearsal", attempt: 1 });
    assert.ok(release);
    const { code, stderr } = await rehearsed();
    release();
    assert.equal(code, 3);
    assert.match(stderr, /another process is rehearsing it; wait for its end \[conflict\]/);
    assert.equal((await rehearsed()).code, 0);
  });

  it("writes its result also where the record has changed meanwhile", async () => {
    const window = { opens: "2026-11-28T20:00:00Z", closes: "2026-11-29T05:00:00Z" };
    let isFirst = true;
    const update = async (...args: Parameters<TopologyRegistry["update"]>) => {
      if (isFirst) await world.change({ window });
      isFirst = false;
      return world.registry.update(...args);
    };
    const { record } = await rehearsing(
      altered(world.registry, { update: update as TopologyRegistry["update"] }),
    );
    assert.ok(record.rehearsal && record.window);
    assert.deepEqual((await world.stored()).record, record);
  });

  describe("is refused", () => {
    for (const [address, reason] of [
      [ADDRESS, /'sip:ocschat@contoso.com' is an address of cutover 'contoso'/],
      [
        "sip:released-ocschat@contoso.com",
        /'sip:released-ocschat@contoso.com' is an address of cutover 'contoso'/,
      ],
    ] as const)
      it(`with ${address}`, async () => {
        const { code, stderr } = await world.tool("cutover", "rehearse", CUTOVER, "--user", address);
        assert.equal(code, 3);
        assert.match(stderr, reason);
        assert.deepEqual(await actions("sip-user", ADDRESS), ["create"]);
      });

    it("with an address of another cutover", async () => {
      await world.registry.create(
        "cutover",
        { name: "fabrikam", addresses: [TEST], poolFqdn: POOL, folder: "/elsewhere" },
        BY_HAND,
      );
      assert.match((await rehearsed()).stderr, /is an address of cutover 'fabrikam'/);
    });

    for (const [stage, code] of [
      ["prepare", 0],
      ["migrate", 0],
      ["handover", 3],
      ["complete", 3],
    ] as const)
      it(`or not, at stage '${stage}'`, async () => {
        await world.change({ stage });
        const result = await rehearsed();
        assert.equal(result.code, code, result.stderr);
        if (code !== 0)
          assert.match(result.stderr, new RegExp(`it stands at '${stage}'; rehearse before the handover`));
      });

    it("without a pool that runs", async () => {
      await world.change({ poolFqdn: "chat9.contoso.com" });
      assert.match((await rehearsed()).stderr, /the registry knows no pool 'chat9.contoso.com'/);
      await world.change({ poolFqdn: OTHER_POOL });
      assert.match((await rehearsed()).stderr, /with 0 active servers/);
    });

    it("without the folder of the cutover, or a cutover", async () => {
      const { code, stderr } = await world.tool("cutover", "rehearse", "fabrikam", "--user", TEST);
      assert.equal(code, 1);
      assert.match(stderr, /the registry knows no cutover 'fabrikam'/);
      await world.change({ folder: join(world.place.folder, "elsewhere") });
      assert.match((await rehearsed()).stderr, /it has no cutover.json/);
    });

    it("with a user whom only a person can make, and says what to make", async () => {
      await assert.rejects(
        rehearsing(altered(world.registry, { capabilities: OBSERVING })),
        (error: Error) =>
          isRegistryError(error, "not-found") &&
          /no user holds 'sip:ocschat-test@contoso.com'; make a throw-away user with this address, homed where/.test(
            error.message,
          ),
      );
      assert.ok(!existsSync(file()));
    });
  });

  /** Starts a rehearsal that is killed at a call; whether it came so far. */
  async function wasKilled(point: Pick<RehearsalPlan, "call" | "when">): Promise<boolean> {
    const plan: RehearsalPlan = { registry: world.place.path, cutover: CUTOVER, user: TEST, ...point };
    const script = join(__dirname, "..", "support", "rehearsal-child.js");
    const child = started(process.execPath, [script, JSON.stringify(plan)]);
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    assert.ok(code === 0 || signal === "SIGKILL", `exit code ${code}`);
    return signal === "SIGKILL";
  }
});
