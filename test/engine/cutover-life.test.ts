import assert from "node:assert/strict";
import type { CutoverStage } from "../../provider/registry/cutover-record";
import { withoutExports } from "../support/cutover-comparison";
import { CutoverWorkspace, type Everything } from "../support/cutover-workspace";
import { ADDRESS, POOL } from "../support/stand-in-steps";
import { figures } from "../support/workspace";

const USER = ADDRESS.replace("sip:", "");

/** The rows of each stage, in the order in which its steps are done. */
const FORWARD = {
  prepare: ["preflight", "preflight-list", `snapshot-${USER}`],
  migrate: [
    ...["stop-legacy-before", "stop-legacy"],
    ...["drain-compliance-before", "drain-compliance"],
    "back-up-source",
    ...["export-before", "export"],
    ...["stop-persistent-chat-before", "stop-persistent-chat"],
    "back-up-target",
    "rehearse-import",
    ...["import-before", "import"],
    ...["copy-files-before", "copy-files"],
  ],
  handover: [
    "check-export",
    `release-${USER}`,
    `endpoint-${USER}`,
    "mark-messages",
    ...["start-persistent-chat-before", "start-persistent-chat"],
    "verify-1",
  ],
};

/** The ways back from the handover; then those from the migration. */
const BACK = {
  handover: [
    "mark-messages",
    "start-persistent-chat",
    "mark-messages-again",
    `endpoint-${USER}`,
    `release-${USER}`,
  ],
  migrate: ["copy-files", "import", "stop-persistent-chat", "export", "drain-compliance", "stop-legacy"],
};

/** Rows of an operation; a later attempt has its number behind the name. */
const rows = (operation: string, names: readonly string[], ending = "") =>
  names.map((name) => `${operation} contoso-${name}${ending}`);

describe("a cutover that goes forward and back", function () {
  this.timeout(600_000);
  let cutover: CutoverWorkspace;
  const reached: Partial<Record<CutoverStage, Everything>> = {};

  before(async () => {
    cutover = await CutoverWorkspace.create();
  });
  after(() => cutover?.dispose());

  /** Nothing is left to do, and nothing is done. */
  async function assertSettled(): Promise<void> {
    const before = [cutover.world.effects(), cutover.journal()];
    const { unchanged, ...changes } = figures(await cutover.up());
    assert.deepEqual(changes, {});
    assert.ok(unchanged);
    assert.deepEqual([cutover.world.effects(), cutover.journal()], before);
  }

  const holder = () => cutover.workspace.registry((registry) => registry.resolve(ADDRESS));

  /** What is created, updated and deleted in a preview, each in its order. */
  async function previewed(stage: CutoverStage): Promise<Record<string, string[]>> {
    const found = await cutover.preview(stage);
    return Object.fromEntries(
      ["update", "create", "replace", "delete"].flatMap((operation) => {
        const those = found.filter((row) => row.startsWith(`${operation} `));
        return those.length > 0 ? [[operation, those]] : [];
      }),
    );
  }

  it("changes nothing in prepare", async () => {
    const found = await cutover.everything();
    const effects = cutover.effectCount();
    assert.deepEqual(await cutover.preview("prepare"), rows("create", ["stage", ...FORWARD.prepare]));
    await cutover.up("prepare");
    reached.prepare = await cutover.everything();
    // The pool is of the same program.
    const isOfPool = ({ kind }: { kind: string }) => kind === "pool";
    const { records } = reached.prepare;
    assert.deepEqual({ ...reached.prepare, records: records.filter((one) => !isOfPool(one)) }, found);
    assert.equal(cutover.effectCount(), effects);
    await assertSettled();
    await cutover.rehearsed();
  });

  it("migrates, and shows the runbook beforehand", async () => {
    assert.deepEqual(await previewed("migrate"), {
      update: rows("update", ["stage", ...FORWARD.prepare]),
      create: rows("create", FORWARD.migrate),
    });
    await cutover.up("migrate");
    reached.migrate = await cutover.everything();
    assert.equal((await holder())?.kind, "sip-user");
    await assertSettled();
  });

  it("hands over", async () => {
    assert.deepEqual(await previewed("handover"), {
      update: rows("update", ["stage"]),
      create: rows("create", FORWARD.handover),
    });
    await cutover.up("handover");
    reached.handover = await cutover.everything();
    assert.equal(((await holder()) as { poolFqdn?: string }).poolFqdn, POOL);
    await assertSettled();
  });

  it("goes back to where the handover began, and then whole, each time to the same world", async () => {
    assert.deepEqual((await previewed("migrate")).create, rows("create", BACK.handover, "-undo"));
    await cutover.up("migrate");
    assert.deepEqual(await cutover.everything(), reached.migrate);
    await assertSettled();

    assert.deepEqual((await previewed("prepare")).create, rows("create", BACK.migrate, "-undo"));
    await cutover.up("prepare");
    assert.deepEqual(await cutover.everything(), reached.prepare);
    await assertSettled();
  });

  it("does all of it again, and takes it back at once", async () => {
    await cutover.up("migrate");
    assert.deepEqual(withoutExports(await cutover.everything()), withoutExports(reached.migrate));
    await cutover.up("handover");
    assert.deepEqual(withoutExports(await cutover.everything()), withoutExports(reached.handover));
    const { create } = await previewed("prepare");
    assert.deepEqual(create, rows("create", [...BACK.handover, ...BACK.migrate], "-undo-2"));
    await cutover.up("prepare");
    assert.deepEqual(await cutover.everything(), reached.prepare);
    await assertSettled();
  });

  it("becomes complete without a step, and from there goes nowhere", async () => {
    await cutover.up("migrate");
    await cutover.up("handover");
    const before = [cutover.world.effects(), await cutover.everything()];
    assert.deepEqual(await cutover.preview("complete"), rows("update", ["stage"]));
    await cutover.up("complete");
    assert.deepEqual([cutover.world.effects(), await cutover.everything()], before);
    await assertSettled();
    assert.equal((await cutover.record()).record.lease, null);
    assert.match(
      await cutover.upFails("handover"),
      /cannot turn cutover 'contoso' to 'handover': it is complete, and from there no way leads back/,
    );
    assert.deepEqual([cutover.world.effects(), await cutover.everything()], before);
  });
});
