import type { DescribedStep, PlanDescription } from "../../cutover/plan-description";
import { inBackOrder } from "../../cutover/progress";
import { CUTOVER_STAGES } from "../../registry/cutover-record";

/** A plan as a flowchart of Mermaid: the stages as frames, the way forward as arrows, the way back as dotted ones. */
export function mermaidOf({ steps }: PlanDescription): string {
  const ids = new Map(steps.map((step, index) => [step, `s${index}`]));
  const id = (step: DescribedStep) => ids.get(step) ?? "";
  const frames = CUTOVER_STAGES.flatMap((stage) => {
    const inside = steps.filter((step) => step.stage === stage);
    if (inside.length === 0) return [];
    return [
      `  subgraph ${stage}`,
      ...inside.map((step) => `    ${id(step)}["${escaped(step.name)}"]`),
      "  end",
    ];
  });
  const back = inBackOrder(steps.map((step) => ({ step }))).map(({ step }) => step);
  return [
    "flowchart TD",
    ...frames,
    '  complete(["complete: no way leads back"])',
    ...steps.map((step, index) => {
      const next = steps[index + 1];
      return `  ${id(step)} --> ${next ? id(next) : "complete"}`;
    }),
    '  before(["as before the cutover"])',
    ...back.map((step, index) => {
      const next = back[index + 1];
      return `  ${id(step)} -. "${escaped(step.back)}" .-> ${next ? id(next) : "before"}`;
    }),
  ].join("\n");
}

/** A text between quotation marks, where these and a hash begin entities. */
function escaped(text: string): string {
  return text.replaceAll("#", "#35;").replaceAll('"', "#quot;");
}
