import type { CutoverRecord } from "../registry/cutover-record";
import type { KnownNote } from "./notes";
import type { StepProgress } from "./progress";
import { backOf, durationOf } from "./way-back";

/** What durations are expected by. */
export interface Experience {
  record: CutoverRecord;
  /** The steps in the latest attempt. */
  steps: readonly StepProgress[];
  /** The notes of all attempts. */
  notes: readonly KnownNote[];
}

/**
 * Milliseconds that a step is expected to take: what it took in an earlier attempt, else what the dress rehearsal measured;
 * nothing where nobody knows.
 */
export function expectedOf(
  { name, step, attempt }: StepProgress,
  { record, notes }: Experience,
): number | undefined {
  const rehearsed = { release: record.rehearsal?.release, endpoint: record.rehearsal?.endpoint };
  return (
    earlier(name, attempt, "do", notes) ??
    (step.name === "release" || step.name === "endpoint" ? rehearsed[step.name] : undefined)
  );
}

/** Milliseconds that the way back of a step is expected to take; nothing where it has none, or nobody knows. */
export function expectedBackOf(progress: StepProgress, experience: Experience): number | undefined {
  if (progress.step.wayBack !== "undo") return undefined;
  const known = earlier(progress.name, progress.attempt, "undo", experience.notes);
  return known ?? (backOf(progress, experience.steps, experience.record) || undefined);
}

function earlier(
  name: string,
  attempt: number,
  direction: "do" | "undo",
  notes: Experience["notes"],
): number | undefined {
  return notes
    .filter((known) => known.step === name && known.attempt < attempt)
    .sort((one, other) => other.attempt - one.attempt)
    .map(({ note }) => durationOf(note[direction]))
    .find((duration) => duration !== undefined);
}
