import { CUTOVER_ENDPOINT, CUTOVER_REMOVAL } from "../cutover-types";
import { say } from "../phrase";
import type { Step } from "../preview";
import { valuePhrase } from "../values";
import type { Risk } from "./risks";

/** An address leads nowhere between the user who gives it up and the endpoint, and on the way back. */
export function cutoverRisks(steps: readonly Step[]): Risk[] {
  return steps.flatMap(({ type, operation, after }): Risk[] => {
    if (operation !== "create" || (type !== CUTOVER_ENDPOINT && type !== CUTOVER_REMOVAL)) return [];
    const way =
      type === CUTOVER_ENDPOINT ? "from its user to its endpoint" : "from its endpoint back to its user";
    const words = say`${valuePhrase(after?.sipAddress)} will lead nowhere for a time, while it passes ${[way]}`;
    return [{ risk: "address-interrupted", words }];
  });
}
