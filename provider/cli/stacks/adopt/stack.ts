import type { Adopter } from "../../../adopt/choice";
import { EngineFailure, ProjectEngine } from "../../../engine/project-engine";
import type { Stored } from "../../../registry/registry";
import { ownersIn } from "../../../review/unmanaged";
import type { Surroundings } from "../../command";
import { isCalled, knownFrom, looksAt, type NamedStack, type UnreadStack, unreadOf } from "../known-stacks";
import { stacksOf, stateOf } from "../told-by-engine";
import { hindranceOf } from "./hindrance";

/** A stack, as the engine tells it, and why it can take nothing over now, as a sentence. Fails with `EngineFailure`. */
export async function readAdopter(
  stack: string,
  projectFolder: string,
  env: NodeJS.ProcessEnv,
): Promise<{ adopter: Adopter; hindrance: string | undefined }> {
  try {
    const engine = await ProjectEngine.find(projectFolder, env);
    const { project, stacks } = await stacksOf(engine);
    const listed = stacks.find(({ fullName }) => isCalled(stack, fullName));
    if (listed === undefined)
      throw new EngineFailure("there is no such stack; 'pulumi stack ls' lists those that are");
    const state = await stateOf(engine, listed.fullName);
    const hindrance = await hindranceOf(engine, listed, state);
    return { adopter: { project, stack: listed.name, state }, hindrance };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new EngineFailure(`cannot read stack '${stack}': ${error.message}`, { cause: error });
  }
}

/** Who owns which of the records of a registry that does not keep it, as the stacks of the project tell. Fails with `EngineFailure`. */
export async function ownersOf(
  records: readonly Stored[],
  projectFolder: string,
  named: NamedStack,
  surroundings: Surroundings,
): Promise<{ owners: ReadonlyMap<string, string>; unread: UnreadStack[] }> {
  const engine = await ProjectEngine.find(projectFolder, surroundings.env);
  const { project, stacks } = await stacksOf(engine);
  const looks = await looksAt(stacks, engine, named, surroundings);
  const known = knownFrom(named.registry, looks);
  return { owners: ownersIn(project, known), unread: unreadOf(looks, { records, stacks: known }) };
}
