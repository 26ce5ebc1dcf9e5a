import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openRegistry } from "../../provider/backends/index";
import { isRegistryError } from "../../provider/registry/errors";
import type { NewRecordOf } from "../../provider/registry/records";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { parseRegistrySettings } from "../../provider/registry/settings";
import { endProcesses, RegistryProcess } from "../support/registry-process";
import { ADDRESS, ANNA, BERT, BY_HAND, collect, failsWith, POOL, present } from "./bench";

const NAME = "contoso";
const SAID: NewRecordOf<"cutover"> = {
  name: NAME,
  addresses: [ADDRESS],
  poolFqdn: POOL,
  folder: "/cutover",
};
const MADE = {
  ...SAID,
  stage: "prepare",
  begun: "prepare",
  attempts: { migrate: 0, handover: 0 },
  plan: [],
  hold: false,
  lease: null,
  window: null,
  rehearsal: null,
};

describe("the cutovers of a management shell", function () {
  this.timeout(20_000);
  let folder: string;
  let journal: string;
  let handles: TopologyRegistry[];
  // There is no such program: whatever starts a shell fails.
  const settings = () => parseRegistrySettings(`shell:/none/powershell.exe?journal=${journal}`, folder);
  const open = () => {
    const handle = openRegistry(settings());
    handles.push(handle);
    return handle;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cutovers-"));
    journal = join(folder, "journal.db");
    handles = [];
  });
  afterEach(async () => {
    await Promise.all(handles.map((handle) => handle.close()));
    await endProcesses();
    rmSync(folder, { recursive: true });
  });

  it("are managed, and need no shell", async () => {
    const registry = open();
    assert.ok(!registry.capabilities.observed.includes("cutover"));
    await failsWith(registry.get("pool", POOL), "unavailable", "/none/powershell.exe");
    assert.deepEqual(
      [await registry.get("cutover", NAME), await collect(registry.list("cutover"))],
      [undefined, []],
    );
    const made = await registry.create("cutover", SAID, ANNA);
    assert.deepEqual([made.record, made.managedBy, made.key], [MADE, ANNA.managedBy, NAME]);
    assert.deepEqual(await open().get("cutover", "Contoso"), made);
    const other = await registry.create("cutover", { ...SAID, name: "a" }, BY_HAND);
    assert.deepEqual(await collect(open().list("cutover")), [other, made]);
  });

  it("are made once, and changed by whoever read them last", async () => {
    const registry = open();
    await failsWith(
      registry.update("cutover", NAME, { hold: true }, "1", ANNA),
      "not-found",
      `cutover '${NAME}'`,
    );
    const made = await registry.create("cutover", SAID, ANNA);
    await failsWith(open().create("cutover", SAID, BERT), "already-exists", `'${ANNA.managedBy}'`);
    const lease = { token: "t", holder: "anna@admin01", since: "2026-01-02T03:04:05.000Z" };
    const held = await registry.update("cutover", NAME, { hold: true, lease }, made.revision, BERT);
    assert.deepEqual(held, { ...made, record: { ...MADE, hold: true, lease }, revision: held.revision });
    await failsWith(registry.update("cutover", NAME, { hold: false }, made.revision, ANNA), "conflict", NAME);
    assert.deepEqual(await registry.update("cutover", NAME, { hold: true }, held.revision, ANNA), held);
    const back = await registry.update("cutover", NAME, { hold: false, lease: null }, held.revision, ANNA);
    assert.equal(new Set([made, held, back].map(({ revision }) => revision)).size, 3);
    assert.deepEqual(await registry.get("cutover", NAME), back);
  });

  it("are claimed, and removed by whoever has them", async () => {
    const registry = open();
    await failsWith(registry.claim("cutover", NAME, "1", ANNA), "not-found", NAME);
    const made = await registry.create("cutover", SAID, ANNA);
    await failsWith(registry.claim("cutover", NAME, "x", BERT), "conflict", NAME);
    const claimed = await registry.claim("cutover", NAME, made.revision, BERT);
    assert.deepEqual([claimed.managedBy, claimed.adopted, claimed.record], [BERT.managedBy, true, MADE]);
    assert.notEqual(claimed.revision, made.revision);
    assert.deepEqual(await registry.get("cutover", NAME), claimed);
    assert.equal(await registry.remove("cutover", NAME, made, ANNA), false);
    assert.equal(await registry.remove("cutover", NAME, claimed, BERT), true);
    assert.equal(await registry.remove("cutover", NAME, claimed, BERT), false);
    const again = await registry.create("cutover", SAID, ANNA, claimed.incarnation);
    assert.ok(![made.revision, claimed.revision].includes(again.revision), "no revision comes back");
    // Whoever knows the one in whose place it was made is its resource.
    assert.equal(await registry.remove("cutover", NAME, claimed, ANNA), true);
  });

  it("are one for several processes that make or change one at once", async () => {
    const processes = await Promise.all(
      [1, 2, 3, 4].map(() => RegistryProcess.start({ settings: settings() })),
    );
    const codes = async (work: (process: RegistryProcess, index: number) => Promise<unknown>) =>
      (await Promise.allSettled(processes.map(work)))
        .map((outcome) => (outcome.status === "fulfilled" ? "done" : outcome.reason.code))
        .sort();
    const exists = "already-exists";
    assert.deepEqual(await codes((one) => one.call("create", "cutover", SAID, ANNA)), [
      exists,
      exists,
      exists,
      "done",
    ]);
    for (let round = 0; round < 20; round += 1) {
      const { revision } = await present(open().get("cutover", NAME));
      const begun = await codes((one, index) =>
        one.call(
          "update",
          "cutover",
          NAME,
          { attempts: { migrate: round, handover: index + 1 } },
          revision,
          ANNA,
        ),
      );
      assert.deepEqual(begun, ["conflict", "conflict", "conflict", "done"]);
    }
    const { incarnation } = await present(open().get("cutover", NAME));
    const removed = await Promise.all(
      processes.map((one) => one.call("remove", "cutover", NAME, { incarnation }, ANNA)),
    );
    assert.deepEqual(removed.toSorted(), [false, false, false, true]);
  });

  it("come into a journal of version 1, which keeps all that it has", async () => {
    const old = new DatabaseSync(journal);
    old.exec(`
      CREATE TABLE entry (
        kind TEXT NOT NULL, key TEXT NOT NULL, owner TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL,
        PRIMARY KEY (kind, key, owner)
      ) STRICT;
      CREATE TABLE grave (
        kind TEXT NOT NULL, key TEXT NOT NULL, object TEXT NOT NULL, controller TEXT, at INTEGER NOT NULL,
        PRIMARY KEY (kind, key, object)
      ) STRICT;
      INSERT INTO entry VALUES ('endpoint', 'sip:a@contoso.com', 'x', 1, '{}');
      INSERT INTO grave VALUES ('endpoint', 'sip:a@contoso.com', 'CN=1', NULL, 2);
      PRAGMA user_version = 1`);
    const kept = () => ["entry", "grave"].map((table) => old.prepare(`SELECT * FROM ${table}`).all());
    const before = kept();
    const processes = await Promise.all([1, 2].map(() => RegistryProcess.start({ settings: settings() })));
    await Promise.all(
      processes.map((one, index) => one.call("create", "cutover", { ...SAID, name: `c${index}` }, ANNA)),
    );
    assert.deepEqual(kept(), before);
    assert.equal(old.prepare("PRAGMA user_version").get()?.user_version, 2);
    assert.equal((await collect(open().list("cutover"))).length, 2);
    old.close();
  });

  it("are told in one sentence to be damaged, and to be in a file that cannot be used", async () => {
    await open().create("cutover", SAID, ANNA);
    const database = new DatabaseSync(journal);
    for (const [text, words] of [
      ["{}", `cutover '${NAME}'`],
      ["{", "cannot use the journal"],
    ]) {
      database.prepare("UPDATE cutover SET text = ?").run(text ?? "");
      await failsWith(open().get("cutover", NAME), "unavailable", words ?? "");
    }
    database.exec("BEGIN IMMEDIATE");
    const error = await open()
      .create("cutover", { ...SAID, name: "other" }, ANNA)
      .catch((error: unknown) => error);
    assert.ok(isRegistryError(error, "unavailable") && error.message.includes(journal), String(error));
    database.close();
  });
});
