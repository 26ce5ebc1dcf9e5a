import assert from "node:assert/strict";
import { isRegistryError } from "../../../provider/registry/errors";
import { ADDRESS, ANNA, BERT, type Bench, collect, furnish, POOL, present } from "../bench";

/** Several callers at once, on one handle and on two. */
export function concurrencyCases(bench: Bench): void {
  beforeEach(() => furnish(bench.registry));

  const codesOf = async (work: Promise<unknown>[]) =>
    (await Promise.allSettled(work)).map((outcome) => {
      if (outcome.status === "fulfilled") return "done";
      assert.ok(isRegistryError(outcome.reason), String(outcome.reason));
      return outcome.reason.code;
    });
  const handles = () => [bench.registry, bench.open(), bench.registry, bench.open()];

  it("lets one of many creates of one endpoint win", async () => {
    const endpoint = { sipAddress: ADDRESS, poolFqdn: POOL } as const;
    const codes = await codesOf(handles().map((registry) => registry.create("endpoint", endpoint, ANNA)));
    assert.deepEqual(codes.sort(), ["already-exists", "already-exists", "already-exists", "done"]);
    if (bench.registry.capabilities.history)
      assert.equal((await bench.registry.history("endpoint", ADDRESS)).length, 1);
  });

  it("gives an address to an endpoint or a SIP user when both ask at once", async () => {
    const other = bench.open();
    const codes = await codesOf([
      bench.registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA),
      other.create("sip-user", { sipAddress: ADDRESS }, BERT),
    ]);
    assert.deepEqual(codes.sort(), ["done", "in-use"]);
  });

  it("lets one of many updates of one revision win", async () => {
    const { revision } = await present(bench.registry.get("pool", POOL));
    const codes = await codesOf(
      handles().map((registry, index) =>
        registry.update("pool", POOL, { port: 6000 + index }, revision, ANNA),
      ),
    );
    assert.deepEqual(codes.sort(), ["conflict", "conflict", "conflict", "done"]);
  });

  it("lets one of many claims of one revision win", async () => {
    const { revision } = await present(bench.registry.get("pool", POOL));
    const codes = await codesOf(handles().map((registry) => registry.claim("pool", POOL, revision, BERT)));
    assert.deepEqual(codes.sort(), ["conflict", "conflict", "conflict", "done"]);
  });

  it("removes a record for one of many callers", async () => {
    const stored = await present(bench.registry.get("pool", POOL));
    const removed = await Promise.all(
      handles().map((registry) => registry.remove("pool", POOL, stored, ANNA)),
    );
    assert.deepEqual(removed.sort(), [false, false, false, true]);
  });

  it("never leads an endpoint to a pool that is removed at the same time", async () => {
    const stored = await present(bench.registry.get("pool", POOL));
    const other = bench.open();
    const codes = await codesOf([
      other.remove("pool", POOL, stored, BERT),
      bench.registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA),
    ]);
    assert.ok(["done,invalid", "in-use,done"].includes(codes.join()), codes.join());
    assert.equal((await bench.registry.resolve(ADDRESS)) !== undefined, codes[1] === "done");
  });

  it("keeps one default SIP domain when many ask for it at once", async () => {
    await Promise.all(
      handles().map((registry, index) =>
        registry.create("sip-domain", { domain: `d${index}.example`, isDefault: true }, ANNA),
      ),
    );
    const domains = await collect(bench.registry.list("sip-domain"));
    assert.equal(domains.length, 5);
    assert.equal(domains.filter((stored) => stored.record.isDefault).length, 1);
  });

  it("shows one handle what another one wrote", async () => {
    const other = bench.open();
    const { revision } = await present(other.get("pool", POOL));
    await bench.registry.update("pool", POOL, { port: 1 }, revision, ANNA);
    assert.equal((await present(other.get("pool", POOL))).record.port, 1);
    await other.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, BERT);
    const answer = await present(bench.registry.resolve(ADDRESS));
    assert.equal(answer.kind === "endpoint" && answer.port, 1);
  });
}
