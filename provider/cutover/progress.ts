import type { CutoverRecord, CutoverStage } from "../registry/cutover-record";
import { stageIndex } from "../registry/cutover-record";
import type { Incarnation, Revision } from "../registry/registry";
import type { KnownNote, StepKey, StepNote } from "./notes";
import { STEPS, type Step } from "./runbook";

/** How far a cutover has come, as its record and the notes of its steps say. */
export interface CutoverState {
  record: CutoverRecord;
  /** The incarnation of the record, by which its folder is known. */
  id: Incarnation;
  revision: Revision;
  notes: KnownNote[];
}

/** A step of one cutover: a step per wave or address has that in its name, behind a colon. */
export interface PlannedStep {
  name: string;
  step: Step;
}

/** A step with what is known of it in the latest attempt of its stage. */
export interface StepProgress extends PlannedStep {
  attempt: number;
  note: StepNote;
}

/** The definition of a step by the name that it has in one cutover. */
export function definitionOf(name: string): Step | undefined {
  const plain = name.split(":")[0];
  return STEPS.find((step) => step.name === plain);
}

/** The steps of a plan with what is known of them. A name that this version does not know is left out. */
export function progressOf(
  plan: readonly string[],
  attempts: CutoverRecord["attempts"],
  notes: readonly KnownNote[],
): StepProgress[] {
  return plan.flatMap((name) => {
    const step = definitionOf(name);
    if (step === undefined) return [];
    const attempt = attemptOf(step, attempts);
    const known = notes.find((other) => other.step === name && other.attempt === attempt);
    return [{ name, step, attempt, note: known?.note ?? {} }];
  });
}

/**
 * The attempt in which the steps of a stage are done once the stage is turned to `wanted`. A stage of which anything is in
 * effect is gone on with, and its steps that are done stay done; any other is begun anew, so that what only asks is asked again:
 * its answers may be a week old.
 */
export function attemptsAfter(
  record: CutoverRecord | undefined,
  wanted: CutoverStage,
  notes: readonly KnownNote[],
): CutoverRecord["attempts"] {
  const known = record?.attempts ?? { migrate: 0, handover: 0 };
  const attemptOf = (stage: "migrate" | "handover") => {
    const latest = known[stage];
    const isEntered =
      stageIndex(wanted) >= stageIndex(stage) && stageIndex(record?.stage ?? "prepare") < stageIndex(stage);
    const begun = begunIn(stage, latest, notes);
    const isInEffect = begun.length > 0 && !begun.some(({ step, note }) => hasBegunBack(step, note));
    return isEntered && !isInEffect ? latest + 1 : latest;
  };
  return { migrate: attemptOf("migrate"), handover: attemptOf("handover") };
}

/** The attempt of a step: that of its stage. What is asked in `prepare` is asked again when the migration begins. */
export function attemptOf(step: Step, { migrate, handover }: CutoverRecord["attempts"]): number {
  if (step.stage === "handover") return handover;
  return step.stage === "migrate" ? migrate : 1 + migrate;
}

/** Steps that were begun and lie above a stage, whose way back is not at its end, in the order in which they are taken back. */
export function unfinishedBack(record: CutoverRecord, steps: readonly StepProgress[]): StepProgress[] {
  return inBackOrder(steps.filter(({ step }) => isAbove(step, record))).filter((known) =>
    isLeft(known, steps),
  );
}

/** Whether a step was begun, and its way back is not at its end. A gate of which nothing is left to take back is past. */
export function isLeft({ step, note }: StepProgress, steps: readonly StepProgress[]): boolean {
  if (note.do === undefined || note.undo?.doneAt !== undefined) return false;
  const isOpen = ({ name, step: other, note }: StepProgress) =>
    other.stage === step.stage && isInEffect(name, note);
  return step.wayBack !== "gate" || steps.some(isOpen);
}

/** Whether a gate has anything to be asked for: a step of its stage and attempt is in effect. */
export function isGateOpen({ step: name, attempt }: StepKey, notes: readonly KnownNote[]): boolean {
  const step = definitionOf(name);
  return (
    step?.wayBack === "gate" &&
    begunIn(step.stage, attempt, notes).some((other) => isInEffect(other.step, other.note))
  );
}

/** The steps that have a way back, in its order: first whether it may be at all, then the last step first. */
export function inBackOrder<S extends { step: Pick<Step, "wayBack"> }>(steps: readonly S[]): S[] {
  const reversed = steps.toReversed();
  return [
    ...reversed.filter(({ step }) => step.wayBack === "gate"),
    ...reversed.filter(({ step }) => step.wayBack === "undo"),
  ];
}

/** Whether any step above a stage was begun to be taken back. A gate that said no has taken nothing back. */
export function isBackBegun(record: CutoverRecord, steps: readonly StepProgress[]): boolean {
  return steps.some(({ name, step, note }) => isAbove(step, record) && hasBegunBack(name, note));
}

/** The steps of a stage that are not done. */
export function undoneIn(stage: CutoverStage, steps: readonly StepProgress[]): StepProgress[] {
  return steps.filter(({ step, note }) => step.stage === stage && note.do?.doneAt === undefined);
}

/** Whether a step is to be asked again although it was answered: nothing that its answer is for was begun. */
export function isAskedAnew({ step: name, attempt: asked }: StepKey, notes: readonly KnownNote[]): boolean {
  const step = definitionOf(name);
  return step?.asksAnew === true && begunIn(step.stage, asked, notes).length === 0;
}

/** What of a stage has a way back and was begun. */
function begunIn<N extends KnownNote>(stage: CutoverStage, latest: number, notes: readonly N[]): N[] {
  return notes.filter(({ step: name, attempt, note }) => {
    const step = definitionOf(name);
    return step?.stage === stage && step.wayBack === "undo" && attempt === latest && note.do !== undefined;
  });
}

/** Whether a step with a way back was begun, and is not taken back: the world is not as it was. */
export function isInEffect(name: string, note: StepNote): boolean {
  return definitionOf(name)?.wayBack === "undo" && note.do !== undefined && note.undo?.doneAt === undefined;
}

/** Whether a step lies above the stage: what it said on a way back counts there, and is past once the stage was turned forward. */
export function isAbove({ stage }: Pick<Step, "stage">, record: Pick<CutoverRecord, "stage">): boolean {
  return stageIndex(stage) > stageIndex(record.stage);
}

function hasBegunBack(name: string, note: StepNote): boolean {
  return definitionOf(name)?.wayBack === "undo" && note.undo !== undefined;
}
