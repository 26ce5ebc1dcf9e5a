import { type Experience, expectedBackOf, expectedOf } from "./expected";
import { progressOf } from "./progress";
import { STEPS, type Step } from "./runbook";
import { durationOf } from "./way-back";

/** A step as the plan tells it. */
export interface DescribedStep extends Pick<Step, "stage" | "purpose" | "wayBack" | "back" | "by"> {
  name: string;
  /** How long it took, or was measured to take. */
  milliseconds?: number;
  /** The same of its way back. */
  backMilliseconds?: number;
}

/** Something that cannot be taken back, and from which step on. */
export interface Irrevocable {
  from: string;
  what: string;
}

/** What is going to be done, in the order in time. */
export interface PlanDescription {
  /** Absent for the runbook of any cutover. */
  name?: string;
  steps: DescribedStep[];
  irrevocable: Irrevocable[];
}

const IRREVOCABLE: readonly Irrevocable[] = [
  { from: "import", what: "what was imported stays in the pool, unless the backup is to be restored" },
  { from: "copy-files", what: "the copies stay in the file store, unless they are to be removed" },
  {
    from: "start-persistent-chat",
    what: "messages written in the pool since are lost by going back, which needs acceptDataLoss with their exact number",
  },
  { from: "complete", what: "no way leads back" },
];

/** The runbook of any cutover, or of one. */
export function describePlan(experience?: Experience): PlanDescription {
  const plan = experience?.record.plan.length ? experience.record.plan : STEPS.map(({ name }) => name);
  const attempts = experience?.record.attempts ?? { migrate: 0, handover: 0 };
  const steps = progressOf(plan, attempts, experience?.notes ?? []).map((progress): DescribedStep => {
    const { stage, purpose, wayBack, back, by } = progress.step;
    const milliseconds =
      durationOf(progress.note.do) ?? (experience ? expectedOf(progress, experience) : undefined);
    const backMilliseconds = experience ? expectedBackOf(progress, experience) : undefined;
    return {
      name: progress.name,
      stage,
      purpose,
      wayBack,
      back,
      by,
      ...(milliseconds !== undefined && { milliseconds }),
      ...(backMilliseconds !== undefined && { backMilliseconds }),
    };
  });
  const irrevocable = IRREVOCABLE.filter(
    ({ from }) => from === "complete" || steps.some(({ name }) => name === from),
  );
  return { ...(experience && { name: experience.record.name }), steps, irrevocable };
}
