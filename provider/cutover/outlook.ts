import {
  CUTOVER_STAGES,
  type CutoverRecord,
  type CutoverStage,
  stageIndex,
} from "../registry/cutover-record";
import { isRegistryError } from "../registry/errors";
import { isAbove, type StepProgress, undoneIn, unfinishedBack } from "./progress";
import { assertTurn, type Circumstances } from "./stage-rules";
import type { StepView } from "./step-view";

/** What is to be done next. */
export type Next =
  /** `up` with the stage set so; `allowed`: nothing that waits for a person keeps it from beginning. */
  | { command: "pulumi up"; stage: CutoverStage; allowed: boolean }
  | { command: string; stage?: never; allowed: true };

/** What a cutover needs of people. */
export interface Outlook {
  /** What waits for a person, in sentences. */
  waits: string[];
  /** Absent while a step runs, and once the cutover is complete. */
  next?: Next;
}

const BORDERS: Readonly<Record<CutoverStage, string>> = {
  prepare: "",
  migrate:
    "everything is prepared: read the list of the preflight, and begin the migration when users are offline",
  handover:
    "the border: read the reports of export and import, and decide whether the addresses are handed over",
  complete: "the handover is done: see that users work, and days later end the way back",
};

/** What a cutover waits for, and what comes next. */
export function outlookOf(
  record: CutoverRecord,
  views: readonly StepView[],
  circumstances: Circumstances,
): Outlook {
  const { name, stage } = record;
  const { steps } = circumstances;
  const back = unfinishedBack(record, steps);
  // Of what the stage has gone back from only what is still to be taken back counts.
  const isPast = (view: StepView) => isAbove(view, record) && !back.some((step) => step.name === view.name);
  const waits = views.flatMap((view) => {
    if (isPast(view)) return [];
    if (view.state === "failed") return [`step '${view.name}' failed: ${view.failure}`];
    return view.state === "left"
      ? [
          `step '${view.name}' was begun and is not at its end, and nobody is at it, as far as is seen from here`,
        ]
      : [];
  });
  const command = `persistentchat cutover rehearse ${name} --user <sip uri>`;
  const isUnrehearsed = !record.rehearsal && stageIndex(stage) < stageIndex("handover");
  if (isUnrehearsed) waits.push(`the handover was never rehearsed, and is refused until it was: ${command}`);
  if (views.some(({ state }) => state === "running")) return { waits };
  const goOn: Next = { command: "pulumi up", stage, allowed: true };
  if (back.length > 0) {
    waits.push(`the way back is not at its end: ${first(back)} to be taken back`);
    return { waits, next: goOn };
  }
  const undone = undoneIn(stage, steps);
  if (undone.length > 0) {
    waits.push(`stage '${stage}' is not at its end: ${first(undone)} to be done`);
    return { waits, next: { ...goOn, stage: adviceOf(undone, views) ?? stage } };
  }
  const wanted = CUTOVER_STAGES[stageIndex(stage) + 1];
  if (wanted === undefined) return { waits };
  const refused = refusalOf(record, wanted, circumstances);
  if (refused === undefined) waits.push(BORDERS[wanted]);
  else if (wanted === "handover" && isUnrehearsed && !record.hold)
    return { waits, next: { command, allowed: true } };
  else waits.push(refused);
  return { waits, next: { command: "pulumi up", stage: wanted, allowed: refused === undefined } };
}

/** The stage that the failure of the first of some steps says to set: more runs with the stage as it is would not help. */
function adviceOf([next]: readonly StepProgress[], views: readonly StepView[]): CutoverStage | undefined {
  const failure = views.find(({ name }) => name === next?.name)?.failure ?? "";
  return CUTOVER_STAGES.find((stage) => failure.includes(`; set stage to '${stage}', run 'pulumi up'`));
}

/** What the rules say of a turn, which `up` would say. */
function refusalOf(
  record: CutoverRecord,
  wanted: CutoverStage,
  circumstances: Circumstances,
): string | undefined {
  try {
    assertTurn(record, wanted, circumstances);
    return undefined;
  } catch (error) {
    if (isRegistryError(error)) return error.message;
    throw error;
  }
}

function first(steps: readonly { name: string }[]): string {
  const [{ name } = { name: "" }] = steps;
  return steps.length === 1 ? `step '${name}' is` : `${steps.length} steps, beginning with '${name}', are`;
}
