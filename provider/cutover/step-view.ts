import type { CutoverRecord } from "../registry/cutover-record";
import { type Experience, expectedBackOf, expectedOf } from "./expected";
import type { JournalEntry, StepKey } from "./notes";
import { isAbove, type StepProgress } from "./progress";
import type { Step } from "./runbook";
import { durationOf } from "./way-back";

/**
 * How far a step is. `left`: it was begun, and no process is at it any more, as far as that is seen from here. `open`: it was
 * not begun.
 */
export type StepState = "open" | "running" | "left" | "failed" | "done" | "taken back";

/** A step as people are shown it. */
export interface StepView {
  name: string;
  stage: Step["stage"];
  state: StepState;
  /** What of it was done last: the look before it, the step, or its way back. */
  direction: JournalEntry["direction"];
  /** When the latest try began. ISO 8601, UTC. */
  begunAt?: string;
  doneAt?: string;
  /** How long it took, or has taken by now. */
  milliseconds?: number;
  /** How long it is expected to take. */
  expected?: number;
  /** Whether only its job runs on, since whoever waited for it is gone: the next `up` finds it again. */
  byItself?: true;
  /** Its last line of progress. */
  said?: string;
  /** Why its latest try failed. */
  failure?: string;
}

/** What a step is looked at with. */
export interface StepSources extends Experience {
  journal: readonly JournalEntry[];
  /** The steps at which a process is. */
  taken: readonly StepKey[];
  /** Those of which only the job runs on. */
  byThemselves: readonly StepKey[];
  now: Date;
}

/** How far a step is, by its note, the journal, and whether anybody is at it. */
export function stepView(progress: StepProgress, sources: StepSources): StepView {
  const { name, step, attempt } = progress;
  const note = asked(progress, sources.record) ? progress.note : { ...progress.note, undo: undefined };
  const direction = note.undo ? "undo" : note.do ? "do" : "before";
  const lines = sources.journal.filter(
    (line) => line.step === name && line.attempt === attempt && line.direction === direction,
  );
  const run = note.undo ?? note.do;
  const last = (event: JournalEntry["event"]) => lines.findLast((line) => line.event === event);
  const isIn = (keys: readonly StepKey[]) => keys.some((key) => key.step === name && key.attempt === attempt);
  const isByItself = isIn(sources.byThemselves);
  const latest = lines.findLast(({ event }) => event !== "said");
  const failure = run ? run.failure : latest?.event === "failed" ? (latest.text ?? "") : undefined;
  const state = stateOf();
  const isOver = state === "done" || state === "taken back";
  const begunAt = isOver ? run?.begunAt : (last("begun")?.at ?? run?.begunAt);
  const milliseconds =
    durationOf(run) ??
    (state === "running" && begunAt ? sources.now.getTime() - Date.parse(begunAt) : undefined);
  const expected = direction === "undo" ? expectedBackOf(progress, sources) : expectedOf(progress, sources);
  const said = isOver ? undefined : last("said")?.text;
  return {
    name,
    stage: step.stage,
    state,
    direction,
    ...(state !== "open" && begunAt !== undefined && { begunAt }),
    ...(run?.doneAt !== undefined && { doneAt: run.doneAt }),
    ...(milliseconds !== undefined && { milliseconds }),
    ...(expected !== undefined && { expected }),
    ...(state === "running" && isByItself && { byItself: true }),
    ...(said !== undefined && { said }),
    ...(state === "failed" && { failure }),
  };

  function stateOf(): StepState {
    if (run?.doneAt !== undefined) return note.undo && step.wayBack === "undo" ? "taken back" : "done";
    if (isByItself || isIn(sources.taken)) return "running";
    if (failure !== undefined) return "failed";
    return run ? "left" : "open";
  }
}

/** Whether the way back of a step counts: what a gate said is past once the stage was turned forward again. */
function asked({ step }: StepProgress, record: CutoverRecord): boolean {
  return step.wayBack !== "gate" || isAbove(step, record);
}
