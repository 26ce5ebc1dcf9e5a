import { type CutoverRecord, type CutoverStage, stageIndex } from "../registry/cutover-record";
import { RegistryError } from "../registry/errors";
import { isBackBegun, type StepProgress, undoneIn, unfinishedBack } from "./progress";

/** What a turn of the stage is judged by, beside the record. */
export interface Circumstances {
  now: Date;
  /** The steps of the cutover in their order, with what is known of them. */
  steps: readonly StepProgress[];
  /** Milliseconds that the way back from the handover takes, as far as it was measured. */
  wayBack: number;
}

/**
 * Fails with `conflict` where a cutover must not be turned from the stage of its record to another one. The window
 * gates only the entry of a stage: never the way back, and never what a stage that was entered has still to do.
 */
export function assertTurn(record: CutoverRecord, wanted: CutoverStage, circumstances: Circumstances): void {
  const [from, to] = [stageIndex(record.stage), stageIndex(wanted)];
  if (from === to) return;
  if (record.stage === "complete")
    throw refusal(
      record,
      wanted,
      "it is complete, and from there no way leads back",
      "set stage to 'complete', and undo by hand what must be undone; another move takes a cutover of another name",
    );
  if (to < from) return;
  if (to > from + 1)
    throw refusal(record, wanted, `it stands at '${record.stage}'`, "turn one stage after the other");
  const [unfinished] = unfinishedBack(record, circumstances.steps);
  if (unfinished && isBackBegun(record, circumstances.steps))
    throw refusal(
      record,
      wanted,
      `its way back has begun and step '${unfinished.name}' is not taken back yet`,
      `set stage to '${record.stage}' and run 'pulumi up' until the way back is at its end`,
    );
  const [missing] = undoneIn(record.stage, circumstances.steps);
  if (missing)
    throw refusal(
      record,
      wanted,
      `step '${missing.name}' of '${record.stage}' is not done`,
      `set stage to '${record.stage}' and run 'pulumi up'`,
    );
  // Of a way back that took nothing back, as after a gate that said no, this is the end and no entry: all is still in effect.
  if (unfinished) return;
  if (wanted === "handover") assertHandover(record, circumstances);
  if (wanted !== "complete") assertWindow(record, wanted, circumstances);
}

/** The last moment at which the handover may be entered, so that the way back still fits into the window. */
export function decideBy(record: CutoverRecord, wayBack: number): Date | undefined {
  return record.window ? new Date(Date.parse(record.window.closes) - wayBack) : undefined;
}

function assertHandover(record: CutoverRecord, { now, wayBack }: Circumstances): void {
  if (record.hold)
    throw refusal(record, "handover", "somebody holds it at this border", "set hold to false to go on");
  if (!record.rehearsal)
    throw refusal(
      record,
      "handover",
      "the handover was never rehearsed, so nobody knows how long it and its way back take",
      `run 'persistentchat cutover rehearse ${record.name} --user <sip uri>'`,
    );
  const last = decideBy(record, wayBack);
  if (last && now > last && now < new Date(record.window?.closes ?? 0))
    throw refusal(
      record,
      "handover",
      `it is ${now.toISOString()}, and the way back, which takes ${minutes(wayBack)}, would not fit into the window any more since ${last.toISOString()}`,
      "choose another window, or turn the stage back",
    );
}

function assertWindow(record: CutoverRecord, wanted: CutoverStage, { now }: Circumstances): void {
  if (!record.window) return;
  const { opens, closes } = record.window;
  if (now >= new Date(opens) && now < new Date(closes)) return;
  const [when, cure] =
    now < new Date(opens)
      ? [`opens at ${opens}`, "wait, or set another window"]
      : [`closed at ${closes}`, "set another window"];
  throw refusal(record, wanted, `it is ${now.toISOString()}, and the window ${when}`, cure);
}

function refusal({ name }: CutoverRecord, wanted: CutoverStage, cause: string, cure: string): RegistryError {
  return new RegistryError("conflict", `cannot turn cutover '${name}' to '${wanted}': ${cause}; ${cure}`);
}

/** A duration in words, rounded up to minutes. */
export function minutes(milliseconds: number): string {
  return `${Math.ceil(milliseconds / 60_000)} min`;
}
