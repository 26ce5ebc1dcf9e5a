import { z } from "zod";
import { type Json, Notes, type StepKey, type StepNote } from "../../cutover/notes";
import { askAgain, before, judge, type Performer, perform, undo } from "../../cutover/perform";
import type { Properties } from "../properties";
import type { CutoverContext } from "./cutover-kind";

/** Where a step of a cutover notes what it did; a resource that stands alone has none. */
export const noted = z.strictObject({
  cutover: z.string(),
  id: z.string(),
  lease: z.string(),
  folder: z.string(),
  step: z.string(),
  attempt: z.int(),
});

/** What more there is to a step that is done. */
interface Doing {
  /** Fails where the step must not go on; `begun` says whether it was begun. */
  refuse(begun: boolean): Promise<void>;
  /** What the work of its way back gets; asked for once nothing is refused. */
  values(): Json;
}

/**
 * Does the work of a step in one direction, once for an attempt where it belongs to a cutover. The work gets what is known of
 * the step, with the `values` with which it was done.
 */
export async function performed(
  props: Properties,
  context: CutoverContext,
  direction: "do" | "undo",
  work: (note: StepNote) => Promise<Json>,
  doing?: Doing,
): Promise<Json> {
  if (props.noted === undefined) {
    await doing?.refuse(false);
    return work({});
  }
  const { performer: known, key } = performerOf(props.noted, context);
  if (doing) await judge(known, key, doing.refuse);
  const performer = { ...known, ...(doing && { values: doing.values() }) };
  // The snapshot, or nothing, is what its way back needs: it is in state already.
  if (direction === "do") await before(performer, key, async () => null);
  return direction === "do" ? perform(performer, key, () => work({})) : undo(performer, key, work);
}

/** Has the step be done again by the next run: it only asks, and its answers are of no use. */
export async function askedAgain(props: Properties, context: CutoverContext, why: string): Promise<void> {
  if (props.noted === undefined) return;
  const { performer, key } = performerOf(props.noted, context);
  await askAgain(performer, key, why);
}

function performerOf(props: unknown, context: CutoverContext): { performer: Performer; key: StepKey } {
  const { folder, step, attempt, ...holder } = noted.parse(props);
  const performer = {
    notes: new Notes(folder),
    holder,
    clock: context.clock,
    by: context.operator,
    onWait: () => context.log(`another process is at step '${step}'; waiting for its end`),
  };
  return { performer, key: { step, attempt } };
}
