import type { CutoverRecord } from "../registry/cutover-record";
import type { Change } from "../registry/registry";
import type { JournalEntry } from "./notes";

/** One line of all that happened in a cutover: what a step did, or a turn of the cutover itself. */
export type JournalLine = JournalEntry | { at: string; by: string; event: "turned"; text: string };

/** What the steps wrote and what the registry remembers of one record, in the order in time. */
export function wholeJournal(
  entries: readonly JournalEntry[],
  history: readonly Change<"cutover">[],
): JournalLine[] {
  const turns = history.flatMap(({ at, by, from, to }): JournalLine[] => {
    const text = turnOf(from, to);
    return text === "" ? [] : [{ at, by: by.operator, event: "turned", text }];
  });
  // The order of the writers stays where the time is the same; a turn comes before what it lets begin.
  return [...turns, ...entries].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

function turnOf(from: CutoverRecord | undefined, to: CutoverRecord | undefined): string {
  if (to === undefined) return "the cutover is forgotten";
  const said: string[] = [];
  if (from === undefined) said.push(`the cutover begins with stage '${to.stage}'`);
  else if (from.stage !== to.stage) said.push(`the stage is turned from '${from.stage}' to '${to.stage}'`);
  if (from?.lease?.token !== to.lease?.token)
    said.push(to.lease ? `${to.lease.holder} takes the lease` : "the lease is given back");
  if ((from?.hold ?? false) !== to.hold)
    said.push(to.hold ? "the handover is held" : "the handover is held no more");
  if (to.rehearsal !== null && from?.rehearsal?.at !== to.rehearsal.at)
    said.push(`the handover was rehearsed with ${to.rehearsal.sipAddress}`);
  return said.join("; ");
}
