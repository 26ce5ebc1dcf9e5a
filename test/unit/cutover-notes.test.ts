import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JournalEntry, Notes, type StepNote } from "../../provider/cutover/notes";
import { isRegistryError } from "../../provider/registry/errors";
import { lockFile } from "../../provider/registry/file-lock";
import { jobFiles } from "../../provider/steps/job-request";
import { resultOf } from "../support/result";

const HOLDER = { cutover: "contoso", id: "i1", lease: "t1" };
const KEY = { step: "export", attempt: 1 };
const AT = "2026-01-02T03:04:05.678Z";
const LINE: JournalEntry = { at: AT, by: "anna@admin01", ...KEY, direction: "do", event: "begun" };

describe("the folder of a cutover", () => {
  let parent: string;
  let notes: Notes;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "notes-"));
    notes = new Notes(join(parent, "contoso"));
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  const refuses = (work: () => unknown, code: "unavailable" | "conflict", message: RegExp) =>
    assert.throws(work, (error) => isRegistryError(error, code) && message.test(error.message));

  it("is that of one cutover, and of whoever holds its lease", () => {
    refuses(() => notes.assertHeld(HOLDER), "unavailable", /'contoso': it has no cutover.json; /);
    notes.establish(HOLDER, "r1");
    notes.assertHeld(HOLDER);
    notes.establish({ ...HOLDER, lease: "t2" }, "r1");
    refuses(() => notes.assertHeld(HOLDER), "conflict", /somebody else has taken its lease; /);
    notes.assertOwn(HOLDER);
    for (const [other, whose] of [
      [{ ...HOLDER, id: "i2" }, /it is that of an earlier cutover of this name; /],
      [{ ...HOLDER, cutover: "fabrikam" }, /'fabrikam': it is that of cutover 'contoso'; /],
    ] as const) {
      refuses(() => notes.establish(other, "r1"), "unavailable", whose);
      refuses(() => notes.assertHeld(other), "unavailable", whose);
      refuses(() => notes.assertOwn(other), "unavailable", whose);
      notes.release(other);
    }
    notes.assertHeld({ ...HOLDER, lease: "t2" });
    notes.release(HOLDER);
    refuses(() => notes.assertHeld({ ...HOLDER, lease: "t2" }), "conflict", /its lease was given back; /);
    notes.establish(HOLDER, "r1");
    notes.assertHeld(HOLDER);
  });

  it("keeps the notes of every step and attempt, whatever its name", () => {
    assert.deepEqual(notes.all(), []);
    notes.establish(HOLDER, "r1");
    const names = ["export", "release:sip:ocs*chat@contoso.com", "a/../b", "50%", "x.1", "..", "日本 \u2028"];
    const written = names.flatMap((step) =>
      [1, 12].map((attempt) => {
        const note: StepNote = { before: { at: AT, image: { step, attempt } } };
        notes.write({ step, attempt }, note);
        return { step, attempt, note };
      }),
    );
    const files = readdirSync(join(parent, "contoso", "steps"));
    assert.equal(files.length, written.length);
    for (const file of files) assert.match(file, /^[^*/\\:?"<>|]+$/);
    writeFileSync(join(parent, "contoso", "steps", "%.1.json"), "of somebody else");
    const byName = (one: object, other: object) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);
    assert.deepEqual(notes.all().sort(byName), written.sort(byName));
    for (const { note, ...key } of written) assert.deepEqual(notes.read(key), note);
    assert.deepEqual(notes.read({ step: "import", attempt: 1 }), {});
    assert.equal(new Set(written.map((key) => notes.folderOf(key))).size, written.length);
    assert.deepEqual(readdirSync(parent), ["contoso"]);
  });

  it("has a note whole or not at all, and leaves nothing beside it", () => {
    notes.establish(HOLDER, "r1");
    notes.write(KEY, { before: { at: AT, image: 1 } });
    const file = join(parent, "contoso", "steps", "export.1.json");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.throws(() => notes.write(KEY, { before: { at: AT, image: 1n as unknown as number } }));
    assert.deepEqual(notes.read(KEY), { before: { at: AT, image: 1 } });
    // As a process of this number on another host, or one that was killed, left it.
    writeFileSync(`${file}.${process.pid}-0.new`, "{");
    notes.write(KEY, { before: { at: AT, image: 2 } });
    assert.deepEqual(notes.read(KEY), { before: { at: AT, image: 2 } });
    assert.equal(readFileSync(`${file}.${process.pid}-0.new`, "utf8"), "{");
    assert.equal(notes.all().length, 1);
    // What cannot be put in its place is cleared away.
    mkdirSync(join(parent, "contoso", "steps", "import.1.json"));
    refuses(() => notes.write({ step: "import", attempt: 1 }, {}), "unavailable", /^cannot write the folder/);
    assert.deepEqual(
      readdirSync(join(parent, "contoso", "steps")).filter((name) => name.startsWith("import")),
      ["import.1.json"],
    );
  });

  it("says which note is damaged, and nothing of what is in it", () => {
    notes.establish(HOLDER, "r1");
    for (const text of ["{ hush", '{"do": "hush"}']) {
      writeFileSync(join(parent, "contoso", "steps", "export.1.json"), text);
      refuses(() => notes.read(KEY), "unavailable", /^cannot read '.*export\.1\.json': it is damaged; /);
      assert.throws(
        () => notes.read(KEY),
        (error: Error) => !error.message.includes("hush"),
      );
    }
  });

  it("keeps the lines of the journal, but for one that was cut off", () => {
    assert.deepEqual(notes.journal(), []);
    notes.establish(HOLDER, "r1");
    const lines = [LINE, { ...LINE, event: "said" as const, text: "a\nb\u2028'\"\0" }];
    for (const line of lines) notes.record(line);
    appendFileSync(join(parent, "contoso", "journal.jsonl"), '{"at":"2026-');
    assert.deepEqual(notes.journal(), lines);
    notes.record(LINE);
    assert.deepEqual(notes.journal(), [...lines, LINE]);
    notes.record(LINE);
    assert.equal(readFileSync(join(parent, "contoso", "journal.jsonl"), "utf8").split("\n").length, 6);
  });

  it("gives a step to one at a time", async () => {
    notes.establish(HOLDER, "r1");
    const release = await notes.take(KEY);
    assert.ok(release);
    assert.equal(await new Notes(notes.folder).take(KEY), undefined);
    const other = await notes.take({ ...KEY, attempt: 2 });
    assert.ok(other);
    other();
    release();
    (await notes.take(KEY))?.();
    rmSync(notes.folder, { recursive: true });
    await assert.rejects(notes.take(KEY), (error) => isRegistryError(error, "unavailable"));
  });

  it("has every line and every note whole when several processes write at once", async () => {
    notes.establish(HOLDER, "r1");
    const writer = join(__dirname, "..", "support", "note-writer.js");
    const names = ["a", "b", "c", "d"];
    const children = names.map((name) => spawn(process.execPath, [writer, notes.folder, name]));
    const results = Promise.all(children.map((child) => resultOf(child)));
    let over = false;
    void results.then(() => {
      over = true;
    });
    for (const child of children) child.stdin.end();
    let reads = 0;
    for (; !over; reads += 1) {
      const { before } = notes.read(KEY);
      if (before) assert.match(before.image as string, /^(a{20000}|b{20000}|c{20000}|d{20000})$/);
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const { code, stderr } of await results) assert.equal(code, 0, stderr);
    assert.ok(reads > 0);
    const lines = notes.journal();
    assert.equal(lines.length, 800);
    for (const name of names)
      assert.deepEqual(
        lines.filter(({ by }) => by === name).map(({ text }) => Number.parseInt(text ?? "", 10)),
        Array.from({ length: 200 }, (_, count) => count),
      );
    assert.deepEqual(readdirSync(join(notes.folder, "steps")), ["export.1.json"]);
  });

  it("tells whether a job of a step runs, forward or back", async () => {
    assert.equal(await notes.isJobRunning(KEY), false);
    for (const direction of ["do", "undo"]) {
      const folder = join(notes.folderOf(KEY), direction);
      mkdirSync(folder, { recursive: true });
      const release = await lockFile(jobFiles(folder).lock);
      assert.equal(await notes.isJobRunning(KEY), true);
      assert.equal(await notes.isJobRunning({ ...KEY, attempt: 2 }), false);
      release?.();
      assert.equal(await notes.isJobRunning(KEY), false);
    }
  });
});
