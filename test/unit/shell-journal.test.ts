import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Entry, Journal } from "../../provider/backends/shell/journal";
import { JournalFile } from "../../provider/backends/shell/journal-file";
import { isRegistryError } from "../../provider/registry/errors";

const ENTRY: Entry = {
  kind: "endpoint",
  key: "sip:a@contoso.com",
  owner: "chat/prod/lobby",
  verb: "update",
  before: { object: "CN=1", poolFqdn: "pc1.contoso.com", displayName: "Chat" },
  after: { poolFqdn: "pc2.contoso.com" },
  former: ["x", "y"],
  controller: "dc01.contoso.com",
  at: 1,
  done: false,
};

describe("the journal of a management shell", () => {
  let folder: string;
  let path: string;
  let files: JournalFile[];
  const open = () => {
    const file = new JournalFile(path);
    files.push(file);
    return new Journal(file);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "journal-"));
    path = join(folder, "new", "journal.db");
    files = [];
  });
  afterEach(() => {
    for (const file of files) file.close();
    rmSync(folder, { recursive: true });
  });

  it("has what was written, for every other process at once", () => {
    const [one, other] = [open(), open()];
    one.write(ENTRY);
    assert.deepEqual(other.recall("endpoint", ENTRY.key), [ENTRY]);
    assert.deepEqual(other.recall("endpoint", "sip:b@contoso.com"), []);
    assert.deepEqual(other.recall("sip-user", ENTRY.key), []);
  });

  it("keeps one entry for each owner, the latest first", () => {
    const journal = open();
    const byHand = { ...ENTRY, owner: undefined, at: 3 };
    for (const entry of [ENTRY, { ...ENTRY, owner: "another", at: 2 }, byHand, { ...ENTRY, done: true }])
      journal.write(entry);
    const told = journal.recall("endpoint", ENTRY.key).map(({ owner, done }) => [owner, done]);
    assert.deepEqual(told, [
      [undefined, false],
      ["another", false],
      [ENTRY.owner, true],
    ]);
  });

  it("forgets what it is told to, and nothing else", () => {
    const journal = open();
    journal.write(ENTRY);
    journal.write({ ...ENTRY, owner: "another" });
    journal.drop(ENTRY);
    journal.drop(ENTRY);
    assert.deepEqual(
      journal.recall("endpoint", ENTRY.key).map(({ owner }) => owner),
      ["another"],
    );
  });

  it("opens again after it was closed", () => {
    const journal = open();
    journal.write(ENTRY);
    files[0]?.close();
    files[0]?.close();
    assert.equal(journal.recall("endpoint", ENTRY.key).length, 1);
  });

  for (const [what, prepare] of [
    ["is a folder", () => mkdirSync(path, { recursive: true })],
    ["has a file where its folder should be", () => writeFileSync(join(folder, "new"), "")],
    [
      "is no database",
      () => {
        mkdirSync(join(folder, "new"));
        writeFileSync(path, "x".repeat(5_000));
      },
    ],
    [
      "is of a later version",
      () => {
        mkdirSync(join(folder, "new"));
        const database = new DatabaseSync(path);
        database.exec("PRAGMA user_version = 3");
        database.close();
      },
    ],
  ] as const)
    it(`says in one sentence that it ${what}`, () => {
      prepare();
      assert.throws(
        () => open().write(ENTRY),
        (error) => {
          assert.ok(isRegistryError(error, "unavailable"), String(error));
          assert.ok(error.message.startsWith(`cannot use the journal '${path}'`), error.message);
          assert.ok(!error.message.includes("\n"));
          return true;
        },
      );
    });
});
