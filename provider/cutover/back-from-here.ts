import type { CutoverRecord } from "../registry/cutover-record";
import { isAbove, isInEffect, type StepProgress } from "./progress";
import { backOf } from "./way-back";

/** What going back to where nothing was changed takes, and what it loses. */
export interface BackFromHere {
  /** How many steps are to be taken back. */
  steps: number;
  milliseconds: number;
  /** Since when messages may have been written that going back loses; absent while it loses nothing. */
  losesSince?: string;
  /** What the way back said when it was asked last and refused. */
  refused?: string;
}

/** The way back from where a cutover is; `null` where there is none any more. */
export function backFromHere(record: CutoverRecord, steps: readonly StepProgress[]): BackFromHere | null {
  if (record.stage === "complete") return null;
  const left = steps.filter(({ name, note }) => isInEffect(name, note));
  const started = left.find(({ step }) => step.name === "start-persistent-chat");
  const gate = steps.find(({ step }) => step.wayBack === "gate");
  const refused = gate && isAbove(gate.step, record) ? gate.note.undo?.failure : undefined;
  return {
    steps: left.length,
    milliseconds: left.reduce((sum, progress) => sum + backOf(progress, steps, record), 0),
    ...(started?.note.do && { losesSince: started.note.do.begunAt }),
    ...(started && refused !== undefined && { refused }),
  };
}
