import type { StepNote } from "../../../provider/cutover/notes";
import { attemptsAfter, progressOf, type StepProgress } from "../../../provider/cutover/progress";
import type { CutoverRecord } from "../../../provider/registry/cutover-record";

/** Steps enough for every rule: one of each way back in each stage that has it. */
export const PLAN = [
  "preflight",
  "stop-legacy",
  "export",
  "check-export",
  "release:sip:ocschat@contoso.com",
  "endpoint:sip:ocschat@contoso.com",
  "mark-messages",
  "start-persistent-chat",
];

const AT = "2026-11-28T21:00:00.000Z";
const run = { by: "anna@admin01", begunAt: AT };
export const BEGUN: StepNote = { before: { at: AT, image: null }, do: run };
/** Took a minute. */
export const DONE: StepNote = { ...BEGUN, do: { ...run, doneAt: "2026-11-28T21:01:00.000Z" } };
export const HALF_BACK: StepNote = { ...DONE, undo: run };
/** Took two minutes. */
export const BACK: StepNote = { ...DONE, undo: { ...run, doneAt: "2026-11-28T21:02:00.000Z" } };

export function cutover(fields: Partial<CutoverRecord> = {}): CutoverRecord {
  return {
    name: "contoso",
    stage: "prepare",
    begun: "prepare",
    attempts: { migrate: 0, handover: 0 },
    addresses: ["sip:ocschat@contoso.com"],
    poolFqdn: "pcpool.contoso.com",
    plan: PLAN,
    folder: "/cutover",
    hold: false,
    lease: null,
    window: null,
    rehearsal: null,
    ...fields,
  };
}

export type Noted = Record<string, StepNote>;

/** The notes of steps by name, in the attempt of the record or another one. */
export function notesOf(record: CutoverRecord, noted: Noted, earlier = 0) {
  return progressOf(Object.keys(noted), record.attempts, []).map(({ name, attempt }) => ({
    step: name,
    attempt: attempt - earlier,
    note: noted[name] ?? {},
  }));
}

export function stepsOf(record: CutoverRecord, noted: Noted): StepProgress[] {
  return progressOf(record.plan, record.attempts, notesOf(record, noted));
}

export { attemptsAfter };
