import { stageIndex } from "../registry/cutover-record";
import { RegistryError } from "../registry/errors";
import type { JournalEntry, KnownNote, StepKey, Turn } from "./notes";
import { inBackOrder, isLeft, progressOf, type StepProgress } from "./progress";

/**
 * Fails with `conflict` where a step is done or taken back that is not next. The engine knows the order, and a run that is
 * limited to some resources passes it by: then nothing has judged the turn of the stage, and no gate was asked.
 */
export function assertNext(
  turn: Turn,
  { step: name }: StepKey,
  direction: JournalEntry["direction"],
  notes: readonly KnownNote[],
): void {
  const steps = progressOf(turn.plan, turn.attempts, notes);
  const known = steps.find((step) => step.name === name);
  if (known === undefined) return;
  const isBack = direction === "undo";
  const refusal = (cause: string) =>
    new RegistryError(
      "conflict",
      `cannot ${isBack ? "take back" : direction === "do" ? "do" : "look before"} step '${name}': ${cause}; run 'pulumi up' whole, without --target`,
    );
  if (stageIndex(known.step.stage) <= stageIndex(turn.stage) === isBack)
    throw refusal(`the cutover stands at '${turn.stage}'`);
  const missing = isBack ? leftBefore(known, steps) : undoneBefore(known, steps);
  if (missing) throw refusal(`step '${missing.name}' is not ${isBack ? "taken back" : "done"} yet`);
}

function undoneBefore(known: StepProgress, steps: readonly StepProgress[]): StepProgress | undefined {
  return steps.slice(0, steps.indexOf(known)).find(({ note }) => note.do?.doneAt === undefined);
}

function leftBefore(known: StepProgress, steps: readonly StepProgress[]): StepProgress | undefined {
  const order = inBackOrder(steps);
  return order.slice(0, order.indexOf(known)).find((other) => isLeft(other, steps));
}
