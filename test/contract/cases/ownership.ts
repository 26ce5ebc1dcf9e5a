import assert from "node:assert/strict";
import { ANNA, BERT, type Bench, BY_HAND, failsWith, leavesAlone, POOL, present } from "../bench";

/** Who owns a record, and how it changes hands. */
export function ownershipCases(bench: Bench): void {
  const make = (by = ANNA) => bench.registry.create("pool", { poolFqdn: POOL, shape: "single" }, by);

  it("records the owner, and none for a record made by hand", async () => {
    await make();
    assert.equal((await present(bench.registry.get("pool", POOL))).managedBy, ANNA.managedBy);
    const made = await bench.registry.create("sip-domain", { domain: "contoso.com" }, BY_HAND);
    assert.ok(!("managedBy" in made));
    assert.ok(!("managedBy" in (await present(bench.registry.get("sip-domain", "contoso.com")))));
  });

  it("names the owner of what exists, or says that there is none", async () => {
    await make();
    await failsWith(make(BERT), "already-exists", `'${ANNA.managedBy}'`);
    await bench.registry.create("sip-domain", { domain: "contoso.com" }, BY_HAND);
    const again = bench.registry.create("sip-domain", { domain: "contoso.com" }, ANNA);
    await failsWith(again, "already-exists", "nobody manages it");
  });

  it("gives a claimed record a new owner, incarnation and revision, and the same content", async () => {
    const old = await make();
    const claimed = await bench.registry.claim("pool", POOL, old.revision, BERT);
    assert.equal(claimed.managedBy, BERT.managedBy);
    assert.notEqual(claimed.incarnation, old.incarnation);
    assert.notEqual(claimed.revision, old.revision);
    assert.deepEqual(claimed.record, old.record);
    assert.deepEqual(await bench.registry.get("pool", POOL), claimed);
  });

  it("does not let the former owner remove a claimed record", async () => {
    const old = await make();
    const claimed = await bench.registry.claim("pool", POOL, old.revision, BERT);
    assert.equal(await bench.registry.remove("pool", POOL, old, ANNA), false);
    assert.deepEqual(await bench.registry.get("pool", POOL), claimed);
    assert.equal(await bench.registry.remove("pool", POOL, claimed, BERT), true);
  });

  it("leaves no owner on a record that is claimed by hand", async () => {
    const old = await make();
    assert.ok(!("managedBy" in (await bench.registry.claim("pool", POOL, old.revision, BY_HAND))));
    assert.ok(!("managedBy" in (await present(bench.registry.get("pool", POOL)))));
  });

  it("issues a new incarnation also to the owner who claims again", async () => {
    const old = await make();
    const claimed = await bench.registry.claim("pool", POOL, old.revision, ANNA);
    assert.notEqual(claimed.incarnation, old.incarnation);
  });

  it("keeps the incarnation that its maker or claimer names", async () => {
    const { registry } = bench;
    const record = { poolFqdn: POOL, shape: "single" } as const;
    const made = await registry.create("pool", record, ANNA, "an earlier one");
    assert.equal(made.incarnation, "an earlier one");
    const claimed = await registry.claim("pool", POOL, made.revision, BERT, "another one");
    assert.equal(claimed.incarnation, "another one");
    assert.deepEqual(await registry.get("pool", POOL), claimed);
    assert.equal(await registry.remove("pool", POOL, { incarnation: "an earlier one" }, ANNA), false);
    assert.equal(await registry.remove("pool", POOL, { incarnation: "another one" }, BERT), true);
  });

  it("refuses to claim what is absent or was changed since it was read", async () => {
    await failsWith(bench.registry.claim("pool", POOL, "1", BERT), "not-found", `'${POOL}'`);
    const old = await make();
    await bench.registry.update("pool", POOL, { port: 1 }, old.revision, ANNA);
    await leavesAlone(bench.registry, () =>
      failsWith(bench.registry.claim("pool", POOL, old.revision, BERT), "conflict", `'${POOL}'`),
    );
  });
}
