import assert from "node:assert/strict";
import type { RegistryErrorCode } from "../../provider/registry/errors";
import type { TopologyRegistry } from "../../provider/registry/registry";
import type { Release } from "../../provider/registry/sip-users";
import type { Fault } from "../../provider/simulator/fault-schema";
import { ADDRESS, ANNA_ADDRESS, PARKED, RENAME, useUserWorld } from "../support/shell-users";
import { call, NEW } from "../support/test-world";
import { until } from "../support/until";
import { ANNA, failsWith } from "./bench";

const DISABLE = { way: "disable" } as const;
const POOL = "pcpool.contoso.test";

/** Those after which a change is done, whatever came of its answer. */
const DONE = [
  { kind: "lost-reply" },
  { kind: "half-reply" },
  { kind: "crash-after" },
  { kind: "effect-after-timeout", ms: 50 },
  { kind: "effect-after-timeout", ms: 50, answers: false },
  { kind: "latency", ms: 600 },
];
/** Those after which it is not, and by which words it is told. */
const NOT_DONE: [object, string][] = [
  [{ kind: "crash-before" }, "ended"],
  [{ kind: "hang" }, "deadline"],
  [{ kind: "access-denied" }, "Insufficient access rights"],
];
const shown = (fault: object) => JSON.stringify(fault).replace(/"(\w+)":/g, "$1: ");

