import type { RelayAction } from "../../steps/relay";
import { UsageError } from "../command";

const ACTIONS: readonly RelayAction[] = ["before", "do", "undo", "keep"];

/** Reads the operands of `cutover step`. Fails with `UsageError`. */
export function cutoverStep([name, ...rest]: readonly string[]): RelayAction {
  const action = ACTIONS.find((known) => known === name);
  if (action === undefined || rest.length > 0)
    throw new UsageError(`cutover step takes one of ${ACTIONS.join(", ")}, and a document on standard input`);
  return action;
}
