import { Notes, type StepKey, type StepNote } from "../../cutover/notes";
import type { CutoverRecord } from "../../registry/cutover-record";
import type { Incarnation, Revision, TopologyRegistry } from "../../registry/registry";

/** The kind of what the component reads before it declares anything. */
export const PROGRESS = "cutover-progress";

/** How far a cutover has come, as its record and the notes of its steps say. */
export interface CutoverProgress {
  record: CutoverRecord;
  id: Incarnation;
  revision: Revision;
  notes: (StepKey & { note: StepNote })[];
}

/** Reads how far a cutover has come; `null` where the registry knows none of that name. */
export async function readProgress(
  name: string,
  registry: TopologyRegistry,
): Promise<CutoverProgress | null> {
  const stored = await registry.get("cutover", name);
  if (stored === undefined) return null;
  const { record, incarnation, revision } = stored;
  const notes = new Notes(record.folder).all();
  // What a step found and answered is nobody's business here, and may be long.
  return {
    record,
    id: incarnation,
    revision,
    notes: notes.map((one) => ({ ...one, note: withoutContents(one.note) })),
  };
}

function withoutContents(note: StepNote): StepNote {
  const bare = ({ result, values, ...rest }: NonNullable<StepNote["do"]>) => rest;
  return {
    ...(note.before && { before: { at: note.before.at, image: null } }),
    ...(note.do && { do: bare(note.do) }),
    ...(note.undo && { undo: bare(note.undo) }),
  };
}
