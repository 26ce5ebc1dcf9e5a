import { hostname } from "node:os";
import { EngineFailure, ProjectEngine } from "../../engine/project-engine";
import { projectFolderOf } from "../../registry/project-folder";
import type { StackAnswer, Surroundings } from "../command";
import { isLeft } from "./recover/advice";
import { clear } from "./recover/clear";
import { examine } from "./recover/examined";
import { isEngineRunning, type Machine } from "./recover/locks";
import { recoverJson, recoverText } from "./recover/report";
import { stacksOf } from "./told-by-engine";

export interface RecoverOptions {
  stack: string;
  yes: boolean;
}

const LEFT = 1;

/**
 * `recover --stack <stack> [--yes]`: what a run that was killed left behind; with `--yes` it is cleared as far as that is safe.
 * A lock is cancelled only where its process was of this machine and has ended. As JSON `{stack, left, locks, pending, absent,
 * unrecorded, done, unread, notLookedAt}`.
 */
export async function recover(
  { stack, yes }: RecoverOptions,
  surroundings: Surroundings,
): Promise<StackAnswer> {
  const engine = await ProjectEngine.find(projectFolderOf(surroundings.folder()), surroundings.env);
  const machine: Machine = { hostname: hostname(), isEngineRunning };
  const found = async () => {
    const { project, stacks } = await stacksOf(engine);
    const listed = stacks.find(({ name, fullName }) => name === stack || fullName === stack);
    if (listed === undefined)
      throw new EngineFailure(`the project has no stack '${stack}'; 'pulumi stack ls' lists those that are`);
    return { listed, examination: await examine(engine, { project, stack: listed }, machine, surroundings) };
  };
  const first = await found();
  const cleared = yes ? await clear(engine, first.listed, first.examination, machine) : { done: [] };
  const { examination } = cleared.done.length > 0 ? await found() : first;
  const last = { ...examination, ...(cleared.locks && { locks: cleared.locks }) };
  const { done, problem } = cleared;
  return {
    json: recoverJson(stack, last, done),
    text: recoverText({ stack, yes, now: surroundings.clock() }, last, done),
    ...(problem !== undefined && { problem: `cannot recover stack '${stack}': ${problem}` }),
    exitCode: isLeft(last) || problem !== undefined ? LEFT : 0,
  };
}
