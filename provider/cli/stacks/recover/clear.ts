import { causeOf, type ProjectEngine } from "../../../engine/project-engine";
import { createsOfOthers, targetsOf } from "../../../review/remains";
import type { ListedStack } from "../told-by-engine";
import type { Examination, JudgedLock } from "./examined";
import { judged, locksNamedIn, type Machine } from "./locks";

/** What was done, in words; what kept the rest from being done; and the locks where only that told of them. */
export interface Cleared {
  done: string[];
  problem?: string;
  locks?: JudgedLock[];
}

/**
 * Clears what a run left behind: the lock, where it is of this machine and its process has ended, then what is pending, then
 * what state has and the registry does not. Fails with `EngineFailure`.
 */
export async function clear(
  engine: ProjectEngine,
  { fullName }: ListedStack,
  { locks, state, remains, unread }: Examination,
  machine: Machine,
): Promise<Cleared> {
  const done: string[] = [];
  /** Whether nobody is kept from the stack any more. */
  const unlock = async (held: readonly JudgedLock[]): Promise<boolean> => {
    if (held.length === 0) return true;
    // While one of them is there nobody else gets a lock, so none that is alive is cancelled with it.
    if (held.some((lock) => lock.state !== "ended")) return false;
    await engine.tell(["cancel", "--yes", `--stack=${fullName}`]);
    done.push("cancelled the lock");
    return true;
  };
  if (!(await unlock(locks ?? []))) return { done };
  // Where nothing tells whether there is a lock, only the attempt does.
  if (locks !== undefined && remains.pending.length === 0 && remains.absent.length === 0) return { done };
  const [foreign] = createsOfOthers(remains);
  if (foreign !== undefined)
    return {
      done,
      problem: `what is pending is kept, since only its own provider knows whether '${foreign.name}' was made; settle that with 'pulumi refresh --stack ${fullName}' first`,
    };
  const targets = targetsOf(state, remains);
  // A refresh that fails has forgotten already what was pending. One of the stack alone reads no registry.
  if (unread.length > 0 && targets.length > 1)
    return { done, problem: "what is pending is kept until the registry can be read" };
  const args = [
    ...["refresh", "--yes", "--skip-preview", "--clear-pending-creates", `--stack=${fullName}`],
    ...targets.map((urn) => `--target=${urn}`),
  ];
  let answer = await engine.ask(args);
  const named = answer.code === 0 ? undefined : locksNamedIn(answer.lastLines);
  if (named !== undefined) {
    const held = named.map((lock) => ({ ...lock, state: judged(lock, machine) }));
    if (!(await unlock(held))) return { done, locks: held };
    answer = await engine.ask(args);
  }
  if (answer.code !== 0) return { done, problem: causeOf(answer.lastLines) };
  if (remains.pending.length > 0) done.push("cleared what was pending");
  if (remains.absent.length > 0) done.push("took out of state what the registry does not have");
  return { done };
}
