import assert from "node:assert/strict";
import { ANNA, BERT, type Bench, DOMAIN, failsWith, leavesAlone, present } from "../bench";

const OTHER_DOMAIN = "fabrikam.com";

/** The default mark, where the registry makes the SIP domains. */
export function sipDomainCases(bench: Bench): void {
  beforeEach(() => bench.furnish());

  const update = (domain: string, isDefault: boolean, revision: string) =>
    bench.registry.update("sip-domain", domain, { isDefault }, revision, ANNA);
  const domain = (key: string) => present(bench.registry.get("sip-domain", key));

  it("is given at a create", async () => {
    const said = { domain: OTHER_DOMAIN, isDefault: true };
    const made = await bench.registry.create("sip-domain", said, ANNA);
    assert.deepEqual(made.record, said);
    assert.deepEqual(await domain(OTHER_DOMAIN), made);
  });

  it("is on one domain: a new one takes it from the old one", async () => {
    const { registry } = bench;
    const old = await domain(DOMAIN);
    await registry.create("sip-domain", { domain: OTHER_DOMAIN, isDefault: true }, BERT);
    const left = await domain(DOMAIN);
    assert.deepEqual(left, { ...old, record: { domain: DOMAIN, isDefault: false }, revision: left.revision });
    assert.notEqual(left.revision, old.revision);
    await failsWith(update(DOMAIN, true, old.revision), "conflict");
    await update(DOMAIN, true, left.revision);
    assert.equal((await domain(OTHER_DOMAIN)).record.isDefault, false);
    assert.equal((await domain(DOMAIN)).record.isDefault, true);
  });

  it("stays where it is if the domain that would take it cannot be made", async () => {
    const { registry } = bench;
    await registry.create("sip-domain", { domain: OTHER_DOMAIN }, ANNA);
    await leavesAlone(registry, () =>
      failsWith(
        registry.create("sip-domain", { domain: OTHER_DOMAIN, isDefault: true }, BERT),
        "already-exists",
      ),
    );
  });

  if (bench.capabilities.defaultDomain === "optional") {
    it("may be given up", async () => {
      const { record } = await update(DOMAIN, false, (await domain(DOMAIN)).revision);
      assert.deepEqual(record, { domain: DOMAIN, isDefault: false });
      assert.deepEqual((await domain(DOMAIN)).record, record);
    });

    it("goes with its domain", async () => {
      assert.equal(await bench.registry.remove("sip-domain", DOMAIN, await domain(DOMAIN), ANNA), true);
      assert.deepEqual(await bench.listed("sip-domain"), []);
    });
  } else
    it("is given up to another domain only, and keeps its domain", async () => {
      const stored = await domain(DOMAIN);
      await leavesAlone(bench.registry, async () => {
        await failsWith(update(DOMAIN, false, stored.revision), "unsupported", `'${DOMAIN}'`, "another");
        await failsWith(
          bench.registry.remove("sip-domain", DOMAIN, stored, ANNA),
          "unsupported",
          `'${DOMAIN}'`,
          "another",
        );
      });
      await bench.registry.create("sip-domain", { domain: OTHER_DOMAIN, isDefault: true }, BERT);
      const left = await domain(DOMAIN);
      assert.equal(await bench.registry.remove("sip-domain", DOMAIN, left, ANNA), true);
      assert.equal(await bench.registry.get("sip-domain", DOMAIN), undefined);
    });
}
