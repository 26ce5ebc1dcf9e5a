import { setTimeout as pause } from "node:timers/promises";
import { RegistryError } from "../registry/errors";
import type { Holder, JournalEntry, Json, Notes, Run, StepKey, StepNote } from "./notes";
import { assertNext } from "./order";
import { definitionOf, isAskedAnew, isGateOpen } from "./progress";

/** What a step does in one direction. */
type Work = (begun: boolean, took: Took) => Promise<Json>;
type Took = (milliseconds: number) => void;

/** Milliseconds between two looks at a step that another process is at. */
const LOOK_AGAIN = 100;

/** What performing takes from its surroundings. */
export interface Performer {
  notes: Notes;
  /** Whose folder it must be. The lease is needed by whoever does something, and not to be told again what was done. */
  holder: Holder;
  clock: () => Date;
  /** The person or job. */
  by: string;
  /** What the command of the step is given; its way back is given the same, whatever the program says by then. */
  values?: Json;
  /** Called once when another process is at this step, whose end is waited for. */
  onWait?: () => void;
}

/**
 * What a step finds before it begins, which its way back needs. Taken once for an attempt and never again, whatever happens
 * to the step or to its resource.
 */
export function before(performer: Performer, key: StepKey, take: () => Promise<Json>): Promise<Json> {
  const { notes } = performer;
  return alone(performer, key, async () => {
    const known = notes.read(key).before;
    if (known) return known.image;
    assertMay(performer, key, "before");
    const line = lines(performer, key, "before");
    line("begun");
    try {
      const image = await take();
      notes.write(key, { ...notes.read(key), before: { at: now(performer), image } });
      line("done");
      return image;
    } catch (error) {
      attempted(() => line("failed", messageOf(error)));
      throw error;
    }
  });
}

/**
 * Has it judged, each time, whether a step that is not done may go on; `begun` says whether it was begun. A refusal begins
 * nothing, and is told with the step as a failure of it is.
 */
export function judge(
  performer: Performer,
  key: StepKey,
  refuse: (begun: boolean) => Promise<void>,
): Promise<void> {
  return alone(performer, key, async () => {
    const { notes } = performer;
    const note = notes.read(key);
    const known = note.do;
    if (known?.doneAt !== undefined) return;
    const direction = known ? "do" : "before";
    assertMay(performer, key, direction);
    try {
      await refuse(known !== undefined);
    } catch (error) {
      const failure = messageOf(error);
      if (known) attempted(() => notes.write(key, { ...note, do: { ...known, failure } }));
      attempted(() => lines(performer, key, direction)("failed", failure));
      throw error;
    }
  });
}

/**
 * Does a step. Done already in this attempt, it answers as it did then, unless it only asks and is to be asked anew; begun and
 * not done, it is done again, and `begun` says so: the work looks first what of it has happened. Work that goes on while nobody
 * waits for it says with `took` how many milliseconds it took.
 */
export function perform(performer: Performer, key: StepKey, work: Work): Promise<Json> {
  return alone(performer, key, async () => {
    const note = performer.notes.read(key);
    const wayBack = definitionOf(key.step)?.wayBack ?? "undo";
    if (note.undo && wayBack === "undo")
      throw new RegistryError(
        "conflict",
        `cannot do step '${key.step}': its way back was begun; bring the way back to its end with the stage as it was, then turn the stage forward`,
      );
    if (!note.before && wayBack === "undo")
      throw new RegistryError(
        "conflict",
        `cannot do step '${key.step}': what it needs for its way back was never recorded; this is a defect, please report it`,
      );
    const { do: _, ...unasked } = note;
    return run(performer, key, isAskedAnew(key, performer.notes.all()) ? unasked : note, "do", work);
  });
}

/**
 * Takes a step back. A step that was never begun has nothing to take back. A gate is asked every time while anything is left
 * to take back, since what it looks at goes on; then it is past, whatever it said.
 */
