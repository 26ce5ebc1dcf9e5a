import assert from "node:assert/strict";
import { Notes } from "../../provider/cutover/notes";
import { parkedAddressOf } from "../../provider/cutover/parked";
import { definitionOf } from "../../provider/cutover/progress";
import type { CutoverStage } from "../../provider/registry/cutover-record";
import { actions } from "./agreement";
import { bystanderOf, type HeldMoment, type Moment, type Victim } from "./cutover-moments";
import type { CutoverWorkspace } from "./cutover-workspace";
import { HeldRun } from "./fault";
import type { RunningProcess } from "./processes";
import { ADDRESS } from "./stand-in-steps";
import { until } from "./until";

/** Programs of the engine that end some time after it, and do nothing by themselves. */
const OF_ENGINE = /pulumi-language-nodejs|pulumi-resource-command/;

/** A run of `up` that stands still at a moment of a cutover. */
export class CutOffRun {
  readonly #found: Promise<unknown>;

  private constructor(
    private readonly cutover: CutoverWorkspace,
    private readonly run: HeldRun,
  ) {
    this.#found = changes(cutover);
  }

  /** Starts it, and waits until it stands still. */
  static async start(cutover: CutoverWorkspace, stage: CutoverStage, moment: Moment): Promise<CutOffRun> {
    cutover.write(stage);
    const held: HeldMoment = { ...moment, notes: cutover.folder };
    const up = ["up", "--yes", "--skip-preview"];
    return new CutOffRun(cutover, await HeldRun.start(cutover.workspace, held, up, "cutover-preload.js"));
  }

  /** As `kill -9`. */
  async kill(victim: Victim): Promise<void> {
    await this.#found;
    if (victim === "engine") this.run.kill("engine");
    else killAll(this.cutover.workspace.processes().filter(isOf(victim)));
  }

  /** Waits until the engine has ended; the lock of one that was killed is lifted. Gives its exit code. */
  async ended(): Promise<number | null> {
    const { code } = await this.run.result;
    if (code === null) await this.cutover.workspace.ok("cancel", "--yes");
    return code;
  }

  /** Lets whatever stood still go on. */
  release(): void {
    this.run.release();
  }

  /** Whether a command of a later run waits for the step. */
  isAwaited(): boolean {
    return this.cutover.workspace.processes().some(({ command }) => command.includes("cutover step"));
  }

  /** Waits until nothing runs that could change the world. */
  quiet(): Promise<void> {
    return until("the processes of the run end", () =>
      this.cutover.workspace.processes().every(({ command }) => OF_ENGINE.test(command)),
    );
  }

  /** Insists that nothing was changed since the run stood still. */
  async assertNothingSince(): Promise<void> {
    assert.deepEqual(await changes(this.cutover), await this.#found);
  }
}

/**
 * Runs `up` to a moment and kills somebody there. Whatever is left changes nothing any more, but for a job that has begun, and
 * for a run that has no need of the victim there.
 */
export async function cutOff(
  cutover: CutoverWorkspace,
  stage: CutoverStage,
  moment: Moment,
  victim: Victim,
): Promise<void> {
  const run = await CutOffRun.start(cutover, stage, moment);
  await run.kill(victim);
  if (victim === bystanderOf(moment)) {
    run.release();
    await run.ended();
    return run.quiet();
  }
  assert.notEqual(await run.ended(), 0);
  const step = moment.when === "inside" ? definitionOf(moment.step) : undefined;
  // The guard ends a command that stands still.
  if (step?.by !== "command" || step.long) run.release();
  await run.quiet();
  if (!step?.long) await run.assertNothingSince();
}

/** All that was done so far, in the world and with the user and the endpoint in the registry. */
export async function changes({ world, workspace }: CutoverWorkspace) {
  return {
    effects: world.effects(),
    endpoint: await actions(workspace, "endpoint", ADDRESS),
    user: await actions(workspace, "sip-user", ADDRESS),
    parked: await actions(workspace, "sip-user", parkedAddressOf(ADDRESS)),
  };
}

/**
 * Insists that what was noted to be done was not begun again: each deed was begun once in its latest attempt, and at most once
 * more for each time it was cut off before the note. What is left of a killed run may still write the note.
 */
export function assertBegun(cutover: CutoverWorkspace, moments: readonly Moment[]): void {
  const journal = new Notes(cutover.folder).journal().filter(({ event }) => event === "begun");
  for (const { step, direction } of moments) {
    const { wayBack, asksAnew } = definitionOf(step) ?? {};
    // A gate is asked again each time, and so is what is of use only right before the first change.
    if (wayBack === undefined || (wayBack === "gate" && direction === "undo") || asksAnew) continue;
    const begun = journal.filter((line) => line.step === step && line.direction === direction);
    const times = begun.filter(({ attempt }) => attempt === begun.at(-1)?.attempt).length;
    const cut = moments.filter(
      (other) => other.step === step && other.direction === direction && other.when !== "after",
    );
    assert.ok(times >= 1 && times <= 1 + cut.length, `${direction} ${step} was begun ${times} times`);
  }
}

function isOf(victim: Exclude<Victim, "engine">) {
  const program = {
    "command plugin": "pulumi-resource-command",
    "provider plugin": "dynamic-provider",
    all: "",
  };
  return ({ command }: RunningProcess) => command.includes(program[victim]);
}

/** At one moment as far as that can be: stopped first, none sees the end of another. */
function killAll(victims: readonly RunningProcess[]): void {
  assert.ok(victims.length > 0, "somebody is there to be killed");
  for (const signal of ["SIGSTOP", "SIGKILL"] as const)
    for (const { pid } of victims) {
      try {
        process.kill(pid, signal);
      } catch {
        // it ended meanwhile
      }
    }
}
