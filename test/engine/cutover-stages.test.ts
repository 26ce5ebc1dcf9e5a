import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { CutoverStage } from "../../provider/registry/cutover-record";
import { CutoverWorkspace, flat, PASSPHRASE } from "../support/cutover-workspace";
import { ADDRESS } from "../support/stand-in-steps";

const [OPENS, CLOSES] = ["2026-11-28T22:00Z", "2026-11-29T04:00Z"];
const BEN = { token: "of-ben", holder: "ben@admin02", since: "2026-11-28T21:00:00Z" };

describe("the stages of a cutover", function () {
  this.timeout(600_000);
  let cutover: CutoverWorkspace;

  before(async () => {
    cutover = await CutoverWorkspace.create();
  });
  after(() => cutover?.dispose());

  /** An `up` that is refused, and changes nothing. */
  async function refused(stage: CutoverStage, cause: RegExp, ...args: string[]): Promise<void> {
    const effects = await cutover.effectsOf(async () =>
      assert.match(await cutover.upFails(stage, ...args), cause),
    );
    assert.deepEqual(effects, []);
  }

  const at = (time: string) => ["-c", `persistentchat:clock=${time}`];
  const holder = () => cutover.workspace.registry((registry) => registry.resolve(ADDRESS));

  it("begin with prepare, and not before there is something to seal snapshots with", async () => {
    await refused("migrate", /cannot begin cutover 'contoso' with stage 'migrate'/);
    await cutover.workspace.ok("config", "rm", "persistentchat:snapshotPassphrase");
    await refused("prepare", /nothing seals it; run 'pulumi config set --secret persistentchat:snap/);
    await cutover.workspace.ok("config", "set", "--secret", "persistentchat:snapshotPassphrase", PASSPHRASE);
  });

  it("ask again what the answer to was no", async () => {
    cutover.world.run("control.mjs", "stop", "gc01.contoso.test", "GroupChatWeb");
    // In an attempt of its own: the answers of the first one are known.
    await cutover.workspace.ok("destroy", "--yes", "--skip-preview");
    const no = /the answer is no to 'is there a service 'GroupChatWeb' on 'gc01.contoso.test'' \(Stopped/;
    await refused("prepare", no);
    await refused("prepare", no);
    await refused("migrate", /step 'preflight' of 'prepare' is not done/);
    cutover.world.run("control.mjs", "start", "gc01.contoso.test", "GroupChatWeb");
    await cutover.up("prepare");
    await refused("handover", /cannot turn .* to 'handover': it stands at 'prepare'; turn one stage/);
  });

  it("are entered while the window is open, and gone on with after", async () => {
    cutover.args = { window: { opens: OPENS, closes: CLOSES } };
    await refused(
      "migrate",
      /it is 2026-11-28T21:00:0\d.*, and the window opens at/,
      ...at("2026-11-28T21:00Z"),
    );
    cutover.failing("do", "export");
    assert.match(await cutover.upFails("migrate", ...at("2026-11-28T22:30Z")), /cannot do step 'export'/);
    cutover.failing();
    await refused("handover", /step 'export' of 'migrate' is not done/, ...at("2026-11-28T23:00Z"));
    await cutover.up("migrate", ...at("2026-11-29T05:00Z"));
  });

  it("wait for a rehearsal, for whoever holds them, and for the window", async () => {
    await refused("handover", /was never rehearsed/, ...at("2026-11-29T00:30Z"));
    await cutover.rehearsed();
    cutover.args = { ...cutover.args, hold: true };
    await refused("handover", /somebody holds it at this border; set hold to false/);
    cutover.args = { ...cutover.args, hold: false };
    await refused("handover", /the window closed at 2026-11-29T04:00:00Z/, ...at("2026-11-29T05:00Z"));
    await refused("handover", /the way back.*would not fit/, ...at("2026-11-29T03:59:30Z"));
  });

  it("refuse an export that is older than the last that Group Chat did", async () => {
    const service = ["gc02.contoso.test", "GroupChatChannel"];
    for (const verb of ["start", "stop"]) cutover.world.run("control.mjs", verb, ...service);
    await refused(
      "handover",
      /cannot use the export of .*'GroupChatChannel'.*ran until/,
      ...at("2026-11-29T01:00Z"),
    );
    await cutover.up("prepare");
    await cutover.up("migrate");
  });

  it("release nobody while state is not written after each step", async () => {
    cutover.write("handover");
    const effects = await cutover.effectsOf(async () => {
      const skipping = { PULUMI_SKIP_CHECKPOINTS: "true" };
      const result = await cutover.workspace.run(["up", "--yes", "--skip-preview"], skipping);
      assert.match(flat(result), /cannot release a user while PULUMI_SKIP_CHECKPOINTS is set/);
    });
    assert.deepEqual(effects, []);
    assert.equal((await holder())?.kind, "sip-user");
  });

  it("go on after the window has closed, and back", async () => {
    cutover.failing("do", "start-persistent-chat");
    assert.match(await cutover.upFails("handover"), /cannot do step 'start-persistent-chat'/);
    cutover.failing();
    await cutover.up("handover", ...at("2026-11-29T05:00Z"));
    await cutover.up("migrate");
    assert.equal((await holder())?.kind, "sip-user");
    await cutover.up("handover", ...at("2026-11-29T02:00Z"));
  });

  it("keep a second operator out, whose lease is taken by name only", async () => {
    const { lease } = (await cutover.record()).record;
    await cutover.change({ lease: BEN });
    const held = /cannot go on with cutover 'contoso': ben@admin02 has had its lease since 2026-11-28T21:00/;
    for (const stage of ["handover", "migrate"] as const) await refused(stage, held);
    cutover.args = { ...cutover.args, breakLease: "carl@admin03" };
    await refused("migrate", held);
    cutover.args = { ...cutover.args, breakLease: BEN.holder };
    await cutover.up("migrate");
    const taken = (await cutover.record()).record.lease;
    assert.equal(taken?.holder, lease?.holder);
    assert.notEqual(taken?.token, lease?.token);
  });

  it("are not turned by a stale plan, nor with the wrong passphrase", async () => {
    const experimental = { PULUMI_EXPERIMENTAL: "true" };
    cutover.write("handover");
    const saved = await cutover.workspace.run(["preview", "--save-plan", "plan.json"], experimental);
    assert.equal(saved.code, 0, saved.output);
    await cutover.up("prepare");
    cutover.write("handover");
    const up = ["up", "--yes", "--skip-preview"];
    const effects = await cutover.effectsOf(async () => {
      const stale = await cutover.workspace.run([...up, "--plan", "plan.json"], experimental);
      assert.match(flat(stale), /violates plan|turn one stage after the other/);
      const wrong = await cutover.workspace.run(up, { PULUMI_CONFIG_PASSPHRASE: "wrong" });
      assert.match(flat(wrong), /incorrect passphrase/);
    });
    assert.deepEqual(effects, []);
    assert.equal((await cutover.record()).record.stage, "prepare");
  });

  it("are found by the same person with another state file, which the first one then follows", async () => {
    await cutover.up("prepare");
    await cutover.up("migrate");
    // The way back from the handover is at its end: what is written since is none of its concern.
    const service = ["pc01.contoso.test", "PersistentChat"];
    cutover.world.run("control.mjs", "start", ...service);
    cutover.world.run("say.mjs", "3");
    cutover.world.run("control.mjs", "stop", ...service);
    const { attempts } = (await cutover.record()).record;
    const folder = join(cutover.workspace.folder, "other-state");
    mkdirSync(folder);
    const other = { PULUMI_BACKEND_URL: `file://${folder}` };
    const effects = await cutover.effectsOf(async () => {
      for (const args of [
        ["stack", "init", "test"],
        ["up", "--yes", "--skip-preview"],
      ]) {
        const result = await cutover.workspace.run(args, other);
        assert.equal(result.code, 0, result.output);
      }
    });
    assert.deepEqual(effects, []);
    cutover.write("prepare");
    const back = await cutover.workspace.run(["up", "--yes", "--skip-preview"], other);
    assert.equal(back.code, 0, back.output);
    await cutover.up("migrate", ...at("2026-11-29T02:00Z"));
    assert.equal((await cutover.record()).record.attempts.migrate, attempts.migrate + 1);
  });
});
