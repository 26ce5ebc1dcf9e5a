import assert from "node:assert/strict";
import { SharedRead } from "../../provider/backends/shell/estate/shared-read";
import { KeyedLock } from "../../provider/backends/shell/keyed-lock";

describe("a read that many share", () => {
  /** A read whose beginning and end the test decides. */
  function stage(readAge = 1_000) {
    const reads: { begin(): void; end(value: string): void; fail(error: Error): void }[] = [];
    const clock = { time: 0 };
    const shared = new SharedRead<string>(
      (onBegin) =>
        new Promise((resolve, reject) => {
          reads.push({ begin: onBegin, end: resolve, fail: reject });
        }),
      { readAge, now: () => clock.time },
    );
    return { shared, reads, clock };
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

  it("is known as long as it is asked for again soon, and for half a minute at most", async () => {
    const { shared, reads, clock } = stage();
    const ask = () => {
      const reading = shared.known();
      reads.at(-1)?.begin();
      reads.at(-1)?.end(String(reads.length));
      return reading;
    };
    assert.equal(await ask(), "1");
    for (const time of [1_000, 1_900, 2_900]) {
      clock.time = time;
      assert.equal(await ask(), "1");
    }
    clock.time = 3_901;
    assert.equal(await ask(), "2");
    const begun = clock.time;
    for (clock.time += 900; clock.time - begun <= 30_000; clock.time += 900) assert.equal(await ask(), "2");
    assert.equal(await ask(), "3");
  });

  it("is waited for however long it takes", async () => {
    const { shared, reads, clock } = stage();
    const first = shared.known();
    reads[0]?.begin();
    clock.time = 60_000;
    const second = shared.known();
    reads[0]?.end("late");
    assert.deepEqual([await first, await second, await shared.known()], ["late", "late", "late"]);
  });

  it("is never known where it is to be as new as its question", async () => {
    const { shared, reads } = stage(0);
    const first = shared.known();
    const joined = shared.known();
    reads[0]?.begin();
    const second = shared.known();
    reads[0]?.end("first");
    reads[1]?.end("second");
    assert.deepEqual([await first, await joined, await second], ["first", "first", "second"]);
    void shared.known();
    assert.equal(reads.length, 3);
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
