import assert from "node:assert/strict";
import { ADDRESS, ANNA, type Bench, DOMAIN, OTHER_POOL, POOL, present, serversOf } from "../bench";

/** What a legacy client's lookup gets. */
export function resolutionCases(bench: Bench): void {
  beforeEach(() => bench.furnish());

  const lead = (poolFqdn = POOL) =>
    bench.registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn }, ANNA);

  it("leads nowhere from an address that nobody holds", async () => {
    await lead();
    assert.equal(await bench.registry.resolve(`sip:other@${DOMAIN}`), undefined);
    assert.equal(await bench.registry.resolve("sip:ocschat@fabrikam.com"), undefined);
  });

  it("leads to the endpoint's pool, its active servers, its port and its next hop", async () => {
    const { registry } = bench;
    const pool = "chat3.contoso.com";
    const [one = "", two = "", three = ""] = serversOf(pool, 3);
    await bench.place("pool", {
      poolFqdn: pool,
      shape: "multiple",
      servers: [one, two, three],
      activeServers: [three, one],
      nextHopPool: "fe.contoso.com",
      port: 6000,
    });
    await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: pool, displayName: "Chat" }, ANNA);
    assert.deepEqual(await registry.resolve(ADDRESS), {
      kind: "endpoint",
      sipAddress: ADDRESS,
      displayName: "Chat",
      poolFqdn: pool,
      servers: [one, three],
      port: 6000,
      nextHopPool: "fe.contoso.com",
    });
  });

  if (bench.manages("pool"))
    it("leaves out what is not there", async () => {
      await lead(OTHER_POOL);
      assert.deepEqual(await bench.registry.resolve(ADDRESS), {
        kind: "endpoint",
        sipAddress: ADDRESS,
        poolFqdn: OTHER_POOL,
        servers: [],
        port: 5041,
      });
    });

  it("leads to the SIP user who holds the address", async () => {
    const user = { sipAddress: ADDRESS, displayName: "Group Chat" } as const;
    await bench.place("sip-user", user);
    assert.deepEqual(await bench.registry.resolve(ADDRESS), { kind: "sip-user", ...user });
  });

  if (bench.manages("sip-user"))
    it("leads to a SIP user without a name", async () => {
      await bench.place("sip-user", { sipAddress: ADDRESS });
      assert.deepEqual(await bench.registry.resolve(ADDRESS), { kind: "sip-user", sipAddress: ADDRESS });
    });

  it("leads to the new pool after a repoint", async () => {
    const { revision } = await lead();
    await bench.registry.update("endpoint", ADDRESS, { poolFqdn: OTHER_POOL }, revision, ANNA);
    const answer = await present(bench.registry.resolve(ADDRESS));
    assert.equal(answer.kind === "endpoint" && answer.poolFqdn, OTHER_POOL);
  });

  it("follows the pool's active servers", async () => {
    await lead();
    const { revision } = await present(bench.registry.get("pool", POOL));
    const activeServers = serversOf(POOL, 2).slice(1);
    await bench.registry.update("pool", POOL, { activeServers }, revision, ANNA);
    const answer = await present(bench.registry.resolve(ADDRESS));
    assert.deepEqual(answer.kind === "endpoint" && answer.servers, activeServers);
  });

  it("leads nowhere once the endpoint is removed", async () => {
    const made = await lead();
    await bench.registry.remove("endpoint", ADDRESS, made, ANNA);
    assert.equal(await bench.registry.resolve(ADDRESS), undefined);
  });
}
