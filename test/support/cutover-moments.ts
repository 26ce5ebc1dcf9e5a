import { definitionOf, inBackOrder, type PlannedStep } from "../../provider/cutover/progress";
import { STEPS } from "../../provider/cutover/runbook";
import { ADDRESS } from "./stand-in-steps";

/** What a run does in one go: a step in one direction. A stage is turned and a snapshot taken, and never taken back. */
export interface Deed {
  /** As in the notes: `export`, `release:sip:ocschat@contoso.test`; or `stage`, or the address of which the snapshot is taken. */
  step: string;
  direction: "before" | "do" | "undo";
}

/**
 * A moment of a run: before a deed is said to begin, when all that came earlier is in state; inside, when it has changed
 * something, or looked at all that it looks at; after it was noted to be done, when nobody was told.
 */
export interface Moment extends Deed {
  when: "before" | "inside" | "after";
}

/** What the processes of a run are told. */
export interface HeldMoment extends Moment {
  /** The folder of the notes. */
  notes: string;
}

/** Who is killed with signal 9; `all` are also the commands. */
export type Victim = "engine" | "command plugin" | "provider plugin" | "all";

const PER_ADDRESS = ["release", "endpoint"];

/** The steps of a cutover of one address. */
const PLAN: readonly PlannedStep[] = STEPS.map((step) => ({
  name: PER_ADDRESS.includes(step.name)
    ? `${step.name}:${ADDRESS}`
    : step.perWave
      ? `${step.name}:1`
      : step.name,
  step,
}));

const TURN: Deed = { step: "stage", direction: "do" };

/** What is done on the way into a stage, in its order. */
export function forward(stage: "prepare" | "migrate" | "handover"): Deed[] {
  const steps = PLAN.filter(({ step }) => step.stage === stage).flatMap(({ name, step }): Deed[] => [
    ...(step.wayBack === "undo" && step.by === "command"
      ? [{ step: name, direction: "before" } as const]
      : []),
    { step: name, direction: "do" },
  ]);
  const snapshot: Deed[] = stage === "prepare" ? [{ step: ADDRESS, direction: "do" }] : [];
  return [TURN, ...steps, ...snapshot];
}

/** What is done on the way back from the handover to the preparation, in its order. */
export function backward(): Deed[] {
  return [TURN, ...inBackOrder(PLAN).map(({ name }): Deed => ({ step: name, direction: "undo" }))];
}

/** Those whose end cuts the run off there and then: the engine, the plugin of the deed, all. */
export function victimsOf(deed: Deed): Victim[] {
  return ["engine", isCommand(deed) ? "command plugin" : "provider plugin", "all"];
}

/** The plugin that has nothing to do with the deed. */
export function bystanderOf(deed: Deed): Victim {
  return isCommand(deed) ? "provider plugin" : "command plugin";
}

/** The moments of a deed. Nothing is to be seen inside of what only looks. */
export function momentsOf(deed: Deed): Moment[] {
  const onlyLooks = deed.direction === "before" || deed.step === ADDRESS;
  const whens = onlyLooks ? (["before", "after"] as const) : (["before", "inside", "after"] as const);
  return whens.map((when) => ({ ...deed, when }));
}

function isCommand({ step }: Deed): boolean {
  return definitionOf(step)?.by === "command";
}
