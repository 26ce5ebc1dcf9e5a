import assert from "node:assert/strict";
import { KIND_LABELS } from "../../../provider/registry/records";
import { isIncarnation } from "../../../provider/registry/registry";
import { ANNA, BERT, type Bench, BY_HAND, failsWith, leavesAlone, present } from "../bench";
import { keyIn, type Sample } from "./samples";

/** How a record changes hands, of a kind that the registry manages. */
export function claimCases(bench: Bench, sample: Sample): void {
  const { kind } = sample;
  const { capabilities } = bench;
  const key = keyIn(sample, "lobby");
  const label = `${KIND_LABELS[kind]} '${key}'`;
  const create = (by = ANNA, incarnation?: string) =>
    bench.registry.create(kind, sample.named("lobby"), by, incarnation);
  const claim = (revision: string, by = BERT, incarnation?: string) =>
    bench.registry.claim(kind, key, revision, by, incarnation);
  const remove = (incarnation: string, by = BERT) => bench.registry.remove(kind, key, { incarnation }, by);
  const get = () => present(bench.registry.get(kind, key));

  beforeEach(() => bench.furnish());

  it("gives a claimed record another incarnation, and the same content", async () => {
    const old = await create();
    const claimed = await claim(old.revision);
    assert.notEqual(claimed.incarnation, old.incarnation);
    assert.deepEqual(claimed.record, old.record);
    assert.ok(isIncarnation(claimed.incarnation, await get()));
  });

  it("does not let who had the record before remove it", async () => {
    const old = await create();
    const claimed = await claim(old.revision);
    await leavesAlone(bench.registry, async () => {
      for (const registry of [bench.registry, bench.open()])
        assert.equal(await registry.remove(kind, key, old, ANNA), false);
    });
    assert.equal(await remove(claimed.incarnation), true);
    assert.equal(await bench.registry.get(kind, key), undefined);
  });

  it("issues another incarnation also to who claims again", async () => {
    const old = await create();
    const claimed = await claim(old.revision, ANNA);
    const again = await claim((await get()).revision, ANNA);
    assert.equal(new Set([old, claimed, again].map(({ incarnation }) => incarnation)).size, 3);
    assert.equal(await remove(claimed.incarnation), false);
    assert.equal(await remove(again.incarnation), true);
  });

  it("refuses to claim what is absent or was changed since it was read", async () => {
    await failsWith(claim("1"), "not-found", label);
    const old = await create();
    await bench.registry.update(kind, key, sample.changes[0], old.revision, ANNA);
    await leavesAlone(bench.registry, () => failsWith(claim(old.revision), "conflict", label));
  });

  if (capabilities.transferable)
    it("keeps the incarnation that its maker or claimer names", async () => {
      const made = await create(ANNA, "an earlier one");
      assert.equal(made.incarnation, "an earlier one");
      const claimed = await claim(made.revision, BERT, "another one");
      assert.equal(claimed.incarnation, "another one");
      assert.deepEqual(await get(), claimed);
      assert.equal(await remove("an earlier one", ANNA), false);
      assert.equal(await remove("another one"), true);
    });
  else
    it("issues an incarnation whatever its maker or claimer names, which is of the record to all who do not know the claim", async () => {
      const made = await create(ANNA, "an earlier one");
      assert.ok(made.incarnation !== "" && made.incarnation !== "an earlier one");
      const claimed = await claim(made.revision, BERT, "another one");
      assert.ok(isIncarnation(claimed.incarnation, made), `${claimed.incarnation} of ${made.incarnation}`);
      assert.ok(!isIncarnation(made.incarnation, claimed));
      assert.equal(await remove(made.incarnation, ANNA), false);
      assert.equal(await remove(claimed.incarnation), true);
    });
}

/** Whose a record is, where the registry keeps that for everybody. */
export function ownershipCases(bench: Bench, sample: Sample): void {
  const { kind } = sample;
  const key = keyIn(sample, "lobby");
  const create = (by = ANNA) => bench.registry.create(kind, sample.named("lobby"), by);
  const get = () => present(bench.registry.get(kind, key));

  beforeEach(() => bench.furnish());

  it("records the owner", async () => {
    await create();
    assert.equal((await get()).managedBy, ANNA.managedBy);
  });

  it("records no owner where a record is made by hand", async () => {
    assert.ok(!("managedBy" in (await create(BY_HAND))));
    assert.ok(!("managedBy" in (await get())));
  });

  it("names the owner of what exists, or says that there is none", async () => {
    const made = await create();
    await failsWith(create(BERT), "already-exists", `'${ANNA.managedBy}'`);
    await bench.registry.remove(kind, key, made, ANNA);
    await create(BY_HAND);
    await failsWith(create(), "already-exists", "nobody manages it");
  });

  it("gives a claimed record a new owner and another revision", async () => {
    const old = await create();
    const claimed = await bench.registry.claim(kind, key, old.revision, BERT);
    assert.equal(claimed.managedBy, BERT.managedBy);
    assert.notEqual(claimed.revision, old.revision);
    assert.deepEqual(await get(), claimed);
  });

  it("leaves no owner on a record that is claimed by hand", async () => {
    const old = await create();
    assert.ok(!("managedBy" in (await bench.registry.claim(kind, key, old.revision, BY_HAND))));
    assert.ok(!("managedBy" in (await get())));
  });
}
