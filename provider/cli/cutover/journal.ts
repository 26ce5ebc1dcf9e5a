import { readFolder } from "../../cutover/folder-contents";
import { type JournalLine, wholeJournal } from "../../cutover/whole-journal";
import type { TopologyRegistry } from "../../registry/registry";
import type { Answer } from "../command";
import { table } from "../table";
import { moment } from "../times";
import { unknownCutover } from "./operands";

/**
 * `cutover journal <name>`: all that happened, in the order in time, to attach to a change ticket. As JSON a list of `{at, by,
 * event, text?}`, with `step`, `attempt` and `direction` where a step did it, or `null`.
 */
export async function cutoverJournal(
  name: string,
  registry: Pick<TopologyRegistry, "get" | "history" | "capabilities">,
): Promise<Answer> {
  const stored = await registry.get("cutover", name);
  if (stored === undefined) return { json: null, text: "", notFound: unknownCutover(name) };
  const { record, incarnation } = stored;
  const { journal } = await readFolder(record, incarnation);
  const history = registry.capabilities.history ? await registry.history("cutover", name) : [];
  // An earlier cutover of this name is another story.
  const own = history.filter((change) => change.incarnation === incarnation);
  const lines = wholeJournal(journal, own);
  const text =
    lines.length === 0
      ? "nothing is in the journal yet"
      : table(["WHEN (UTC)", "WHO", "STEP", "EVENT", "WHAT"], lines.map(cellsOf));
  return { json: lines, text };
}

function cellsOf(line: JournalLine): string[] {
  const { at, by, event, text = "" } = line;
  if (!("step" in line)) return [moment(at), by, "", event, text];
  const what = { before: "look before", do: "", undo: "way back" }[line.direction];
  const which = line.attempt > 1 ? `, attempt ${line.attempt}` : "";
  return [moment(at), by, `${line.step}${which}`, [what, event].filter(Boolean).join(" "), text];
}