describe("a SIP user behind a management shell", function () {
  this.timeout(30_000);
  const world = useUserWorld();
  const befall = (cmdlet: string, ...faults: object[]) =>
    world.edit({ faults: faults.map((fault) => ({ cmdlet, ...fault })) as unknown as Fault[] });
  const rename = (from: string, to: string) => call("Set-CsUser", { Identity: from, SipAddress: to });
  const refused = async (
    registry: TopologyRegistry,
    release: Release,
    code: RegistryErrorCode,
    ...words: string[]
  ) => {
    const snapshot = await world.snapshot(registry);
    const before = world.user();
    await failsWith(registry.releaseUser(snapshot, release, ANNA), code, `'${ADDRESS}'`, ...words);
    assert.deepEqual(world.user(), before);
  };

  describe("that is to be parked", () => {
    it("keeps everything but the address, once, however often it is asked for", async () => {
      const registry = world.open();
      const snapshot = await world.snapshot(registry);
      const before = world.user();
      for (let time = 0; time < 2; time += 1) await registry.releaseUser(snapshot, RENAME, ANNA);
      assert.deepEqual(world.user(), {
        ...before,
        sipAddress: PARKED,
        proxyAddresses: ["SMTP:ocschat@contoso.test", PARKED],
      });
      assert.equal(world.place.read().lastSequence, 1);
      assert.equal((await world.snapshot(registry, PARKED)).account, snapshot.account);
    });

    for (const [what, parkedAddress, words] of [
      ["its own", "sip:OcsChat@contoso.test", "the one that it holds"],
      ["of no SIP domain", "sip:a@none.test", "'none.test'"],
      ["none", "sip:a b@contoso.test", "is not a SIP URI"],
    ] as const)
      it(`is refused an address that is ${what}`, () =>
        refused(world.open(), { way: "rename", parkedAddress } as Release, "invalid", words));

    it("is refused an address that somebody holds", async () => {
      const registry = world.open();
      await refused(registry, { way: "rename", parkedAddress: ANNA_ADDRESS }, "in-use", ANNA_ADDRESS, "Anna");
      await registry.create("endpoint", { sipAddress: PARKED, poolFqdn: POOL }, ANNA);
      await refused(registry, RENAME, "in-use", PARKED, "legacy endpoint");
    });

    it("is refused where somebody else holds its own, too", async () => {
      world.edit({ knobs: { ...world.place.read().knobs, duplicateEndpoint: "accepted" } });
      const registry = world.open();
      const snapshot = await world.snapshot(registry);
      const endpoint = { SipAddress: ADDRESS, PersistentChatPoolFqdn: POOL, DisplayName: "Rival" };
      world.others().byHand(NEW, endpoint);
      await failsWith(registry.releaseUser(snapshot, RENAME, ANNA), "in-use", "'Rival'");
      assert.equal(world.user().sipAddress, ADDRESS);
    });

    it("is refused where it is not as in the snapshot, by names and without values", async () => {
      const registry = world.open();
      const snapshot = await world.snapshot(registry);
      for (const [change, names] of [
        [{ lineUri: "tel:+secret" }, "(lineUri)"],
        [{ lineUri: "", displayName: "Secret" }, "(displayName)"],
        [{ displayName: "Group Chat", dn: "CN=secret" }, "(dn)"],
      ] as const) {
        world.editUser(change);
        const before = world.user();
        const error = await registry.releaseUser(snapshot, RENAME, ANNA).catch((error: Error) => error);
        assert.ok(error instanceof Error && !/secret/i.test(error.message), String(error));
        await failsWith(Promise.reject(error), "conflict", names);
        assert.deepEqual(world.user(), before);
      }
    });

    for (const [where, way] of [
      ["another address", RENAME],
      ["another address", DISABLE],
      ["none", RENAME],
      ["none", DISABLE],
    ] as const)
      it(`is only waited for where it has ${where} already (${way.way})`, async () => {
        const registry = world.open();
        const snapshot = await world.snapshot(registry);
        world.editUser({ sipAddress: where === "none" ? null : "sip:other@contoso.test" });
        await registry.releaseUser(snapshot, way, ANNA);
        assert.equal(world.place.read().lastSequence, 0);
      });

    it("is not taken for changed where a list cannot be true", async () => {
      const snapshot = await world.snapshot();
      // The third search of a registry is for the account: it finds out first how to search, and then who holds the address. It is
      // repeated, since somebody may have changed the account in between.
      const empty = { kind: "empty", helloIsFine: true };
      befall("Get-CsUser", ...[3, 4, 5].map((occurrence) => ({ ...empty, occurrence })));
      await failsWith(world.open().releaseUser(snapshot, RENAME, ANNA), "unavailable", "cannot be");
      assert.equal(world.user().sipAddress, ADDRESS);
    });

    it("is told to be protected where the server denies it", async () => {
      world.editUser({ protected: true, adminCount: 1 });
      await refused(world.open(), RENAME, "unavailable", "Insufficient access rights", "protected group");
    });

    it("is told to be homed on an earlier version where the server refuses it", async () => {
      const pools = world.place.read().pools.map((pool) => ({
        ...pool,
        ...(pool.fqdn === "oldpool.contoso.test" && { site: "BackCompatSite", version: 4 }),
      }));
      world.edit({ pools });
      await refused(world.open(), RENAME, "unavailable", "earlier version of the product", "command");
    });

    it("is given its address back where a second administrator changed it in between", async () => {
      const registry = world.open();
      const snapshot = await world.snapshot(registry);
      befall("Set-CsUser", {
        kind: "second-administrator",
        does: call("Set-CsUser", { Identity: ADDRESS, Enabled: false }),
      });
      await failsWith(registry.releaseUser(snapshot, RENAME, ANNA), "conflict", "(enabled)");
      assert.deepEqual([world.user().sipAddress, world.user().enabled], [ADDRESS, false]);
    });

    for (const duplicateUserAddress of ["refused-by-its-domain-controller", "accepted"] as const)
      it(`is left where it was when a second administrator takes the other address in between, which is ${duplicateUserAddress}`, async () => {
        const registry = world.open();
        const snapshot = await world.snapshot(registry);
        world.edit({ knobs: { ...world.place.read().knobs, duplicateUserAddress } });
        befall("Set-CsUser", { kind: "second-administrator", does: rename(ANNA_ADDRESS, PARKED) });
        await failsWith(registry.releaseUser(snapshot, RENAME, ANNA), "in-use", PARKED, "'Anna'");
        assert.equal(world.user().sipAddress, ADDRESS);
      });

    for (const fault of DONE)
      it(`is parked in spite of ${shown(fault)}`, async () => {
        const registry = world.open();
        const snapshot = await world.snapshot(registry);
        befall("Set-CsUser", fault);
        await registry.releaseUser(snapshot, RENAME, ANNA);
        assert.deepEqual([world.user().sipAddress, world.place.read().lastSequence], [PARKED, 1]);
      });

    for (const [fault, words] of NOT_DONE)
      it(`is not parked with ${shown(fault)}, which is told, and is by the next run`, async () => {
        const snapshot = await world.snapshot();
        befall("Set-CsUser", fault);
        await failsWith(world.open().releaseUser(snapshot, RENAME, ANNA), "unavailable", ADDRESS, words);
        assert.equal(world.user().sipAddress, ADDRESS);
        await world.open().releaseUser(snapshot, RENAME, ANNA);
        assert.equal(world.user().sipAddress, PARKED);
      });

    it("may be parked after it was given up, and the next run only waits", async () => {
      const snapshot = await world.snapshot();
      befall("Set-CsUser", { kind: "effect-after-timeout", ms: 2_000 });
      await failsWith(world.open().releaseUser(snapshot, RENAME, ANNA), "unavailable", "may be done yet");
      const isDue = ({ at }: { at: string }) => Date.parse(at) <= Date.now();
      await until("the change takes effect", () => world.place.read().pending.every(isDue));
      await world.open().releaseUser(snapshot, RENAME, ANNA);
      assert.deepEqual([world.user().sipAddress, world.place.read().lastSequence], [PARKED, 1]);
    });

    it("is parked once by several at a time", async () => {
      const [one, other] = [world.open(), world.open()];
      const snapshot = await world.snapshot(one);
      await Promise.all([one, one, other].map((registry) => registry.releaseUser(snapshot, RENAME, ANNA)));
      assert.equal(world.user().sipAddress, PARKED);
    });
  });

  describe("that is to be disabled", () => {
    it("is no SIP user any more, once, however often it is asked for", async () => {
      const registry = world.open();
      const snapshot = await world.snapshot(registry);
      for (let time = 0; time < 2; time += 1) await registry.releaseUser(snapshot, DISABLE, ANNA);
      const { sipAddress, registrarPool, enabled } = world.user();
      assert.deepEqual([sipAddress, registrarPool, enabled], [null, null, false]);
      assert.equal(world.place.read().lastSequence, 1);
      assert.equal(await registry.snapshotUser(ADDRESS), undefined);
    });

    it("is refused where a policy would be lost, which is named, or nothing tells where it is homed", async () => {
      world.editUser({ policies: { VoicePolicy: "Tag:London", DialPlan: "Tag:UK" } });
      await refused(world.open(), DISABLE, "unsupported", "voicePolicy", "dialPlan");
      world.editUser({ policies: {}, registrarPool: null });
      await refused(world.open(), DISABLE, "unsupported", "registrarPool");
    });

    it("is refused where it was changed", async () => {
      const snapshot = await world.snapshot();
      world.editUser({ lineUri: "tel:+1" });
      await failsWith(world.open().releaseUser(snapshot, DISABLE, ANNA), "conflict", "lineUri");
      assert.equal(world.user().sipAddress, ADDRESS);
    });

    for (const fault of DONE.slice(0, 4))
      it(`is disabled in spite of ${shown(fault)}`, async () => {
        const registry = world.open();
        const snapshot = await world.snapshot(registry);
        befall("Disable-CsUser", fault);
        await registry.releaseUser(snapshot, DISABLE, ANNA);
        assert.equal(world.user().sipAddress, null);
      });

    for (const [fault, words] of NOT_DONE)
      it(`is not disabled with ${shown(fault)}, which is told`, async () => {
        befall("Disable-CsUser", fault);
        await refused(world.open(), DISABLE, "unavailable", words);
      });
  });

  it("is not deleted, which is told", () =>
    refused(world.open(), { way: "delete" }, "unsupported", "recycle bin", "elsewhere"));
});
