import assert from "node:assert/strict";
import { isRegistryError } from "../../../provider/registry/errors";
import { ANNA, type Bench, collect, contentsOf, failsWith, furnish, POOL } from "../bench";

/** Opening and closing. */
export function handleCases(bench: Bench): void {
  it("has after closing and opening again all that it had", async () => {
    await furnish(bench.registry);
    const before = await contentsOf(bench.registry);
    await bench.registry.close();
    assert.deepEqual(await contentsOf(bench.open()), before);
  });

  it("closes twice, at once and one after the other", async () => {
    await furnish(bench.registry);
    await Promise.all([bench.registry.close(), bench.registry.close()]);
    await bench.registry.close();
  });

  it("closes without having been used", async () => {
    await bench.open().close();
    assert.equal(await bench.registry.get("pool", POOL), undefined);
  });

  it("refuses every call after it was closed", async () => {
    const { registry } = bench;
    await furnish(registry);
    await registry.close();
    for (const call of [
      () => registry.get("pool", POOL),
      () => collect(registry.list("pool")),
      () => registry.create("sip-domain", { domain: "fabrikam.com" }, ANNA),
      () => registry.update("pool", POOL, {}, "1", ANNA),
      () => registry.claim("pool", POOL, "1", ANNA),
      () => registry.remove("pool", POOL, { incarnation: "1" }, ANNA),
      () => registry.resolve("sip:a@contoso.com"),
      () => registry.history("pool", POOL),
    ])
      await failsWith(call(), "unavailable", "closed");
    assert.equal(await bench.open().get("sip-domain", "fabrikam.com"), undefined);
  });

  it("leaves another handle open", async () => {
    const other = bench.open();
    await furnish(other);
    await bench.registry.close();
    assert.equal((await other.get("pool", POOL))?.key, POOL);
  });

  it("has what it acknowledged, and nothing else, when it is closed under its callers", async () => {
    const { registry } = bench;
    const domains = Array.from({ length: 20 }, (_, index) => `d${index}.example`);
    const calls = domains.map((domain) => registry.create("sip-domain", { domain }, ANNA));
    const outcomes = Promise.allSettled(calls);
    await registry.close();
    const kept = new Set((await collect(bench.open().list("sip-domain"))).map((stored) => stored.key));
    for (const [index, outcome] of (await outcomes).entries()) {
      assert.equal(kept.has(domains[index] ?? ""), outcome.status === "fulfilled");
      if (outcome.status === "rejected") assert.ok(isRegistryError(outcome.reason, "unavailable"));
    }
  });
}
