import type { CutoverRecord } from "../registry/cutover-record";
import type { Run, StepNote } from "./notes";
import type { StepProgress } from "./progress";

/**
 * Milliseconds that the way back of some steps takes: what an earlier way back took, else what the dress rehearsal measured,
 * else what the step itself took, since services start about as long as they stop. A step that was never done takes what its
 * counterpart took.
 */
export function wayBackOf(steps: readonly StepProgress[], record: CutoverRecord): number {
  return steps.reduce((sum, progress) => sum + backOf(progress, steps, record), 0);
}

/** Milliseconds that the way back of one step takes, of those of the whole cutover. */
export function backOf(
  { name, step, note }: StepProgress,
  steps: readonly StepProgress[],
  { rehearsal }: CutoverRecord,
): number {
  if (step.wayBack !== "undo" || note.undo?.doneAt !== undefined) return durationOf(note.undo) ?? 0;
  if (step.name === "release") return rehearsal?.restore ?? 0;
  if (step.name === "endpoint") return rehearsal?.removal ?? 0;
  const tookOf = (other: string) => durationOf(steps.find((one) => one.name === other)?.note.do) ?? 0;
  if (step.name === "import" && isToRestore(note)) return tookOf("back-up-target");
  // What takes long on the way forward is left, or deleted at once, on the way back.
  if (step.long) return 0;
  // The queues are waited for on the way forward alone; what stops then is a service as the others are.
  if (name === "drain-compliance") return Math.min(tookOf(name), tookOf("stop-legacy"));
  return tookOf(name === "start-persistent-chat" ? "stop-persistent-chat" : name);
}

/** Whether an import is taken back by the backup, which takes about as long to restore as to make. */
function isToRestore({ do: imported }: StepNote): boolean {
  const values = imported?.values;
  return typeof values === "object" && values !== null && "undo" in values && values.undo === "restore";
}

/** How long something took that came to its end, without the time in which nobody was at it. */
export function durationOf(run: Run | undefined): number | undefined {
  if (run?.doneAt === undefined) return undefined;
  return run.milliseconds ?? Date.parse(run.doneAt) - Date.parse(run.begunAt);
}
