import assert from "node:assert/strict";
import { KIND_LABELS, type NewRecordOf } from "../../../provider/registry/records";
import type { RegistryContents, TopologyRegistry } from "../../../provider/registry/registry";
import { ADDRESS, ANNA, BERT, type Bench, contentsOf, failsWith, furnish, POOL, present } from "../bench";

const CUTOVER: NewRecordOf<"cutover"> = {
  name: "contoso",
  addresses: [ADDRESS],
  poolFqdn: POOL,
  folder: "/cutover",
};

/** Everything at once: out of one registry, into another, where the store is all ours. */
export function contentCases(bench: Bench, emptyRegistry: () => Promise<TopologyRegistry>): void {
  /** Every kind, an owner and none, a past, and keys whose record is gone. */
  const live = async (registry: TopologyRegistry): Promise<RegistryContents> => {
    await furnish(registry);
    const attributes = { title: "Room", Enabled: true };
    const user = { sipAddress: "sip:user@contoso.com", attributes } as const;
    await registry.create("sip-user", user, { operator: "carol" });
    await registry.create("cutover", CUTOVER, ANNA);
    const { incarnation } = await registry.create("sip-domain", { domain: "gone.example" }, ANNA);
    await registry.remove("sip-domain", "gone.example", { incarnation }, BERT);
    const first = await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
    const second = await registry.update("endpoint", ADDRESS, { displayName: "a" }, first.revision, BERT);
    await registry.claim("endpoint", ADDRESS, second.revision, BERT);
    return registry.contents();
  };

  it("are nothing in a registry that was never written", async () => {
    assert.deepEqual(await bench.registry.contents(), { records: [], history: [] });
  });

  it("are every record and the whole past, in order", async () => {
    const { records, history } = await live(bench.registry);
    assert.deepEqual(records, (await contentsOf(bench.registry)).all);
    assert.equal(records.length, 6);
    assert.deepEqual(
      history.map(({ kind, change }) => `${change.action} ${kind}`),
      [
        "create sip-domain",
        "create pool",
        "create pool",
        "create sip-user",
        "create cutover",
        "create sip-domain",
        "remove sip-domain",
        "create endpoint",
        "update endpoint",
        "claim endpoint",
      ],
    );
    const own = history.filter(({ kind }) => kind === "endpoint").map(({ change }) => change);
    assert.deepEqual(own, await bench.registry.history("endpoint", ADDRESS));
  });

  it("fill an empty registry, which goes on as the first one would", async () => {
    const contents = await live(bench.registry);
    const copy = await emptyRegistry();
    await copy.fill(contents);
    assert.deepEqual(await copy.contents(), contents);
    const outcome = async (registry: TopologyRegistry) => {
      const { revision } = await present(registry.get("endpoint", ADDRESS));
      const { revision: next } = await registry.update(
        "endpoint",
        ADDRESS,
        { displayName: "b" },
        revision,
        ANNA,
      );
      const again = await registry.create("sip-domain", { domain: "gone.example" }, ANNA);
      return { next, again: again.revision };
    };
    assert.deepEqual(await outcome(copy), await outcome(bench.registry));
    const sequences = (await copy.contents()).history.map(({ change }) => change.sequence);
    assert.deepEqual(
      sequences,
      [...new Set(sequences)].sort((a, b) => a - b),
    );
    assert.equal(sequences.length, contents.history.length + 2);
  });

  it("may be more than a store writes at a time", async () => {
    for (let batch = 0; batch < 10; batch += 1) {
      const domains = Array.from({ length: 30 }, (_, index) => `d${index}.b${batch}.example`);
      await Promise.all(domains.map((domain) => bench.registry.create("sip-domain", { domain }, ANNA)));
    }
    const contents = await bench.registry.contents();
    assert.equal(contents.history.length, 300);
    const copy = await emptyRegistry();
    await copy.fill(contents);
    assert.deepEqual(await copy.contents(), contents);
  });

  it("fill a registry with nothing, and it may be filled after that", async () => {
    const copy = await emptyRegistry();
    await copy.fill({ records: [], history: [] });
    const contents = await live(bench.registry);
    await copy.fill(contents);
    assert.deepEqual(await copy.contents(), contents);
  });

  for (const [what, prepare] of [
    ["holds a record", (registry: TopologyRegistry) => furnish(registry)],
    [
      "remembers one",
      async (registry: TopologyRegistry) => {
        const made = await registry.create("sip-domain", { domain: "gone.example" }, ANNA);
        await registry.remove("sip-domain", "gone.example", made, ANNA);
      },
    ],
  ] as const)
    it(`do not go into a registry that ${what}`, async () => {
      const contents = await live(bench.registry);
      const copy = await emptyRegistry();
      await prepare(copy);
      const before = await copy.contents();
      await failsWith(copy.fill(contents), "already-exists", "not empty");
      assert.deepEqual(await copy.contents(), before);
    });

  for (const kind of ["sip-domain", "cutover"] as const)
    it(`do not go into a registry that holds a ${KIND_LABELS[kind]} alone, and remembers nothing`, async () => {
      const contents = await live(bench.registry);
      const records = contents.records.filter((stored) => stored.kind === kind);
      const copy = await emptyRegistry();
      await copy.fill({ records, history: [] });
      await failsWith(copy.fill(contents), "already-exists", "not empty");
      assert.deepEqual(await copy.contents(), { records, history: [] });
    });

  it("go in wholly or not at all", async () => {
    const contents = await live(bench.registry);
    const [last] = contents.history.slice(-1);
    assert.ok(last);
    const copy = await emptyRegistry();
    // The same place in the sequence twice.
    await failsWith(copy.fill({ ...contents, history: [...contents.history, last] }), "invalid");
    assert.deepEqual(await copy.contents(), { records: [], history: [] });
  });

  it("go into a registry that was made beforehand", async () => {
    const contents = await live(bench.registry);
    const copy = await emptyRegistry();
    await copy.migrate();
    await copy.migrate();
    await copy.assertExists();
    await copy.fill(contents);
    assert.deepEqual(await copy.contents(), contents);
    await copy.migrate();
    assert.deepEqual(await copy.contents(), contents);
  });
}
