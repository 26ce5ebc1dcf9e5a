import type { StepNote } from "../../../provider/cutover/notes";
import {
  type CutoverStatus,
  type FolderContents,
  type StatusSources,
  statusOf,
} from "../../../provider/cutover/status";
import type { CutoverRecord, CutoverRehearsal } from "../../../provider/registry/cutover-record";
import { cutover, DONE, type Noted, notesOf, PLAN } from "./cutovers";

export const ADDRESS = "sip:ocschat@contoso.com";
export const RELEASE = `release:${ADDRESS}`;
export const ENDPOINT = `endpoint:${ADDRESS}`;

export const REHEARSAL: CutoverRehearsal = {
  at: "2026-11-20T10:00:00.000Z",
  by: "anna@admin01",
  sipAddress: "sip:test@contoso.com",
  release: 40_000,
  endpoint: 20_000,
  lookUp: 1_000,
  removal: 30_000,
  restore: 50_000,
};

export const MIGRATING = cutover({
  stage: "migrate",
  begun: "migrate",
  attempts: { migrate: 1, handover: 0 },
  rehearsal: REHEARSAL,
});

export const HANDING_OVER = cutover({
  ...MIGRATING,
  stage: "handover",
  begun: "handover",
  attempts: { migrate: 1, handover: 1 },
});

/** The steps of the plan up to one, and that one, all of them done. */
export function doneUpTo(last: string): Noted {
  return Object.fromEntries(
    PLAN.slice(0, PLAN.indexOf(last) + 1).map((name): [string, StepNote] => [name, DONE]),
  );
}

export type Circumstances = Partial<Omit<FolderContents, "notes">> &
  Partial<Pick<StatusSources, "seen">> & { now?: string; more?: FolderContents["notes"] };

/** How a cutover stands at 21:05 with a minute for each step since 21:00, nobody at any of them. */
export function standing(
  record: CutoverRecord,
  noted: Noted,
  {
    journal = [],
    taken = [],
    byThemselves = [],
    seen = [],
    now = "2026-11-28T21:05:00.000Z",
    more = [],
  }: Circumstances = {},
): CutoverStatus {
  const folder = { notes: [...notesOf(record, noted), ...more], journal, taken, byThemselves };
  return statusOf({ record, folder, seen, now: new Date(now) });
}
