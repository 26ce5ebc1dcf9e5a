import type { ProjectEngine } from "../../../engine/project-engine";
import type { StackState } from "../../../review/state";
import { locksOf } from "../recover/examined";
import type { ListedStack } from "../told-by-engine";

/**
 * Why a stack can take nothing over now, as a sentence: what an update makes is claimed and not in state until it has ended, and for
 * ever where it was killed.
 */
export async function hindranceOf(
  engine: ProjectEngine,
  stack: ListedStack,
  { pending }: StackState,
): Promise<string | undefined> {
  const recover = `'persistentchat recover --stack ${stack.name}'`;
  const locks = await locksOf(engine, stack);
  if (locks !== undefined && locks.length > 0)
    return `stack '${stack.name}' is locked by a run; ${recover} tells whether it is at work, and what to do where it is not; nothing was done`;
  if (pending.length > 0)
    return `a run of stack '${stack.name}' was killed, and operations of it are pending; ${recover} tells what it left, and clears that; nothing was done`;
  return undefined;
}
