import assert from "node:assert/strict";
import { isRegistryError } from "../../../provider/registry/errors";
import { KIND_LABELS } from "../../../provider/registry/records";
import { ANNA, type Bench, collect, contentsOf, failsWith, POOL } from "../bench";
import { keyIn, samplesFor } from "./samples";

/** Opening and closing. */
export function handleCases(bench: Bench): void {
  it("has after closing and opening again all that it had", async () => {
    await bench.furnish();
    const before = await contentsOf(bench.registry);
    await bench.registry.close();
    assert.deepEqual(await contentsOf(bench.open()), before);
  });

  it("closes twice, at once and one after the other", async () => {
    await bench.furnish();
    await Promise.all([bench.registry.close(), bench.registry.close()]);
    await bench.registry.close();
  });

  it("closes without having been used", async () => {
    await bench.open().close();
    assert.equal(await bench.registry.get("pool", POOL), undefined);
  });

  it("refuses every call after it was closed", async () => {
    const { registry } = bench;
    await bench.furnish();
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
      () => registry.contents(),
      () => registry.migrate(),
    ])
      await failsWith(call(), "unavailable", "closed");
    assert.equal(await bench.open().get("sip-domain", "fabrikam.com"), undefined);
  });

  it("leaves another handle open", async () => {
    const other = bench.open();
    await bench.furnish(other);
    await bench.registry.close();
    assert.equal((await other.get("pool", POOL))?.key, POOL);
  });

  it("may be made beforehand, more than once, and is there after that", async () => {
    const { registry } = bench;
    await registry.migrate();
    await registry.assertExists();
    await bench.furnish();
    const before = await contentsOf(registry);
    await registry.migrate();
    assert.deepEqual(await contentsOf(registry), before);
  });

  for (const sample of samplesFor(bench).filter(({ kind }) => ["sip-domain", "endpoint"].includes(kind)))
    it(`has what it acknowledged, and nothing else, when it is closed under the makers of a ${KIND_LABELS[sample.kind]}`, async () => {
      const { kind } = sample;
      // What refers to nothing is made in a store that is not there yet.
      if (kind === "endpoint") await bench.furnish();
      const { registry } = bench;
      const names = Array.from({ length: 20 }, (_, index) => `n${index}`);
      const calls = names.map((name) => registry.create(kind, sample.named(name), ANNA));
      const outcomes = Promise.allSettled(calls);
      await registry.close();
      const kept = new Set((await collect(bench.open().list(kind))).map((stored) => stored.key));
      for (const [index, outcome] of (await outcomes).entries()) {
        assert.equal(kept.has(keyIn(sample, names[index] ?? "")), outcome.status === "fulfilled");
        if (outcome.status === "rejected") assert.ok(isRegistryError(outcome.reason, "unavailable"));
      }
    });
}
