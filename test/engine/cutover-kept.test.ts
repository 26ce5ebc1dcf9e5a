import assert from "node:assert/strict";
import type { CutoverStage } from "../../provider/registry/cutover-record";
import { type Arguments, CutoverWorkspace, flat } from "../support/cutover-workspace";
import { ADDRESS, COMPLIANCE, LEGACY, PERSISTENT_CHAT } from "../support/stand-in-steps";

/** Another value of every argument that may change; nothing that a changed command could reach is there. */
const OTHER: Arguments = {
  displayName: "Chat",
  parkedAddresses: { [ADDRESS]: "sip:elsewhere@contoso.test" },
  hold: true,
  window: { opens: "2020-01-01T00:00Z", closes: "2020-01-02T00:00Z" },
  legacy: {
    services: LEGACY.toReversed(),
    compliance: { services: COMPLIANCE, queues: [] },
    database: { instance: "other", database: "other" },
    backup: "/nowhere/legacy.bak",
  },
  persistentChat: {
    services: PERSISTENT_CHAT.toReversed(),
    database: { instance: "other", database: "other" },
    backup: "/nowhere/mgc.bak",
  },
  dataMigration: {
    file: "/nowhere/export.gz",
    exportReport: "/nowhere/export.html",
    importReport: "/nowhere/import.html",
    startDate: "2020-01-01",
    acceptedWarnings: ["any"],
    undo: "leave",
  },
  files: { from: "/nowhere/from", to: "/nowhere/to", undo: "leave" },
  snapshotsTaken: "again",
  acceptedAnswers: ["any"],
  acceptDataLoss: 7,
  breakLease: "nobody@nowhere",
};

const AWAY = "new pulumi.ComponentResource('chat:index:Parent', 'parent')";

describe("what takes nothing back", function () {
  this.timeout(600_000);
  let cutover: CutoverWorkspace;

  before(async () => {
    cutover = await CutoverWorkspace.create();
  });
  after(() => cutover?.dispose());

  /** Whatever is done, nothing is changed by it, and no step is begun. */
  async function withoutEffect(what: () => Promise<unknown>): Promise<void> {
    const effects = cutover.world.effects();
    const steps = begun();
    const { world, users } = await cutover.everything();
    await what();
    assert.deepEqual(cutover.world.effects(), effects);
    assert.deepEqual(begun(), steps);
    const after = await cutover.everything();
    assert.deepEqual([after.world, after.users], [world, users]);
  }

  /** The steps that were begun, but for those that only ask. */
  const begun = () =>
    cutover
      .journal()
      .split("\n")
      .filter((line) => line.includes('"begun"') && !line.includes('"preflight"'));

  const destroy = ["destroy", "--yes"];

  /** Runs a program that has no cutover of this name any more. */
  async function declared(source: string): Promise<string> {
    cutover.source = source;
    cutover.write(cutover.stage);
    const result = await cutover.workspace.run(["up", "--yes", "--skip-preview"]);
    cutover.source = "declare('contoso');";
    return flat(result);
  }

  /** What state keeps is lost. */
  async function lost(): Promise<void> {
    await cutover.workspace.ok("state", "delete", "--all", "--force", "--yes");
    await cutover.up();
  }

  /** A change of every argument, and all of them back. */
  async function otherArguments(): Promise<void> {
    cutover.args = OTHER;
    await cutover.up();
    cutover.args = {};
    await cutover.up();
  }

  it("in prepare: nothing, and it can be begun again", async () => {
    await cutover.up("prepare");
    await withoutEffect(otherArguments);
    await withoutEffect(lost);
    const { incarnation } = await cutover.record();
    await withoutEffect(async () => {
      await declared(`declare('contoso', { parent: ${AWAY} });`);
      assert.equal((await cutover.record()).incarnation, incarnation);
      await cutover.up();
    });
    assert.equal((await cutover.record()).incarnation, incarnation);
    await withoutEffect(async () => {
      await cutover.workspace.ok(...destroy);
      const gone = await cutover.workspace.registry((registry) => registry.get("cutover", "contoso"));
      assert.equal(gone, undefined);
    });
    await withoutEffect(() => cutover.up());
    await cutover.rehearsed();
  });

  for (const stage of ["migrate", "handover"] satisfies CutoverStage[])
    it(`in ${stage}: it is refused, and found again`, async () => {
      await cutover.up(stage);
      await withoutEffect(otherArguments);
      await withoutEffect(lost);
      for (const args of [destroy, [...destroy, "--skip-preview"]])
        await withoutEffect(async () => {
          cutover.write(stage);
          assert.match(flat(await cutover.workspace.fails(...args)), /protected/);
          await cutover.up();
        });
      await withoutEffect(async () => assert.match(await declared(""), /protected/));
      await withoutEffect(async () =>
        assert.match(
          await declared("declare('other');"),
          /cannot begin cutover 'other': the folder '[^']*' belongs to cutover 'contoso', which is under way/,
        ),
      );
      await withoutEffect(async () => {
        assert.match(await declared(`declare('contoso', { parent: ${AWAY} });`), /protected/);
        await cutover.workspace.ok("state", "unprotect", "--all", "--yes");
        await cutover.up();
      });
    });

  it("refuses another address, step, pool or folder", async () => {
    for (const change of [
      { waves: [[ADDRESS], ["sip:second@contoso.test"]] },
      { files: "none" },
      { poolFqdn: "other.contoso.test" },
      { folder: "elsewhere" },
    ] satisfies Arguments[])
      await withoutEffect(async () => {
        cutover.args = change;
        assert.match(await cutover.upFails(), /cannot go on with cutover 'contoso': .* its way back relies/);
        cutover.args = {};
      });
  });

  it("in complete: it is forgotten, and found again", async () => {
    await cutover.up("complete");
    await withoutEffect(otherArguments);
    await withoutEffect(lost);
    await withoutEffect(async () => {
      assert.doesNotMatch(await declared(""), /error/);
      await cutover.up();
    });
    await withoutEffect(async () => {
      // The pool is of the same program, and the address leads there.
      assert.match(flat(await cutover.workspace.fails(...destroy, "--skip-preview")), /in use/);
      assert.deepEqual(
        cutover.workspace.recorded().filter(({ urn }) => urn.endsWith("::contoso-stage")),
        [],
      );
      await cutover.up();
    });
    assert.equal((await cutover.record()).record.stage, "complete");
  });
});
