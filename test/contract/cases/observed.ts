import assert from "node:assert/strict";
import { ADDRESS, ANNA, type Bench, DOMAIN, failsWith, leavesAlone, POOL, present } from "../bench";

/** SIP domains that are made elsewhere. */
export function observedSipDomainCases(bench: Bench): void {
  beforeEach(() => bench.furnish());

  it("gives for a create the domain that is there as it is said, and changes nothing", async () => {
    const { registry } = bench;
    const plain = await bench.place("sip-domain", { domain: "fabrikam.com" });
    assert.deepEqual(plain.record, { domain: "fabrikam.com", isDefault: false });
    const chosen = await present(registry.get("sip-domain", DOMAIN));
    assert.deepEqual(chosen.record, { domain: DOMAIN, isDefault: true });
    await leavesAlone(registry, async () => {
      for (const there of [plain, chosen])
        for (const said of [{ domain: there.key }, { domain: there.key.toUpperCase() }, there.record])
          assert.deepEqual(await registry.create("sip-domain", said, ANNA), there);
    });
  });

  it("refuses to make one that is not there, and names it", async () => {
    await leavesAlone(bench.registry, () =>
      failsWith(
        bench.registry.create("sip-domain", { domain: "fabrikam.com" }, ANNA),
        "unsupported",
        "cannot create SIP domain 'fabrikam.com'",
      ),
    );
  });

  it("refuses to give the default mark, to take it and to remove a domain, and changes nothing", async () => {
    const { registry } = bench;
    const plain = await bench.place("sip-domain", { domain: "fabrikam.com" });
    const chosen = await present(registry.get("sip-domain", DOMAIN));
    await leavesAlone(registry, async () => {
      for (const { key, record, revision, incarnation } of [plain, chosen]) {
        const isDefault = !record.isDefault;
        for (const work of [
          () => registry.create("sip-domain", { domain: key, isDefault }, ANNA),
          () => registry.update("sip-domain", key, { isDefault }, revision, ANNA),
          () => registry.remove("sip-domain", key, { incarnation }, ANNA),
        ])
          await failsWith(work(), "unsupported", `SIP domain '${key}'`);
      }
    });
  });
}

/** SIP users who are made elsewhere. */
export function observedSipUserCases(bench: Bench): void {
  const user = { sipAddress: ADDRESS, displayName: "Group Chat" } as const;

  beforeEach(() => bench.furnish());

  it("reads, lists and resolves a user as long as there is one", async () => {
    const { registry } = bench;
    const stored = await bench.place("sip-user", user);
    assert.deepEqual([stored.kind, stored.key, stored.record], ["sip-user", ADDRESS, user]);
    assert.deepEqual(await registry.get("sip-user", "sip:OcsChat@Contoso.COM"), stored);
    assert.deepEqual(await bench.listed("sip-user"), [stored]);
    const other = await bench.place("sip-user", { sipAddress: "sip:anna@contoso.com", displayName: "Anna" });
    assert.deepEqual(await bench.listed("sip-user"), [other, stored]);
    assert.deepEqual(await registry.resolve(ADDRESS), { kind: "sip-user", ...user });
    await bench.displace("sip-user", ADDRESS);
    assert.equal(await registry.get("sip-user", ADDRESS), undefined);
    assert.equal(await registry.resolve(ADDRESS), undefined);
  });

  it("neither makes, changes, claims nor removes one", async () => {
    const { registry } = bench;
    const { revision, incarnation } = await bench.place("sip-user", user);
    await leavesAlone(registry, async () => {
      const create = registry.create("sip-user", { sipAddress: "sip:u@contoso.com" }, ANNA);
      await failsWith(create, "unsupported", "SIP user 'sip:u@contoso.com'");
      for (const work of [
        () => registry.update("sip-user", ADDRESS, { displayName: "Other" }, revision, ANNA),
        () => registry.claim("sip-user", ADDRESS, revision, ANNA),
        () => registry.remove("sip-user", ADDRESS, { incarnation }, ANNA),
      ])
        await failsWith(work(), "unsupported", `SIP user '${ADDRESS}'`);
    });
  });

  it("makes no endpoint in the place of one who came in the meantime", async () => {
    const { registry } = bench;
    const made = await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
    await registry.remove("endpoint", ADDRESS, made, ANNA);
    await bench.place("sip-user", user);
    const again = registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
    await failsWith(again, "in-use", `legacy endpoint '${ADDRESS}'`, "SIP user 'Group Chat'");
  });
}
