import assert from "node:assert/strict";
import type { ChangeOf } from "../../../provider/registry/records";
import {
  ADDRESS,
  ANNA,
  BERT,
  type Bench,
  DOMAIN,
  failsWith,
  furnish,
  leavesAlone,
  OTHER_POOL,
  POOL,
  present,
  serversOf,
} from "../bench";

/** Update, and the revision that guards it. */
export function updateCases(bench: Bench): void {
  beforeEach(() => furnish(bench.registry));

  const pool = () => present(bench.registry.get("pool", POOL));

  for (const change of [
    { displayName: "Chat" },
    { port: 5999 },
    { nextHopPool: "fe.contoso.com" },
    { poolState: "FailedOver" },
    { activeServers: serversOf(POOL, 1) },
  ] satisfies ChangeOf<"pool">[])
    it(`writes ${Object.keys(change)} of a pool and no other field`, async () => {
      const before = await pool();
      const after = await bench.registry.update("pool", POOL, change, before.revision, ANNA);
      assert.deepEqual(after.record, { ...before.record, ...change });
      assert.deepEqual(await pool(), after);
    });

  it("writes one setting of a pool and no other", async () => {
    const before = await pool();
    const settings = { defaultChatHistory: 7 };
    const { record } = await bench.registry.update("pool", POOL, { settings }, before.revision, ANNA);
    assert.deepEqual(record, { ...before.record, settings: { ...before.record.settings, ...settings } });
  });

  it("takes fields that are undefined for fields that are absent", async () => {
    const before = await pool();
    const change = { displayName: undefined, port: 5999, settings: { maxFileSizeKB: undefined } };
    const { record } = await bench.registry.update("pool", POOL, change, before.revision, ANNA);
    assert.deepEqual(record, { ...before.record, port: 5999 });
  });

  it("moves the active servers along where a pool's servers are replaced", async () => {
    const servers = ["x.example", "y.example"];
    const { record } = await bench.registry.update("pool", POOL, { servers }, (await pool()).revision, ANNA);
    assert.deepEqual([record.servers, record.activeServers], [servers, servers]);
  });

  it("writes the fields of an endpoint, a SIP user and a SIP domain", async () => {
    const { registry } = bench;
    const endpoint = await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
    const named = await registry.update(
      "endpoint",
      ADDRESS,
      { displayName: "Chat" },
      endpoint.revision,
      ANNA,
    );
    assert.deepEqual(named.record, { sipAddress: ADDRESS, poolFqdn: POOL, displayName: "Chat" });
    const moved = await registry.update("endpoint", ADDRESS, { poolFqdn: OTHER_POOL }, named.revision, ANNA);
    assert.deepEqual(moved.record, { sipAddress: ADDRESS, poolFqdn: OTHER_POOL, displayName: "Chat" });
    const user = await registry.create("sip-user", { sipAddress: "sip:u@contoso.com" }, ANNA);
    const called = await registry.update("sip-user", user.key, { displayName: "U" }, user.revision, ANNA);
    assert.deepEqual(called.record, { sipAddress: "sip:u@contoso.com", displayName: "U" });
    const domain = await present(registry.get("sip-domain", DOMAIN));
    const plain = await registry.update("sip-domain", DOMAIN, { isDefault: false }, domain.revision, ANNA);
    assert.deepEqual(plain.record, { domain: DOMAIN, isDefault: false });
  });

  it("writes nothing where nothing changes", async () => {
    const before = await pool();
    await leavesAlone(bench.registry, async () => {
      const { servers, port, settings } = before.record;
      for (const change of [{}, { port }, { servers: [...servers].reverse() }, { settings }])
        assert.deepEqual(await bench.registry.update("pool", POOL, change, before.revision, BERT), before);
    });
  });

  it("gives another revision at each write, and keeps incarnation and owner", async () => {
    const first = await pool();
    const second = await bench.registry.update("pool", POOL, { port: 1 }, first.revision, BERT);
    const third = await bench.registry.update("pool", POOL, { port: 5041 }, second.revision, BERT);
    assert.equal(new Set([first.revision, second.revision, third.revision]).size, 3);
    assert.deepEqual(third, { ...first, revision: third.revision });
  });

  it("refuses to update what is absent", async () => {
    await leavesAlone(bench.registry, () =>
      failsWith(
        bench.registry.update("pool", "none.example", { port: 1 }, "1", ANNA),
        "not-found",
        "Persistent Chat pool 'none.example'",
      ),
    );
  });

  it("refuses to update a record that was changed since it was read", async () => {
    const { revision } = await pool();
    await bench.registry.update("pool", POOL, { port: 1 }, revision, ANNA);
    await leavesAlone(bench.registry, async () => {
      await failsWith(
        bench.registry.update("pool", POOL, { port: 2 }, revision, BERT),
        "conflict",
        `'${POOL}'`,
      );
      await failsWith(bench.registry.update("pool", POOL, { port: 1 }, revision, BERT), "conflict");
      await failsWith(bench.registry.update("pool", POOL, { port: 2 }, "", BERT), "conflict");
    });
  });

  it("refuses an update that breaks a limit, and leaves the record alone", async () => {
    const { revision } = await pool();
    await leavesAlone(bench.registry, () =>
      failsWith(
        bench.registry.update("pool", POOL, { port: 1, servers: serversOf(POOL, 9) }, revision, ANNA),
        "invalid",
        `cannot update Persistent Chat pool '${POOL}'`,
        "servers",
      ),
    );
  });

  it("has one default SIP domain: a new one takes the mark from the old one", async () => {
    const { registry } = bench;
    const old = await present(registry.get("sip-domain", DOMAIN));
    await registry.create("sip-domain", { domain: "fabrikam.com", isDefault: true }, BERT);
    const left = await present(registry.get("sip-domain", DOMAIN));
    assert.deepEqual(left, { ...old, record: { domain: DOMAIN, isDefault: false }, revision: left.revision });
    assert.notEqual(left.revision, old.revision);
    await failsWith(
      registry.update("sip-domain", DOMAIN, { isDefault: true }, old.revision, ANNA),
      "conflict",
    );
    await registry.update("sip-domain", DOMAIN, { isDefault: true }, left.revision, ANNA);
    assert.equal((await present(registry.get("sip-domain", "fabrikam.com"))).record.isDefault, false);
    assert.equal((await present(registry.get("sip-domain", DOMAIN))).record.isDefault, true);
  });

  it("leaves the default where it is if the domain that would take it cannot be made", async () => {
    const { registry } = bench;
    await registry.create("sip-domain", { domain: "fabrikam.com" }, ANNA);
    await leavesAlone(registry, () =>
      failsWith(
        registry.create("sip-domain", { domain: "fabrikam.com", isDefault: true }, BERT),
        "already-exists",
      ),
    );
  });
}
