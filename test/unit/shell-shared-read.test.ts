import assert from "node:assert/strict";
import { KeyedLock } from "../../provider/backends/shell/keyed-lock";
import { SharedRead } from "../../provider/backends/shell/shared-read";

describe("a read that many share", () => {
  /** A read whose beginning and end the test decides. */
  function stage() {
    const reads: { begin(): void; end(value: string): void; fail(error: Error): void }[] = [];
    const shared = new SharedRead<string>(
      (onBegin) =>
        new Promise((resolve, reject) => {
          reads.push({ begin: onBegin, end: resolve, fail: reject });
        }),
    );
    return { shared, reads };
  }

  it("serves all who come before it begins, and nobody who wants to know it after that", async () => {
    const { shared, reads } = stage();
    const early = [shared.fresh(), shared.known(), shared.fresh()];
    reads[0]?.begin();
    const late = shared.fresh();
    reads[0]?.end("first");
    reads[1]?.end("second");
    assert.deepEqual(await Promise.all(early), ["first", "first", "first"]);
    assert.deepEqual([await late, await shared.known()], ["second", "second"]);
    assert.equal(reads.length, 2);
  });

  it("is known until something is written, also where it is under way at that time", async () => {
    const { shared, reads } = stage();
    const before = shared.known();
    reads[0]?.begin();
    shared.forget();
    const after = shared.known();
    reads[0]?.end("first");
    reads[1]?.end("second");
    assert.deepEqual([await before, await after], ["first", "second"]);
  });

  it("that has not begun is not older than a write", async () => {
    const { shared, reads } = stage();
    const before = shared.known();
    shared.forget();
    const after = shared.known();
    reads[0]?.end("first");
    assert.deepEqual([await before, await after, await shared.known()], ["first", "first", "first"]);
    assert.equal(reads.length, 1);
  });

  it("that failed is not known", async () => {
    const { shared, reads } = stage();
    const failing = shared.known();
    reads[0]?.fail(new Error("no"));
    await assert.rejects(failing, /no/);
    const next = shared.known();
    reads[1]?.end("second");
    assert.equal(await next, "second");
  });
});

describe("a lock by key", () => {
  it("does one thing at a time for each key, in order, also after one that failed", async () => {
    const lock = new KeyedLock();
    const log: string[] = [];
    const ends = new Map<string, () => void>();
    const work = (name: string) => () =>
      new Promise<void>((resolve, reject) => {
        log.push(name);
        ends.set(name, () => (name.endsWith("!") ? reject(new Error(name)) : resolve()));
      });
    const one = assert.rejects(lock.run("a", work("a1!")));
    const two = lock.run("a", work("a2"));
    const other = lock.run("b", work("b1"));
    await Promise.resolve();
    assert.deepEqual(log, ["a1!", "b1"]);
    ends.get("a1!")?.();
    await one;
    await new Promise(setImmediate);
    assert.deepEqual(log, ["a1!", "b1", "a2"]);
    ends.get("a2")?.();
    ends.get("b1")?.();
    await Promise.all([two, other]);
  });
});
