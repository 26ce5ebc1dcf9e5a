import assert from "node:assert/strict";
import type { CutoverStage } from "../../provider/registry/cutover-record";
import { assertNothingTwice, withoutExports } from "../support/cutover-comparison";
import { assertBegun, cutOff } from "../support/cutover-crash";
import {
  backward,
  bystanderOf,
  type Deed,
  forward,
  type Moment,
  momentsOf,
  type Victim,
  victimsOf,
} from "../support/cutover-moments";
import { CutoverWorkspace, type Everything } from "../support/cutover-workspace";

const WHENS = ["before", "inside", "after"] as const;
const FORWARD = (["migrate", "handover"] as const).map((stage) => ({ stage, deeds: forward(stage) }));

describe("a cutover that is killed, at every boundary and inside every step", function () {
  this.timeout(3_600_000);
  let cutover: CutoverWorkspace;
  const reached: Partial<Record<CutoverStage, unknown>> = {};

  before(async () => {
    cutover = await CutoverWorkspace.create();
    await cutover.up("prepare");
    await cutover.rehearsed();
    reached.prepare = compared(await cutover.everything());
    await cutover.up("migrate");
    reached.migrate = compared(await cutover.everything());
    await cutover.up("handover");
    reached.handover = compared(await cutover.everything());
    await cutover.up("prepare");
  });
  after(() => cutover?.dispose());

  /** Nothing is done twice, nothing is left to do, and the world is that of a run that was never killed. */
  async function converges(stage: CutoverStage, what: () => Promise<void>): Promise<void> {
    assertNothingTwice(
      await cutover.effectsOf(async () => {
        await what();
        await cutover.up(stage);
      }),
    );
    assert.deepEqual(await cutover.preview(stage), []);
    assert.deepEqual(compared(await cutover.everything()), reached[stage]);
  }

  /** Through all deeds of a stage, each of which is cut off; each run goes on where the last one was killed. */
  function throughAll(stage: CutoverStage, moments: readonly Moment[], victim: number): Promise<void> {
    return converges(stage, async () => {
      for (const moment of moments) await cutOff(cutover, stage, moment, victimsOf(moment)[victim] ?? "all");
    }).then(() => assertBegun(cutover, moments));
  }

  const those = (deeds: readonly Deed[], when: Moment["when"]) =>
    deeds.flatMap(momentsOf).filter((moment) => moment.when === when);

  for (const when of WHENS)
    for (const [victim, name] of ["the engine", "the plugin", "all"].entries())
      it(`goes on forward and back where ${name} was killed ${when} each step`, async () => {
        for (const { stage, deeds } of FORWARD) await throughAll(stage, those(deeds, when), victim);
        await throughAll("prepare", those(backward(), when), victim);
      });

  for (const [index, { stage, deeds }] of FORWARD.entries())
    for (const deed of deeds)
      for (const moment of momentsOf(deed))
        it(`goes back where somebody was killed ${moment.when} '${deed.direction} ${deed.step}' of ${stage}`, async () => {
          for (const victim of [...victimsOf(moment), bystanderOf(moment)])
            await thenBack(index, moment, victim);
        });

  async function thenBack(index: number, moment: Moment, victim: Victim): Promise<void> {
    const { stage = "migrate" } = FORWARD[index] ?? {};
    if (stage === "handover") await cutover.up("migrate");
    assertNothingTwice(await cutover.effectsOf(() => cutOff(cutover, stage, moment, victim)));
    await converges("prepare", async () => {});
  }

  for (const { stage, deeds } of FORWARD)
    for (const moment of deeds.flatMap(momentsOf))
      it(`goes on where a plugin was killed without need ${moment.when} '${moment.direction} ${moment.step}' of ${stage}`, async () => {
        if (stage === "handover") await cutover.up("migrate");
        await converges(stage, () => cutOff(cutover, stage, moment, bystanderOf(moment)));
        await cutover.up("prepare");
      });

  for (const moment of backward().flatMap(momentsOf))
    it(`goes on back where a plugin was killed without need ${moment.when} '${moment.direction} ${moment.step}'`, async () => {
      await cutover.up("migrate");
      await cutover.up("handover");
      await converges("prepare", () => cutOff(cutover, "prepare", moment, bystanderOf(moment)));
    });
});

function compared(everything: Everything): unknown {
  return withoutExports(everything);
}
