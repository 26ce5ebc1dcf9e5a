import { isOfCutover } from "./cutover-types";
import type { Step } from "./preview";

/** What stands for a value that is not shown. */
export const NOT_SHOWN = "[not shown]";

/**
 * Whether a value, by its path, is nobody's to see although the engine tells it: the settings of providers, which may hold
 * passwords in clear, and the lease of a cutover, which lets whoever has it in.
 */
export function isHidden(step: Step, path: string): boolean {
  if (step.type.startsWith("pulumi:providers:")) return true;
  // Of a command it stands among all that it reads.
  return isOfCutover(step) && /^stdin$|(?:^|\.)lease(?:\.|$)/.test(path);
}
