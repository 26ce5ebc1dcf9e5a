import assert from "node:assert/strict";
import { ADDRESS, ANNA, BERT, type Bench, OTHER_POOL, POOL, present } from "../bench";

/** A change of an endpoint, in place or by making it again: what answers after it. */
export function endpointChangeCases(bench: Bench): void {
  beforeEach(() => bench.furnish());

  const create = () =>
    bench.registry.create(
      "endpoint",
      { sipAddress: ADDRESS, poolFqdn: POOL, displayName: "Chat" } as const,
      ANNA,
    );

  it("leaves one record, which answers, is removed by the answer's incarnation, and is then gone", async () => {
    const { registry } = bench;
    const made = await create();
    const moved = await registry.update("endpoint", ADDRESS, { poolFqdn: OTHER_POOL }, made.revision, BERT);
    assert.notEqual(moved.revision, made.revision);
    assert.deepEqual(await bench.listed("endpoint"), [moved]);
    assert.deepEqual(await registry.get("endpoint", ADDRESS), moved);
    const answer = await present(registry.resolve(ADDRESS));
    assert.equal(answer.kind === "endpoint" && answer.poolFqdn, OTHER_POOL);
    assert.equal(await registry.remove("endpoint", ADDRESS, moved, ANNA), true);
    assert.equal(await registry.resolve(ADDRESS), undefined);
  });

  it("of the name keeps the pool, and of the pool the name", async () => {
    const { registry } = bench;
    const made = await create();
    const named = await registry.update("endpoint", ADDRESS, { displayName: "Talk" }, made.revision, ANNA);
    assert.deepEqual(named.record, { sipAddress: ADDRESS, poolFqdn: POOL, displayName: "Talk" });
    const change = { poolFqdn: OTHER_POOL, displayName: undefined };
    const moved = await registry.update("endpoint", ADDRESS, change, named.revision, ANNA);
    assert.deepEqual(moved.record, { sipAddress: ADDRESS, poolFqdn: OTHER_POOL, displayName: "Talk" });
  });

  it("gives a name to an endpoint that was made without one", async () => {
    const { registry } = bench;
    const made = await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
    const named = await registry.update("endpoint", ADDRESS, { displayName: "Chat" }, made.revision, ANNA);
    assert.deepEqual(named.record, { sipAddress: ADDRESS, poolFqdn: POOL, displayName: "Chat" });
  });

  it("may be followed by one on another handle", async () => {
    const { registry } = bench;
    const other = bench.open();
    const made = await create();
    const moved = await registry.update("endpoint", ADDRESS, { poolFqdn: OTHER_POOL }, made.revision, ANNA);
    const read = await present(other.get("endpoint", ADDRESS));
    assert.deepEqual(read, moved);
    const back = await other.update("endpoint", ADDRESS, { poolFqdn: POOL }, read.revision, BERT);
    assert.equal(new Set([made, moved, back].map(({ revision }) => revision)).size, 3);
    assert.deepEqual(back.record, made.record);
    assert.deepEqual(await registry.get("endpoint", ADDRESS), back);
  });
}
