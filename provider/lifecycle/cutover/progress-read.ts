import { Notes, type StepNote } from "../../cutover/notes";
import type { CutoverState } from "../../cutover/progress";
import type { TopologyRegistry } from "../../registry/registry";

/** Reads how far a cutover has come; `null` where the registry knows none of that name. */
export async function readProgress(name: string, registry: TopologyRegistry): Promise<CutoverState | null> {
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
