import { readFolder } from "../../cutover/folder-contents";
import { describePlan, type PlanDescription } from "../../cutover/plan-description";
import { progressOf } from "../../cutover/progress";
import type { CutoverRecord } from "../../registry/cutover-record";
import { isRegistryError } from "../../registry/errors";
import type { Incarnation, TopologyRegistry } from "../../registry/registry";
import type { Answer } from "../command";
import { table } from "../table";
import { stopwatch } from "../times";
import { mermaidOf } from "./mermaid";
import { unknownCutover } from "./operands";

/** How a plan is shown to people. */
export type PlanForm = "table" | "mermaid";

/** `cutover plan`: the runbook of any cutover. As JSON a `PlanDescription`. */
export function generalPlan(form: PlanForm): Answer {
  return answerWith(describePlan(), form);
}

/** `cutover plan <name>`: the runbook of one cutover, with the durations that were measured. As JSON the same, or `null`. */
export async function cutoverPlan(
  name: string,
  registry: Pick<TopologyRegistry, "get">,
  form: PlanForm,
): Promise<Answer> {
  const stored = await registry.get("cutover", name);
  if (stored === undefined) return { json: null, text: "", notFound: unknownCutover(name) };
  const { record, incarnation } = stored;
  const notes = await notesOf(record, incarnation);
  return answerWith(
    describePlan({ record, notes, steps: progressOf(record.plan, record.attempts, notes) }),
    form,
  );
}

/** Of a folder that is not seen from here there are none; the plan is the same, with fewer durations. */
async function notesOf(record: CutoverRecord, id: Incarnation) {
  try {
    return (await readFolder(record, id)).notes;
  } catch (error) {
    if (isRegistryError(error)) return [];
    throw error;
  }
}

function answerWith(plan: PlanDescription, form: PlanForm): Answer {
  return { json: plan, text: form === "mermaid" ? mermaidOf(plan) : planTable(plan) };
}

function planTable({ steps, irrevocable }: PlanDescription): string {
  const isMeasured = steps.some(({ milliseconds }) => milliseconds !== undefined);
  const times = (milliseconds: number | undefined) =>
    isMeasured ? [milliseconds === undefined ? "" : stopwatch(milliseconds)] : [];
  return [
    table(
      ["STAGE", "STEP", ...(isMeasured ? ["TAKES"] : []), "PURPOSE"],
      steps.map(({ stage, name, purpose, milliseconds }) => [stage, name, ...times(milliseconds), purpose]),
    ),
    table(
      ["STEP", ...(isMeasured ? ["TAKES"] : []), "WAY BACK"],
      steps
        .toReversed()
        .map(({ name, wayBack, back, backMilliseconds }) => [
          name,
          ...times(backMilliseconds),
          { undo: back, none: `none: ${back}`, gate: `before all others: ${back}` }[wayBack],
        ]),
    ),
    table(
      ["FROM", "CANNOT BE TAKEN BACK"],
      irrevocable.map(({ from, what }) => [from, what]),
    ),
  ].join("\n\n");
}
