import assert from "node:assert/strict";
import type { SipUserSnapshot } from "../../provider/registry/sip-users";
import type { Fault } from "../../provider/simulator/fault-schema";
import { doubles, gaps } from "../support/holdings";
import { ADDRESS, ANNA_ADDRESS, PARKED, RENAME, useUserWorld } from "../support/shell-users";
import { call, DC1, DC2, NEW } from "../support/test-world";
import { ANNA, failsWith, present } from "./bench";

const DISABLE = { way: "disable" } as const;
const POOL = "pcpool.contoso.test";
const shown = (fault: object) => JSON.stringify(fault).replace(/"(\w+)":/g, "$1: ");

describe("the restoration of a SIP user behind a management shell", function () {
  this.timeout(30_000);
  const world = useUserWorld();
  const befall = (...faults: object[]) => world.edit({ faults: faults as unknown as Fault[] });
  const FAST = "callTimeout=1&replicationTimeout=1";

  it("gives back the address as it was spelt", async () => {
    world.editUser({ sipAddress: "sip:OcsChat@Contoso.test", proxyAddresses: ["sip:OcsChat@Contoso.test"] });
    const registry = world.open();
    const snapshot = await world.snapshot(registry);
    assert.equal(snapshot.sipAddress, ADDRESS);
    const before = world.user();
    await registry.releaseUser(snapshot, RENAME, ANNA);
    await registry.restoreUser(snapshot, ANNA);
    assert.deepEqual(world.user(), before);
    world.editUser({ sipAddress: ADDRESS });
    await registry.restoreUser(snapshot, ANNA);
    assert.deepEqual(world.user(), before);
  });

  it("changes nothing where all is as it was", async () => {
    const registry = world.open();
    const snapshot = await world.snapshot(registry);
    await registry.restoreUser(snapshot, ANNA);
    assert.equal(world.place.read().lastSequence, 0);
  });

  for (const enabled of [true, false])
    it(`gives back what disabling took of one that was ${enabled ? "" : "not "}enabled`, async () => {
      world.editUser({ lineUri: "tel:+49", enterpriseVoiceEnabled: true, enabled });
      const registry = world.open();
      const snapshot = await world.snapshot(registry);
      await registry.releaseUser(snapshot, DISABLE, ANNA);
      await registry.restoreUser(snapshot, ANNA);
      assert.deepEqual(await world.snapshot(registry), snapshot);
    });

  it("gives it back from wherever somebody else left it", async () => {
    const registry = world.open();
    const snapshot = await world.snapshot(registry);
    world.editUser({ sipAddress: "sip:other@contoso.test", enabled: false, lineUri: "tel:+1" });
    await registry.restoreUser(snapshot, ANNA);
    assert.deepEqual(await world.snapshot(registry), snapshot);
  });

  it("tells by their names what the cmdlets do not give back, and is done once a person did", async () => {
    world.editUser({ proxyAddresses: ["SMTP:ocschat@contoso.test"] });
    const registry = world.open();
    const snapshot = await world.snapshot(registry);
    await registry.releaseUser(snapshot, RENAME, ANNA);
    world.editUser({ registrarPool: "fepool.contoso.test" });
    const restore = () => registry.restoreUser(snapshot, ANNA);
    await failsWith(restore(), "unsupported", "(homeServer, proxyAddresses, registrarPool)");
    assert.equal(world.user().sipAddress, ADDRESS);
    world.editUser({
      registrarPool: "oldpool.contoso.test",
      proxyAddresses: ["SMTP:ocschat@contoso.test"],
    });
    await restore();
  });

  it("leaves an account that is gone to a person, and goes on when it is back", async () => {
    const registry = world.open();
    const snapshot = await world.snapshot(registry);
    const { users } = world.place.read();
    world.edit({ users: users.slice(1) });
    await failsWith(registry.restoreUser(snapshot, ANNA), "unsupported", "recycle bin");
    world.edit({
      users: users.map((user) => (user.sipAddress === ADDRESS ? { ...user, sipAddress: PARKED } : user)),
    });
    await registry.restoreUser(snapshot, ANNA);
    assert.equal(world.user().sipAddress, ADDRESS);
  });

  it("cannot enable one of whom nothing tells where it was homed", async () => {
    const registry = world.open();
    const snapshot = await world.snapshot(registry);
    await registry.releaseUser(snapshot, DISABLE, ANNA);
    const { registrarPool: _, ...attributes } = snapshot.attributes;
    const homeless: SipUserSnapshot = { ...snapshot, attributes };
    await failsWith(registry.restoreUser(homeless, ANNA), "unsupported", "registrarPool");
  });

  describe("is refused where somebody else holds the address", () => {
    it("before it begins", async () => {
      const registry = world.open();
      const snapshot = await world.snapshot(registry);
      await registry.releaseUser(snapshot, RENAME, ANNA);
      await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL, displayName: "Chat" }, ANNA);
      await failsWith(registry.restoreUser(snapshot, ANNA), "in-use", "legacy endpoint 'Chat'");
      const made = await present(registry.get("endpoint", ADDRESS));
      await registry.remove("endpoint", ADDRESS, made, ANNA);
      world.others().byHand("Set-CsUser", { Identity: ANNA_ADDRESS, SipAddress: ADDRESS });
      await failsWith(registry.restoreUser(snapshot, ANNA), "in-use", "SIP user 'Anna'");
      assert.equal(world.user().sipAddress, PARKED);
    });

    for (const duplicateUserAddress of ["refused-by-its-domain-controller", "accepted"] as const)
      it(`since it was looked at, which is ${duplicateUserAddress}`, async () => {
        const registry = world.open();
        const snapshot = await world.snapshot(registry);
        await registry.releaseUser(snapshot, RENAME, ANNA);
        world.edit({ knobs: { ...world.place.read().knobs, duplicateUserAddress } });
        const does = call(NEW, { SipAddress: ADDRESS, PersistentChatPoolFqdn: POOL, DisplayName: "Rival" });
        befall({ kind: "second-administrator", cmdlet: "Set-CsUser", does });
        await failsWith(registry.restoreUser(snapshot, ANNA), "in-use", "'Rival'");
      });
  });

  for (const [way, cmdlet] of [
    [RENAME, "Set-CsUser"],
    [DISABLE, "Enable-CsUser"],
  ] as const) {
    for (const fault of [
      { kind: "lost-reply" },
      { kind: "half-reply" },
      { kind: "crash-after" },
      { kind: "effect-after-timeout", ms: 50 },
    ])
      it(`is done after ${way.way} in spite of ${shown(fault)}`, async () => {
        const registry = world.open();
        const snapshot = await world.snapshot(registry);
        await registry.releaseUser(snapshot, way, ANNA);
        befall({ ...fault, cmdlet });
        await registry.restoreUser(snapshot, ANNA);
        assert.deepEqual(await world.snapshot(registry), snapshot);
      });

    for (const [fault, words] of [
      [{ kind: "crash-before" }, "ended"],
      [{ kind: "hang" }, "deadline"],
      [{ kind: "access-denied", occurrence: "every" }, "Insufficient access rights"],
    ] as const)
      it(`is not done after ${way.way} with ${shown(fault)}, which is told, and is by the next run`, async () => {
        const registry = world.open(FAST);
        const snapshot = await world.snapshot(registry);
        await registry.releaseUser(snapshot, way, ANNA);
        befall({ ...fault, cmdlet });
        await failsWith(registry.restoreUser(snapshot, ANNA), "unavailable", ADDRESS, words);
        assert.notEqual(world.user().sipAddress, ADDRESS);
        befall();
        await world.open().restoreUser(snapshot, ANNA);
        assert.deepEqual(await world.snapshot(registry), snapshot);
      });
  }

  it("asks a server again that does not know yet that the address is free", async () => {
    const registry = world.open();
    const snapshot = await world.snapshot(registry);
    await registry.releaseUser(snapshot, RENAME, ANNA);
    befall({ kind: "access-denied", cmdlet: "Set-CsUser" });
    await registry.restoreUser(snapshot, ANNA);
    assert.equal(world.user().sipAddress, ADDRESS);
  });

  it("waits until the Front Ends know that somebody has gone, who else would have two holders", async () => {
    const { frontEnds } = world.place.read().directory;
    world.editDirectory({
      replicationCycleInterval: "00:00:01",
      frontEnds: frontEnds.map((frontEnd) => ({ ...frontEnd, userMs: 0, contactMs: 1_900 })),
    });
    const registry = world.open(`callTimeout=2&replicationTimeout=20&domainControllers=${DC2}`);
    const snapshot = await world.snapshot(registry);
    await registry.releaseUser(snapshot, RENAME, ANNA);
    const made = await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
    await registry.remove("endpoint", ADDRESS, made, ANNA);
    await registry.restoreUser(snapshot, ANNA);
    const { holdings } = world.place.read();
    assert.equal(gaps(holdings, ADDRESS).length, 8);
    assert.deepEqual(doubles(holdings), []);
  });

  it("is told where the address is not seen when the time is over", async () => {
    const registry = world.open(`${FAST}&domainControllers=${DC2}`);
    const snapshot = await world.snapshot(registry);
    world.editUser({ sipAddress: PARKED });
    world.editDirectory({
      domainControllers: [DC1, DC2].map((fqdn, index) => ({
        fqdn,
        globalCatalog: index === 0,
        userMs: index * 600_000,
        contactMs: 0,
        lateMs: 0,
      })),
    });
    const words = [`'${DC2}' does not show the user with it`, "repadmin"];
    await failsWith(registry.restoreUser(snapshot, ANNA), "unavailable", ...words);
    assert.equal(world.user().sipAddress, ADDRESS);
  });
});
