import { readFileSync } from "node:fs";
import { type PlanFile, readPlanFile } from "../../../review/strict/plan-file";
import { readSideFile, type SideFile } from "../../../review/strict/side-file";

/** What lies beside a plan. */
export function sideFileOf(plan: string): string {
  return `${plan}.registry.json`;
}

/** A plan and what lies beside it. */
export interface PlanPair {
  plan: PlanFile;
  side: SideFile;
}

/** A plan and its side file, or why they are none, in words for the end of a sentence. */
export function readPair(file: string): PlanPair | { problem: string } {
  const plan = read(file, readPlanFile);
  if ("problem" in plan) return plan;
  const side = read(sideFileOf(file), readSideFile);
  if ("problem" in side) return side;
  if (side.value.plan !== plan.value.digest)
    return { problem: `'${sideFileOf(file)}' belongs to another plan; ${AGAIN}` };
  return { plan: plan.value, side: side.value };
}

const AGAIN = "make both with 'persistentchat preview --save'";

function read<T>(file: string, reader: (text: string) => T): { value: T } | { problem: string } {
  try {
    return { value: reader(readFileSync(file, "utf8")) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const cause = "code" in error && error.code === "ENOENT" ? "there is none" : error.message;
    return { problem: `cannot read '${file}': ${cause}; ${AGAIN}` };
  }
}
