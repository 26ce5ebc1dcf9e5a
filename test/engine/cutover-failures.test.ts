import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { assertNothingTwice } from "../support/cutover-comparison";
import { CutOffRun } from "../support/cutover-crash";
import { CutoverWorkspace, type Everything } from "../support/cutover-workspace";
import { ADDRESS } from "../support/stand-in-steps";
import { figures } from "../support/workspace";

describe("a cutover in which something fails", function () {
  this.timeout(600_000);
  let cutover: CutoverWorkspace;
  let prepared: Everything;

  before(async () => {
    cutover = await CutoverWorkspace.create();
    await cutover.up("prepare");
    await cutover.rehearsed();
    prepared = await cutover.everything();
  });
  after(() => cutover?.dispose());

  it("takes back what was done, and half of what failed", async () => {
    const obstacle = join(cutover.world.folder, "shares", "persistent-chat", "room-3", "plan-12.txt");
    mkdirSync(dirname(obstacle), { recursive: true });
    writeFileSync(obstacle, "something else");
    const obstructed = await cutover.everything();
    const done = await cutover.effectsOf(async () =>
      assert.match(
        await cutover.upFails("migrate"),
        /cannot do step 'copy-files': .*'room-3\/plan-12.txt'.* is there and is another file/,
      ),
    );
    assert.ok(done.some((effect) => effect.startsWith("copy room-1")));
    assertNothingTwice(await cutover.effectsOf(() => cutover.up("prepare")));
    assert.deepEqual(await cutover.everything(), obstructed);
    rmSync(dirname(obstacle), { recursive: true });
  });

  it("takes it back again where the next attempt fails, too", async () => {
    cutover.failing("do", "stop-persistent-chat");
    const done = await cutover.effectsOf(async () =>
      assert.match(await cutover.upFails("migrate"), /cannot do step 'stop-persistent-chat': .*went away/),
    );
    assert.deepEqual(
      done.filter((effect) => effect.includes("PersistentChat")),
      ["set PersistentChat on pc02.contoso.test to Disabled", "stop PersistentChat on pc02.contoso.test"],
    );
    cutover.failing();
    assertNothingTwice(await cutover.effectsOf(() => cutover.up("prepare")));
    assert.deepEqual(await cutover.everything(), prepared);
  });

  it("goes on where it failed, and does nothing twice", async () => {
    cutover.failing("do", "stop-persistent-chat");
    const done = await cutover.effectsOf(async () => {
      await cutover.upFails("migrate");
      cutover.failing();
      await cutover.up("migrate");
      await cutover.up("handover");
    });
    assertNothingTwice(done);
  });

  it("asks for the exact number of messages that going back loses, and can be turned round before", async () => {
    cutover.world.run("say.mjs", "3");
    const asked = /cannot take back step 'mark-messages': .*3 new messages.*set acceptDataLoss: 3/;
    assert.deepEqual(
      await cutover.effectsOf(async () => {
        assert.match(await cutover.upFails("migrate"), asked);
        await cutover.up("handover");
        cutover.args = { acceptDataLoss: 2 };
        assert.match(await cutover.upFails("migrate"), asked);
      }),
      [],
    );
  });

  it("asks again where the way back was cut off and once the services are stopped, and does not turn round", async () => {
    cutover.args = { acceptDataLoss: 3 };
    cutover.failing("undo", "start-persistent-chat");
    const undone = await cutover.effectsOf(async () => {
      assert.match(await cutover.upFails("migrate"), /cannot take back step 'start-persistent-chat'/);
      assert.match(
        await cutover.upFails("handover"),
        /cannot turn cutover 'contoso' to 'handover': its way back has begun and step 'start-persistent-chat'/,
      );
      // One of the two servers runs still.
      cutover.world.run("say.mjs", "1");
      cutover.failing();
      for (let times = 0; times < 2; times += 1)
        assert.match(await cutover.upFails("migrate"), /set acceptDataLoss: 4/);
      cutover.args = { acceptDataLoss: 4 };
      const run = await CutOffRun.start(cutover, "migrate", {
        step: "start-persistent-chat",
        direction: "undo",
        when: "before",
      });
      cutover.world.run("say.mjs", "1");
      run.release();
      assert.notEqual(await run.ended(), 0);
      assert.match(cutover.journal(), /the new services are stopped .* set acceptDataLoss: 5/);
      const holder = await cutover.workspace.registry((registry) => registry.resolve(ADDRESS));
      assert.equal(holder?.kind, "endpoint");
      assert.match(await cutover.upFails("migrate"), /set acceptDataLoss: 5/);
      cutover.args = { acceptDataLoss: 5 };
      cutover.failing("undo", "stop-persistent-chat");
      assert.match(await cutover.upFails("prepare"), /cannot take back step 'stop-persistent-chat'/);
      cutover.failing();
      cutover.args = { acceptDataLoss: 5, files: "none" };
      assert.match(await cutover.upFails("prepare"), /the steps changed while it is at 'prepare'/);
      cutover.args = { acceptDataLoss: 5 };
      await cutover.up("prepare");
    });
    assertNothingTwice(undone.filter((effect) => !effect.includes("PersistentChat")));
    assert.deepEqual(await cutover.everything(), prepared);
    assert.deepEqual(Object.keys(figures(await cutover.up())), ["unchanged"]);
  });
});
