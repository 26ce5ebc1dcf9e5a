import type { CutoverRecord } from "../registry/cutover-record";
import type { Incarnation } from "../registry/registry";
import { Notes, type StepKey } from "./notes";
import { progressOf } from "./progress";
import type { FolderContents } from "./status";

/** What the folder of a cutover has. Fails with `unavailable` where it cannot be read from here, or is not that of the cutover. */
export async function readFolder(record: CutoverRecord, id: Incarnation): Promise<FolderContents> {
  const notes = new Notes(record.folder);
  notes.assertOwn({ cutover: record.name, id });
  const all = notes.all();
  const open = progressOf(record.plan, record.attempts, all).filter(
    ({ note }) => (note.undo ?? note.do)?.doneAt === undefined,
  );
  const taken: StepKey[] = [];
  const byThemselves: StepKey[] = [];
  for (const { name, attempt } of open) {
    const key = { step: name, attempt };
    if (await notes.isTaken(key)) taken.push(key);
    else if (await notes.isJobRunning(key)) byThemselves.push(key);
  }
  return { notes: all, journal: notes.journal(), taken, byThemselves };
}
