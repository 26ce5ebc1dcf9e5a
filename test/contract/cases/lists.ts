import assert from "node:assert/strict";
import { KINDS } from "../../../provider/registry/records";
import { ANNA, type Bench, collect, present } from "../bench";
import { keyIn, ownRecords, type Sample } from "./samples";

/** The list of a kind that the registry manages. */
export function listCases(bench: Bench, sample: Sample): void {
  const { kind } = sample;
  const keysOf = (names: readonly string[]) => names.map((name) => keyIn(sample, name));
  const listedKeys = async () => (await ownRecords(bench, sample)).map(({ key }) => key);
  const create = (name: string) => bench.registry.create(kind, sample.named(name), ANNA);

  beforeEach(() => bench.furnish());

  it("is apart from those of the others, and in the order of keys", async () => {
    const others = KINDS.filter((other) => other !== kind);
    const listOthers = () => Promise.all(others.map((other) => collect(bench.registry.list(other))));
    const before = await listOthers();
    const names = ["b", "a-b", "c", "a", "a0"];
    for (const name of names) await create(name);
    assert.deepEqual(await listedKeys(), keysOf(names).sort());
    assert.deepEqual(await listOthers(), before);
    for (const stored of await ownRecords(bench, sample))
      assert.deepEqual(stored, await bench.registry.get(kind, stored.key));
  });

  it("has every record of many once", async () => {
    const count = bench.slow ? 12 : 120;
    const names = Array.from({ length: count }, (_, index) => `n${String(index).padStart(3, "0")}`);
    await Promise.all(names.map(create));
    assert.deepEqual(await listedKeys(), keysOf(names));
  });

  it("goes on while the store is written", async () => {
    const before = (await collect(bench.registry.list(kind))).map(({ key }) => key);
    const names = ["b", "d", "f"];
    for (const name of names) await create(name);
    const seen: string[] = [];
    for await (const stored of bench.registry.list(kind)) {
      if (before.includes(stored.key)) continue;
      await bench.registry.remove(kind, stored.key, stored, ANNA);
      await create(`a-${names[seen.length]}`);
      seen.push(stored.key);
    }
    assert.deepEqual(seen, keysOf(names));
    assert.deepEqual(await listedKeys(), keysOf(["a-b", "a-d", "a-f"]));
  });

  it("may be left half-way", async () => {
    for (const name of ["a", "b"]) await create(name);
    for await (const { key } of bench.registry.list(kind)) {
      await present(bench.registry.get(kind, key));
      break;
    }
    await create("c");
    assert.deepEqual(await listedKeys(), keysOf(["a", "b", "c"]));
  });
}
