import assert from "node:assert/strict";
import { ADDRESS, ANNA_ADDRESS, PARKED, RENAME, useUserWorld } from "../support/shell-users";
import { DC1, DC2 } from "../support/test-world";
import { until } from "../support/until";
import { ANNA, failsWith } from "./bench";

const ELSEWHERE = { way: "elsewhere" } as const;
const BOTH = `callTimeout=2&replicationTimeout=1&domainControllers=${DC1},${DC2}`;

describe("the absence of a SIP user behind a management shell", function () {
  this.timeout(30_000);
  const world = useUserWorld();

  describe("of one that somebody else is to release", () => {
    it("is waited for, and not touched", async () => {
      const registry = world.open();
      const snapshot = await world.snapshot(registry);
      const releasing = registry.releaseUser(snapshot, ELSEWHERE, ANNA);
      world.others().change((now) => {
        now.users = now.users.slice(1);
      });
      await releasing;
      assert.deepEqual([world.place.read().lastSequence, await registry.sightings(ADDRESS)], [0, []]);
    });

    it("is told to hold the address still when the time is over", async () => {
      const words = ["waited 1 s", `'${DC1}' shows it with the SIP user 'Group Chat'`, "repadmin"];
      const registry = world.open("callTimeout=1&replicationTimeout=1");
      const snapshot = await world.snapshot(registry);
      await failsWith(registry.releaseUser(snapshot, ELSEWHERE, ANNA), "unavailable", ...words);
      assert.equal(world.user().sipAddress, ADDRESS);
    });
  });

  describe("of one that gave its address up is waited for", () => {
    const lag = (userMs: number) =>
      world.editDirectory({
        domainControllers: [DC1, DC2].map((fqdn, index) => ({
          fqdn,
          globalCatalog: index === 0,
          userMs: index * userMs,
          contactMs: 0,
          lateMs: 0,
        })),
      });

    it("until the time is over, and told where the address is seen still", async () => {
      lag(600_000);
      const registry = world.open(BOTH);
      const snapshot = await world.snapshot(registry);
      const words = [`'${DC2}' shows it with the SIP user 'Group Chat'`, `repadmin /showrepl ${DC2}`];
      const release = () => registry.releaseUser(snapshot, RENAME, ANNA);
      await failsWith(release(), "unavailable", ...words);
      assert.equal(world.user().sipAddress, PARKED);
      lag(0);
      await release();
      assert.equal(world.place.read().lastSequence, 1);
    });

    it("and told which domain controller cannot be read", async () => {
      const registry = world.open(`${BOTH},dc09.contoso.test`);
      const snapshot = await world.snapshot(world.open(BOTH));
      await failsWith(registry.releaseUser(snapshot, RENAME, ANNA), "unavailable", "dc09.contoso.test");
    });

    /** Has the second domain controller know at once what is written on the first one, which never learns of what is written there. */
    const apart = () =>
      world.editDirectory({
        domainControllers: [DC1, DC2].map((fqdn, index) => ({
          fqdn,
          globalCatalog: index === 0,
          userMs: index === 0 ? 600_000 : 0,
          contactMs: 0,
          lateMs: 0,
        })),
      });
    const turn = (from: string, to: string) =>
      world.others().byHand("Set-CsUser", { Identity: from, SipAddress: to, DomainController: DC2 });

    it("for two cycles of the User Replicator, in which it may be seen again, and then anew", async () => {
      apart();
      world.editDirectory({ replicationCycleInterval: "00:00:02" });
      const registry = world.open(`callTimeout=2&replicationTimeout=20&domainControllers=${DC2}`);
      const snapshot = await world.snapshot(registry);
      const others = world.others();
      const begun = Date.now();
      const releasing = registry.releaseUser(snapshot, RENAME, ANNA);
      await until("it is parked", () => world.user().sipAddress === PARKED);
      others.faults();
      await others.called("read", 30);
      turn(ANNA_ADDRESS, ADDRESS);
      const seen = Date.now();
      await others.called("read", 60);
      turn(ADDRESS, ANNA_ADDRESS);
      const free = Date.now();
      await releasing;
      assert.ok(seen - begun < 4_000, "it was seen again within the two cycles");
      assert.ok(Date.now() - free >= 4_000, "it was waited for two cycles from then on");
    });

    it("and told when it is seen again to the end", async () => {
      apart();
      world.editDirectory({ replicationCycleInterval: "00:00:01" });
      const registry = world.open(BOTH);
      const snapshot = await world.snapshot(registry);
      const released = failsWith(registry.releaseUser(snapshot, RENAME, ANNA), "unavailable", DC2, "'Anna'");
      await until("it is parked", () => world.user().sipAddress === PARKED);
      turn(ANNA_ADDRESS, ADDRESS);
      await released;
    });

    it("and told at once that somebody else has got it", async () => {
      world.editDirectory({ replicationCycleInterval: "00:10:00" });
      const registry = world.open("callTimeout=2&replicationTimeout=600");
      const snapshot = await world.snapshot(registry);
      const released = failsWith(registry.releaseUser(snapshot, RENAME, ANNA), "in-use", "'Anna'");
      await until("it is parked", () => world.user().sipAddress === PARKED);
      world.others().byHand("Set-CsUser", { Identity: ANNA_ADDRESS, SipAddress: ADDRESS });
      await released;
      assert.equal(world.user().sipAddress, PARKED);
    });

    it("no longer than the registry is open", async () => {
      const registry = world.open("callTimeout=1&replicationTimeout=60");
      const snapshot = await world.snapshot(registry);
      const released = failsWith(registry.releaseUser(snapshot, ELSEWHERE, ANNA), "unavailable");
      world.others().faults();
      await world.others().called("read", 10);
      await registry.close();
      await released;
    });
  });
});
