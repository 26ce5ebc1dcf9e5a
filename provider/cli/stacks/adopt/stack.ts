import type { Adopter } from "../../../adopt/choice";
import { EngineFailure, ProjectEngine } from "../../../engine/project-engine";
import type { Stored } from "../../../registry/registry";
import { ownersIn } from "../../../review/unmanaged";
import type { Surroundings } from "../../command";
import { knownFrom, looksAt, type NamedStack, type UnreadStack, unreadOf } from "../known-stacks";
import { stacksOf, stateOf } from "../told-by-engine";

/** A stack, as the engine tells it. Fails with `EngineFailure`. */
export async function readAdopter(
  stack: string,
  projectFolder: string,
  env: NodeJS.ProcessEnv,
): Promise<Adopter> {
  try {
    const engine = await ProjectEngine.find(projectFolder, env);
    const named = await engine.tell([
      "stack",
      "--show-name",
      "--fully-qualify-stack-names",
      `--stack=${stack}`,
    ]);
    const [name = "", project] = named.trim().split("/").reverse();
    if (project === undefined)
      throw new EngineFailure(
        "its backend keeps stacks without their projects; upgrade it with 'pulumi state upgrade'",
      );
    return { project, stack: name, state: await stateOf(engine, stack) };
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
