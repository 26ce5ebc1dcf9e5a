import { isAbsolute, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  attemptsAfter,
  type CutoverState,
  inBackOrder,
  isInEffect,
  isLeft,
  progressOf,
  type StepProgress,
} from "../../cutover/progress";
import { type CutoverStage, stageIndex } from "../../registry/cutover-record";
import type { GroupChatCutoverArgs } from "./cutover-arguments";
import type { PlannedStep } from "./plan";

/** A step that is planned, with what is known of it. */
export type KnownStep = PlannedStep & StepProgress;

/** What a program wants of a cutover, held against how far it has come: which steps are done, and which are taken back. */
export class CutoverView {
  /** In their order. */
  readonly steps: readonly KnownStep[];
  /** Absolute. */
  readonly folder: string;
  /** Whether anything is changed that the way back relies on. */
  readonly isUnderWay: boolean;

  constructor(
    readonly name: string,
    readonly args: GroupChatCutoverArgs,
    plan: readonly PlannedStep[],
    readonly progress: CutoverState | null,
  ) {
    const { folder, stage } = args;
    const notes = progress?.notes ?? [];
    const names = plan.map((planned) => planned.name);
    const known = progressOf(names, attemptsAfter(progress?.record, stage, notes), notes);
    this.steps = plan.flatMap((planned) => {
      const found = known.find((step) => step.name === planned.name);
      return found ? [{ ...planned, ...found }] : [];
    });
    this.folder = isAbsolute(folder) ? folder : join(pulumi.getRootDirectory(), folder);
    this.isUnderWay =
      stage !== "complete" &&
      (stage !== "prepare" || this.backwards().some((step) => isLeft(step, this.steps)));
  }

  stepOf(name: string): KnownStep | undefined {
    return this.steps.find((step) => step.name === name);
  }

  /** The steps that have a definition, one for each address or wave. */
  stepsOf(name: string): KnownStep[] {
    return this.steps.filter(({ step }) => step.name === name);
  }

  isReached({ step }: KnownStep): boolean {
    return stageIndex(step.stage) <= stageIndex(this.args.stage);
  }

  /** The steps above the stage of which it was ever recorded what their commands found, in the latest attempt that did. */
  recorded(): KnownStep[] {
    const notes = this.progress?.notes ?? [];
    return this.steps.flatMap((step) => {
      if (this.isReached(step) || step.step.by !== "command") return [];
      const attempts = notes
        .filter(({ step: name, note }) => name === step.name && note.before !== undefined)
        .map(({ attempt }) => attempt);
      return attempts.length > 0 ? [{ ...step, attempt: Math.max(...attempts) }] : [];
    });
  }

  /** The steps above the stage that were begun, in the order in which they are taken back. */
  backwards(): KnownStep[] {
    return inBackOrder(this.steps.filter((step) => !this.isReached(step) && step.note.do !== undefined));
  }

  /** Whether the way back of a stage is not at its end, its gate aside. */
  isGoingBack(stage: CutoverStage): boolean {
    return this.steps.some((known) => known.step.stage === stage && this.isToTakeBack(known));
  }

  /** Whether a step above the stage is in effect. */
  isToTakeBack(known: KnownStep): boolean {
    return !this.isReached(known) && isInEffect(known.name, known.note);
  }

  /**
   * `contoso-export-undo`, and `contoso-export-undo-2` in the second attempt: what an attempt left in state, because the run that
   * would have deleted it failed, must not be taken for that of the next one.
   */
  nameOf({ name, step, attempt }: KnownStep, what?: "undo"): string {
    const resource = this.resourceName(name, what);
    return attempt > 1 && step.stage !== "prepare" ? `${resource}-${attempt}` : resource;
  }

  /** `contoso-export-before`: the logical name of a resource, which is not the name of its step. */
  resourceName(step: string, what?: "before" | "undo"): string {
    const plain = step.replace(/:(sip:)?/g, "-");
    return [this.name, plain, ...(what ? [what] : [])].join("-");
  }
}
