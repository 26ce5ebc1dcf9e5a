import assert from "node:assert/strict";
import { KIND_LABELS, KINDS } from "../../../provider/registry/records";
import { ANNA, BERT, type Bench, failsWith, leavesAlone, present } from "../bench";
import { keyIn, ownRecords, type Sample } from "./samples";

/** What holds of a store with nothing in it. */
export function emptyCases(bench: Bench): void {
  const { capabilities } = bench;

  it("answers for an absent key of each kind that there is none", async () => {
    for (const kind of KINDS) assert.equal(await bench.registry.get(kind, "sip:a@b.example"), undefined);
  });

  it("reads a store that was never written as an empty one", async () => {
    for (const kind of KINDS) {
      assert.deepEqual(await bench.listed(kind), []);
      if (capabilities.history) assert.deepEqual(await bench.registry.history(kind, "a.example"), []);
      if (bench.manages(kind))
        assert.equal(await bench.registry.remove(kind, "a.example", { incarnation: "1" }, ANNA), false);
    }
    assert.equal(await bench.registry.resolve("sip:a@b.example"), undefined);
  });
}

/** Create, get and remove, of a kind that the registry manages. */
export function recordCases(bench: Bench, sample: Sample): void {
  const { kind } = sample;
  const key = keyIn(sample, "lobby");
  const create = (by = ANNA) => bench.registry.create(kind, sample.named("lobby"), by);

  beforeEach(() => bench.furnish());

  it("gives back what was created, with a key, a revision and an incarnation", async () => {
    const made = await create();
    assert.equal(made.kind, kind);
    assert.equal(made.key, key);
    assert.deepEqual(made.record, sample.made("lobby"));
    assert.ok(made.revision !== "" && made.incarnation !== "");
    assert.deepEqual(await bench.registry.get(kind, key), made);
    assert.deepEqual(await ownRecords(bench, sample), [made]);
  });

  it("refuses to create what exists, whoever asks, and leaves it alone", async () => {
    await create();
    await leavesAlone(bench.registry, async () => {
      for (const by of [ANNA, BERT])
        for (const record of [sample.named("lobby"), sample.rival("lobby")])
          await failsWith(
            bench.registry.create(kind, record, by),
            "already-exists",
            `cannot create ${KIND_LABELS[kind]} '${key}'`,
          );
    });
  });

  it("removes a record once", async () => {
    const { registry } = bench;
    const { incarnation } = await create();
    assert.equal(await registry.remove(kind, key, { incarnation }, ANNA), true);
    assert.equal(await registry.get(kind, key), undefined);
    assert.deepEqual(await ownRecords(bench, sample), []);
    assert.equal(await registry.remove(kind, key, { incarnation }, ANNA), false);
  });

  it("leaves a record of another incarnation alone", async () => {
    const { registry } = bench;
    await create();
    await leavesAlone(registry, async () => {
      assert.equal(await registry.remove(kind, key, { incarnation: "another" }, ANNA), false);
      assert.equal(await registry.remove(kind, key, { incarnation: "" }, ANNA), false);
    });
  });

  it("takes a record that was removed and made again for another one", async () => {
    const { registry } = bench;
    const first = await create();
    await registry.remove(kind, key, first, ANNA);
    const second = await create();
    assert.notEqual(second.incarnation, first.incarnation);
    assert.equal(await registry.remove(kind, key, first, ANNA), false);
    await failsWith(registry.update(kind, key, sample.changes[0], first.revision, ANNA), "conflict");
    assert.deepEqual(await registry.get(kind, key), second);
  });

  it("hands out copies", async () => {
    const said = sample.named("lobby");
    const made = await bench.registry.create(kind, said, ANNA);
    const read = await present(bench.registry.get(kind, key));
    for (const record of [said, made.record, read.record]) Object.assign(record, { displayName: "Scribble" });
    assert.deepEqual((await present(bench.registry.get(kind, key))).record, sample.made("lobby"));
  });
}
