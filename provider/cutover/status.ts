import type { CutoverRecord, CutoverStage, CutoverWindow } from "../registry/cutover-record";
import type { SipAddress } from "../registry/sip-address";
import type { Sighting } from "../registry/sip-users";
import { type BackFromHere, backFromHere } from "./back-from-here";
import { type AddressView, addressView } from "./holdings";
import type { JournalEntry, KnownNote, StepKey } from "./notes";
import { type Next, outlookOf } from "./outlook";
import { progressOf } from "./progress";
import { decideBy } from "./stage-rules";
import { type StepView, stepView } from "./step-view";
import { wayBackOf } from "./way-back";

/** What is in the folder of a cutover. */
export interface FolderContents {
  notes: KnownNote[];
  journal: JournalEntry[];
  /** The steps at which a process is. */
  taken: StepKey[];
  /** The steps of which only the job runs on, since whoever waited for it is gone. */
  byThemselves: StepKey[];
}

/** All that a status is made of. */
export interface StatusSources {
  record: CutoverRecord;
  /** What the folder has, or why it cannot be read from here. */
  folder: FolderContents | { problem: string };
  /** Who is seen to hold each address, or why the registry could not say. */
  seen: readonly { sipAddress: SipAddress; sightings: readonly Sighting[] | { problem: string } }[];
  now: Date;
}

/** How a cutover stands, on one page. Times are ISO 8601, UTC. */
export interface CutoverStatus {
  name: string;
  now: string;
  stage: CutoverStage;
  /** The highest stage that was ever begun. */
  begun: CutoverStage;
  hold: boolean;
  poolFqdn: string;
  window: CutoverWindow | null;
  /** The last moment at which the handover may be entered; absent without a window, or where the way back is not known. */
  decideBy?: string;
  lease: { holder: string; since: string } | null;
  addresses: AddressView[];
  folder: string;
  /** Why the folder cannot be read from here; then the record is all that is known, and what follows is absent. */
  folderProblem?: string;
  steps?: StepView[];
  back?: BackFromHere | null;
  waits?: string[];
  next?: Next;
}

/** How a cutover stands. */
export function statusOf({ record, folder, seen, now }: StatusSources): CutoverStatus {
  const notes = "problem" in folder ? [] : folder.notes;
  const steps = progressOf(record.plan, record.attempts, notes);
  const { name, stage, begun, hold, poolFqdn, window, lease } = record;
  const known = {
    name,
    now: now.toISOString(),
    stage,
    begun,
    hold,
    poolFqdn,
    window,
    // The token stays with those who hold it.
    lease: lease && { holder: lease.holder, since: lease.since },
    addresses: seen.map(({ sipAddress, sightings }) => addressView(sipAddress, sightings, steps)),
    folder: record.folder,
  };
  if ("problem" in folder) return { ...known, folderProblem: folder.problem };
  const wayBack = wayBackOf(steps, record);
  const last = record.rehearsal ? decideBy(record, wayBack) : undefined;
  const views = steps.map((progress) => stepView(progress, { ...folder, record, steps, now }));
  return {
    ...known,
    ...(last && { decideBy: last.toISOString() }),
    steps: views,
    back: backFromHere(record, steps),
    ...outlookOf(record, views, { now, steps, wayBack }),
  };
}
