import assert from "node:assert/strict";
import type { CutoverStage } from "../../provider/registry/cutover-record";
import { assertNothingTwice, withoutExports } from "../support/cutover-comparison";
import { assertBegun, CutOffRun, changes, cutOff } from "../support/cutover-crash";
import { backward, type Deed, forward, type Moment, victimsOf } from "../support/cutover-moments";
import { CutoverWorkspace, type Everything } from "../support/cutover-workspace";
import { until } from "../support/until";

/** Cut off also inside: what is written to the registry, and what a short command does. */
const INSIDE = /^(release|endpoint|stop-legacy)\b/;

describe("a cutover that is killed again and again", function () {
  this.timeout(900_000);
  // Each test begins where the one before has come to.
  this.bail(true);
  let cutover: CutoverWorkspace;
  let boundaries = 0;
  let killed = 0;
  const reached: Partial<Record<CutoverStage, Everything>> = {};

  before(async () => {
    cutover = await CutoverWorkspace.create();
  });
  after(() => cutover?.dispose());

  /** At each boundary once, in turn after what was just done and before what comes; each run goes on where the last one was killed. */
  async function throughAll(stage: CutoverStage, deeds: readonly Deed[]): Promise<void> {
    const moments = deeds.flatMap((deed): Moment[] => {
      boundaries += 1;
      const boundary: Moment = { ...deed, when: boundaries % 2 === 0 ? "before" : "after" };
      if (!INSIDE.test(deed.step) || deed.direction === "before") return [boundary];
      const inside: Moment = { ...deed, when: "inside" };
      return boundary.when === "before" ? [boundary, inside] : [inside, boundary];
    });
    for (const moment of moments) {
      const victims = victimsOf(moment);
      killed += 1;
      await cutOff(cutover, stage, moment, victims[killed % victims.length] ?? "all");
    }
    await cutover.up(stage);
    assertBegun(cutover, moments);
    assert.deepEqual(await cutover.preview(stage), []);
    reached[stage] ??= await cutover.everything();
  }

  it("goes forward, and does nothing twice", async () => {
    const { effects: found } = await changes(cutover);
    await throughAll("prepare", forward("prepare"));
    await cutover.rehearsed();
    await throughAll("migrate", forward("migrate"));
    await throughAll("handover", forward("handover"));
    const { effects, ...inRegistry } = await changes(cutover);
    assertNothingTwice(effects.slice(found.length));
    assert.deepEqual(inRegistry, { endpoint: ["create"], user: ["create", "remove"], parked: ["create"] });
  });

  it("goes back, and does nothing twice", async () => {
    const { effects: found } = await changes(cutover);
    await throughAll("prepare", backward());
    const { effects, ...inRegistry } = await changes(cutover);
    assertNothingTwice(effects.slice(found.length));
    assert.deepEqual(inRegistry, {
      endpoint: ["create", "remove"],
      user: ["create", "remove", "create"],
      parked: ["create", "remove"],
    });
    assert.deepEqual(await cutover.everything(), reached.prepare);
  });

  it("finds the job of a long step that goes on, and does not begin it again", async () => {
    const effects = await cutover.effectsOf(async () => {
      const run = await CutOffRun.start(cutover, "migrate", {
        step: "export",
        direction: "do",
        when: "inside",
      });
      await run.kill("engine");
      await run.ended();
      const next = cutover.up();
      await until("the next run comes to the step", () => run.isAwaited());
      run.release();
      await next;
    });
    assertNothingTwice(effects);
    const said = cutover.journal().match(/"exported 1 of/g);
    assert.equal(said?.length, 2, "once in each attempt");
    assert.deepEqual(withoutExports(await cutover.everything()), withoutExports(reached.migrate));
  });

  it("comes to the world of one that was never killed", async () => {
    await cutover.up("prepare");
    assert.deepEqual(await cutover.everything(), reached.prepare);
    await cutover.up("migrate");
    await cutover.up("handover");
    assert.deepEqual(withoutExports(await cutover.everything()), withoutExports(reached.handover));
  });
});