export function undo(
  performer: Performer,
  key: StepKey,
  work: (note: StepNote, ...more: Parameters<Work>) => Promise<Json>,
): Promise<Json> {
  return alone(performer, key, async () => {
    const read = performer.notes.read(key);
    const isGate = definitionOf(key.step)?.wayBack === "gate";
    const isOpen = isGate && isGateOpen(key, performer.notes.all());
    const { undo: _, ...unasked } = read;
    const note = isOpen ? unasked : read;
    const hasWork = note.do !== undefined && (isOpen || !isGate);
    return run(performer, key, note, "undo", async (...more) => (hasWork ? work(note, ...more) : null));
  });
}

/** Fails with `conflict` unless the lease is held and the step is next in a direction. */
export function assertMay(
  { notes, holder }: Performer,
  key: StepKey,
  direction: JournalEntry["direction"],
): void {
  const turn = notes.assertHeld(holder);
  if (turn) assertNext(turn, key, direction, notes.all());
}

/** Takes the answer of a step that only asks for none, so that it is done again. */
export function askAgain(performer: Performer, key: StepKey, why: string): Promise<void> {
  return alone(performer, key, async () => {
    const { notes, holder, by } = performer;
    notes.assertHeld(holder);
    notes.write(key, { do: { by, begunAt: now(performer), failure: why } });
    lines(performer, key, "do")("failed", why);
  });
}

/** Two processes at one step would have its effect twice, and each would write over what the other noted. */
async function alone<T>(
  { notes, holder, onWait }: Performer,
  key: StepKey,
  work: () => Promise<T>,
): Promise<T> {
  notes.assertOwn(holder);
  let release = await notes.take(key);
  if (!release) onWait?.();
  while (!release) {
    await pause(LOOK_AGAIN);
    release = await notes.take(key);
  }
  try {
    return await work();
  } finally {
    release();
  }
}

async function run(
  performer: Performer,
  key: StepKey,
  note: StepNote,
  direction: "do" | "undo",
  work: Work,
): Promise<Json> {
  const { notes } = performer;
  const known = note[direction];
  if (known?.doneAt !== undefined) return known.result ?? null;
  assertMay(performer, key, direction);
  const triedAt = now(performer);
  const begun: Run = {
    by: performer.by,
    begunAt: known?.begunAt ?? triedAt,
    ...(known?.milliseconds !== undefined && { milliseconds: known.milliseconds }),
    ...(performer.values !== undefined && { values: performer.values }),
  };
  const write = (written: Run) => notes.write(key, { ...note, [direction]: written });
  const line = lines(performer, key, direction);
  line("begun");
  write(begun);
  let worked: number | undefined;
  // Not from the first try on: between two of them nothing runs.
  const ended = (at: string) => ({
    ...begun,
    milliseconds: (begun.milliseconds ?? 0) + (worked ?? Date.parse(at) - Date.parse(triedAt)),
  });
  let result: Json;
  try {
    result = await work(known !== undefined, (milliseconds) => {
      worked = milliseconds;
    });
  } catch (error) {
    attempted(() => write({ ...ended(now(performer)), failure: messageOf(error) }));
    attempted(() => line("failed", messageOf(error)));
    throw error;
  }
  // The note comes first: what it does not have is done again, what the journal does not have is only not shown.
  const doneAt = now(performer);
  write({ ...ended(doneAt), doneAt, result });
  line("done");
  return result;
}

/** Writes the lines of the journal about one direction of a step. */
function lines(performer: Performer, { step, attempt }: StepKey, direction: JournalEntry["direction"]) {
  const { notes, by } = performer;
  return (event: JournalEntry["event"], text?: string) =>
    notes.record({ at: now(performer), by, step, attempt, direction, event, ...(text && { text }) });
}

/** For what is written about a failure: that it could not be written must not hide the failure. */
function attempted(write: () => void): void {
  try {
    write();
  } catch {
    // whoever asked is told of the failure itself
  }
}

function now({ clock }: Performer): string {
  return clock().toISOString();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
