import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Json, Notes } from "../../provider/cutover/notes";
import { type Performer, perform, before as takeImage, undo } from "../../provider/cutover/perform";
import { durationOf } from "../../provider/cutover/way-back";
import { isRegistryError } from "../../provider/registry/errors";

const KEY = { step: "export", attempt: 1 };
const HOLDER = { cutover: "contoso", id: "i1", lease: "t1" };

describe("performing a step", () => {
  let folder: string;
  let notes: Notes;
  let performer: Performer;
  let calls: string[];
  let minute: number;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "perform-"));
    notes = new Notes(folder);
    notes.establish(HOLDER, "r1");
    calls = [];
    minute = 0;
    performer = {
      notes,
      holder: HOLDER,
      clock: () => new Date(Date.UTC(2026, 0, 2, 3, minute++)),
      by: "anna@admin01",
    };
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A piece of work that is counted. */
  const work = (name: string, answer: Json | Error) => async (begun?: unknown) => {
    calls.push(typeof begun === "boolean" ? `${name} ${begun ? "again" : "new"}` : name);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const refuses = (promise: Promise<unknown>, message: RegExp) =>
    assert.rejects(promise, (error) => isRegistryError(error, "conflict") && message.test(error.message));
  const events = () =>
    notes.journal().map(({ direction, event, text }) => [direction, event, text].join(" ").trim());

  it("takes the image before it once, however often it is asked, and does and undoes once", async () => {
    for (const image of ["first", "second"])
      assert.equal(await takeImage(performer, KEY, work("before", image)), "first");
    for (const result of [{ file: 1 }, { file: 2 }])
      assert.deepEqual(await perform(performer, KEY, work("do", result)), { file: 1 });
    for (const result of [null, 2]) {
      const back = undo(performer, KEY, (note, begun) => {
        assert.deepEqual(note.before?.image, "first");
        assert.deepEqual(note.do?.result, { file: 1 });
        return work("undo", result)(begun);
      });
      assert.equal(await back, null);
    }
    assert.deepEqual(calls, ["before", "do new", "undo new"]);
    assert.deepEqual(events(), [
      "before begun",
      "before done",
      "do begun",
      "do done",
      "undo begun",
      "undo done",
    ]);
  });

  it("asks anew what is of use only right before the first change, until that is begun", async () => {
    const check = { step: "check-export", attempt: 1 };
    for (const name of ["first", "second"]) await perform(performer, check, work(name, name));
    const release = { step: "release:sip:ocschat@contoso.com", attempt: 1 };
    notes.write(release, { do: { by: "anna@admin01", begunAt: "2026-01-02T03:00:00.000Z" } });
    assert.equal(await perform(performer, check, work("third", "third")), "second");
    assert.deepEqual(calls, ["first new", "second new"]);
  });

  describe("that is a gate", () => {
    const gate = { step: "mark-messages", attempt: 1 };
    const other = { step: "start-persistent-chat", attempt: 1 };
    const done = {
      by: "anna@admin01",
      begunAt: "2026-01-02T03:00:00.000Z",
      doneAt: "2026-01-02T03:00:00.000Z",
    };
    const ask = (answer: Json | Error) => undo(performer, gate, (_, begun) => work("gate", answer)(begun));

    it("asks it each time while anything of its stage is in effect, and then tells what it said", async () => {
      notes.write(gate, { do: done });
      notes.write(other, { do: done });
      await assert.rejects(ask(new Error("3 new messages")), /3 new messages/);
      assert.equal(await ask(1), 1);
      assert.equal(await ask(2), 2);
      notes.write({ ...other, attempt: 2 }, { do: done });
      notes.write(other, { do: done, undo: done });
      assert.equal(await ask(3), 2);
      assert.equal(calls.length, 3);
    });

    it("goes past one that said no although nothing was left to take back", async () => {
      notes.write(gate, { do: done, undo: { by: "anna@admin01", begunAt: done.begunAt, failure: "38 new" } });
      notes.write(other, { do: done, undo: done });
      for (let times = 0; times < 2; times += 1) assert.equal(await ask(new Error("38 new")), null);
      assert.deepEqual(calls, []);
      const { failure, doneAt } = notes.read(gate).undo ?? {};
      assert.deepEqual([failure, doneAt !== undefined], [undefined, true]);
    });
  });

  it("takes no image of a look that failed", async () => {
    await assert.rejects(takeImage(performer, KEY, work("before", new Error("no"))), /^Error: no$/);
    assert.deepEqual(notes.read(KEY), {});
    assert.equal(await takeImage(performer, KEY, work("before", null)), null);
    assert.equal(await takeImage(performer, KEY, work("before", 5)), null);
    assert.deepEqual(events(), ["before begun", "before failed no", "before begun", "before done"]);
  });

  it("does again what was begun and not done, and says so", async () => {
    await takeImage(performer, KEY, work("before", null));
    await assert.rejects(perform(performer, KEY, work("do", new Error("disk full"))), /disk full/);
    const begunAt = notes.read(KEY).do?.begunAt;
    const { failure, ...failed } = notes.read(KEY).do ?? {};
    assert.equal(failure, "disk full");
    performer.by = "carla@admin03";
    let during: unknown;
    await perform(performer, KEY, async (begun) => {
      during = notes.read(KEY).do;
      return work("do", 1)(begun);
    });
    assert.deepEqual(during, { ...failed, by: "carla@admin03" });
    const { doneAt, milliseconds: _, ...done } = notes.read(KEY).do ?? {};
    assert.deepEqual(done, { by: "carla@admin03", begunAt, result: 1 });
    assert.ok(doneAt !== undefined && begunAt !== undefined && doneAt > begunAt);
    await assert.rejects(
      undo(performer, KEY, (_, begun) => work("undo", new Error("held"))(begun)),
      /held/,
    );
    await undo(performer, KEY, (_, begun) => work("undo", null)(begun));
    assert.deepEqual(calls, ["before", "do new", "do again", "undo new", "undo again"]);
  });

  it("counts the time of every try, and not that between them, in which nothing ran", async () => {
    const MINUTE = 60_000;
    const taking = (minutes: number, error?: Error) => async () => {
      // Each of the journal's lines takes a minute, too.
      minute += minutes;
      if (error) throw error;
      return null;
    };
    await takeImage(performer, KEY, work("before", null));
    await assert.rejects(perform(performer, KEY, taking(5, new Error("disk full"))));
    const first = notes.read(KEY).do?.milliseconds ?? 0;
    assert.equal(first, 7 * MINUTE);
    minute += 90;
    const failed = notes.read(KEY);
    await perform(performer, KEY, taking(3));
    assert.equal(durationOf(notes.read(KEY).do), first + 5 * MINUTE);
    notes.write(KEY, failed);
    await perform(performer, KEY, async (_, took) => {
      took(40 * MINUTE);
      return null;
    });
    assert.equal(durationOf(notes.read(KEY).do), first + 40 * MINUTE);
    const [begunAt, doneAt] = ["2026-01-02T03:00:00Z", "2026-01-02T03:02:00Z"];
    assert.equal(durationOf({ by: "", begunAt, doneAt }), 2 * MINUTE, "of an earlier version");
  });

  it("refuses to do what has no image, and what is on its way back", async () => {
    await refuses(perform(performer, KEY, work("do", 1)), /'export': what it needs .* was never recorded; /);
    await takeImage(performer, KEY, work("before", null));
    await perform(performer, KEY, work("do", 1));
    await assert.rejects(undo(performer, KEY, work("undo", new Error("held"))));
    await refuses(perform(performer, KEY, work("do", 2)), /'export': its way back was begun; /);
    await undo(performer, KEY, work("undo", null));
    await refuses(perform(performer, KEY, work("do", 2)), /its way back was begun; /);
    assert.deepEqual(
      calls.filter((call) => call.startsWith("do")),
      ["do new"],
    );
  });

  it("has nothing to take back of what was never begun, but of what was begun and not done", async () => {
    assert.equal(await undo(performer, KEY, work("undo", 1)), null);
    assert.deepEqual(calls, []);
    const other = { ...KEY, attempt: 2 };
    await takeImage(performer, other, work("before", null));
    await assert.rejects(perform(performer, other, work("do", new Error("half-way"))));
    assert.equal(await undo(performer, other, work("undo", 1)), 1);
  });

  it("lets one at a time at a step, and tells the other that it waits", async () => {
    await takeImage(performer, KEY, work("before", null));
    let letGo = () => {};
    const waits: string[] = [];
    const first = perform(performer, KEY, (begun) => {
      const answer = work("do", 1)(begun);
      return new Promise((resolve) => {
        letGo = () => resolve(answer);
      });
    });
    while (calls.length < 2) await new Promise((resolve) => setImmediate(resolve));
    const onWait = () => {
      waits.push("waits");
      letGo();
    };
    assert.equal(await perform({ ...performer, onWait }, KEY, work("do", 2)), 1);
    assert.equal(await first, 1);
    assert.deepEqual(waits, ["waits"]);
    assert.deepEqual(calls, ["before", "do new"]);
  });

  describe("where nothing can be written", () => {
    const breakJournal = () => {
      rmSync(join(folder, "journal.jsonl"), { force: true });
      symlinkSync("/dev/full", join(folder, "journal.jsonl"));
    };

    it("begins nothing", async () => {
      await takeImage(performer, KEY, work("before", null));
      breakJournal();
      await assert.rejects(perform(performer, KEY, work("do", 1)), /ENOSPC/);
      await assert.rejects(undo(performer, KEY, work("undo", 1)), /ENOSPC/);
      await assert.rejects(takeImage(performer, { ...KEY, attempt: 2 }, work("before", 1)), /ENOSPC/);
      assert.deepEqual(calls, ["before"]);
      assert.equal(notes.read(KEY).do, undefined);
    });

    it("tells the failure of the work, not that it could not be written down", async () => {
      await takeImage(performer, KEY, work("before", null));
      const failing = perform(performer, KEY, async () => {
        breakJournal();
        rmSync(join(folder, "steps"), { recursive: true });
        throw new Error("the real cause");
      });
      await assert.rejects(failing, /^Error: the real cause$/);
    });

    it("does not take for failed what is done and noted", async () => {
      await takeImage(performer, KEY, work("before", null));
      const full = perform(performer, KEY, async () => {
        breakJournal();
        return 1;
      });
      await assert.rejects(full, /ENOSPC/);
      assert.equal(notes.read(KEY).do?.failure, undefined);
      assert.equal(await perform(performer, KEY, work("do", 2)), 1);
      assert.deepEqual(calls, ["before"]);
    });
  });
});
