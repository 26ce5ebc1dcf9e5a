import assert from "node:assert/strict";
import { type ChangeOf, KIND_LABELS, type Kind } from "../../../provider/registry/records";
import type { Stored } from "../../../provider/registry/registry";
import { ANNA, BERT, type Bench, failsWith, leavesAlone, present } from "../bench";
import { keyIn, type Sample } from "./samples";

/** Update, and the revision that guards it, of a kind that the registry manages. */
export function updateCases(bench: Bench, sample: Sample): void {
  const { kind, changes } = sample;
  const { capabilities } = bench;
  const key = keyIn(sample, "lobby");
  const create = () => bench.registry.create(kind, sample.named("lobby"), ANNA);
  const update = (change: ChangeOf<Kind>, revision: string, by = ANNA) =>
    bench.registry.update(kind, key, change, revision, by);

  const isMadeAgain = kind === "endpoint" && capabilities.endpointChange === "interrupts";
  /** Without the owner, where that is a hint. */
  const told = ({ managedBy, ...stored }: Stored) =>
    capabilities.ownership ? { ...stored, managedBy } : stored;

  beforeEach(() => bench.furnish());

  it("writes the named fields and no other, and answers with the whole record", async () => {
    let before = await create();
    for (const change of changes) {
      const after = await update(change, before.revision);
      assert.deepEqual(after.record, { ...before.record, ...change });
      assert.deepEqual(await bench.registry.get(kind, key), after);
      before = after;
    }
  });

  it("writes nothing where nothing changes", async () => {
    const { revision } = await create();
    const before = await update(changes[0], revision);
    await leavesAlone(bench.registry, async () => {
      for (const change of [{}, changes[0]])
        assert.deepEqual(await update(change, before.revision, BERT), before);
    });
  });

  it("gives another revision at each write, and leaves the record to whom it belongs", async () => {
    const first = await create();
    const revisions = [first.revision];
    for (const change of changes) {
      const after = await update(change, revisions.at(-1) ?? "", BERT);
      revisions.push(after.revision);
      const { record, revision } = after;
      const kept = isMadeAgain ? { ...first, incarnation: after.incarnation } : first;
      assert.deepEqual(told(after), told({ ...kept, record, revision }));
    }
    assert.equal(new Set(revisions).size, changes.length + 1);
  });

  it("refuses to update what is absent", async () => {
    await leavesAlone(bench.registry, () =>
      failsWith(
        bench.registry.update(kind, key, changes[0], "1", ANNA),
        "not-found",
        `${KIND_LABELS[kind]} '${key}'`,
      ),
    );
  });

  it("refuses to update a record that was changed since it was read", async () => {
    const { revision } = await create();
    await update(changes[0], revision);
    await leavesAlone(bench.registry, async () => {
      for (const change of changes)
        await failsWith(update(change, revision, BERT), "conflict", `${KIND_LABELS[kind]} '${key}'`);
      await failsWith(update(changes[0], "", BERT), "conflict");
    });
    assert.notEqual((await present(bench.registry.get(kind, key))).revision, revision);
  });
}
