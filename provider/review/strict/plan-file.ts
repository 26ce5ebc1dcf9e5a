import { createHash } from "node:crypto";
import { z } from "zod";
import { jsonOf } from "../json";
import type { Properties } from "../preview";
import { PROVIDER_TYPE, STACK_TYPE, urnParts } from "../urn";

/** The engine's update plan (`pulumi preview --save-plan`). */
export interface PlanFile {
  /** By which its side file knows it. */
  digest: string;
  /** What it sets on each explicit provider of registries, by logical name; a secret is encrypted. */
  providers: ReadonlyMap<string, Properties>;
  /** Names of the stack's own outputs that it changes, of which a preview does not tell. */
  outputs: readonly string[];
}

const properties = z.record(z.string(), z.unknown()).optional();
const document = z.object({
  resourcePlans: z.record(
    z.string(),
    z.object({
      goal: z
        .object({
          inputDiff: z.object({ adds: properties, updates: properties }).optional(),
          outputDiff: z
            .object({ adds: properties, updates: properties, deletes: z.array(z.string()).optional() })
            .optional(),
        })
        .nullish(),
    }),
  ),
});

/** Reads a plan. Fails with an `Error` whose message is fit for the end of a sentence. */
export function readPlanFile(text: string): PlanFile {
  const parsed = document.safeParse(jsonOf(text));
  if (!parsed.success) throw new Error("it is no update plan of the engine");
  const providers = new Map<string, Properties>();
  const outputs: string[] = [];
  for (const [urn, { goal }] of Object.entries(parsed.data.resourcePlans)) {
    const { type, name } = urnParts(urn);
    if (type === STACK_TYPE) {
      const { adds = {}, updates = {}, deletes = [] } = goal?.outputDiff ?? {};
      outputs.push(...Object.keys(adds), ...Object.keys(updates), ...deletes);
    }
    if (type === PROVIDER_TYPE)
      providers.set(name, { ...goal?.inputDiff?.adds, ...goal?.inputDiff?.updates });
  }
  return { digest: createHash("sha256").update(text).digest("hex"), providers, outputs: outputs.sort() };
}
