import { openRegistry } from "../../backends/index";
import { ProjectEngine } from "../../engine/project-engine";
import { projectFolderOf } from "../../registry/project-folder";
import { unmanagedIn } from "../../review/unmanaged";
import type { StackAnswer, Surroundings } from "../command";
import { chosenRegistry } from "../opened-registry";
import { tell } from "../tell";
import { looksAt } from "./known-stacks";
import { recordsIn } from "./registries";
import { stacksOf } from "./told-by-engine";
import { type NotLookedAt, unmanagedText } from "./unmanaged/report";

export interface UnmanagedOptions {
  stack: string;
}

const FOUND = 1;

/**
 * `unmanaged --stack <stack>`: what the stack's registry holds that no stack of the project declares, and what they declare
 * that it lost. As JSON `{stack, unmanaged, lost, notLookedAt}`.
 */
export async function unmanaged(
  { stack }: UnmanagedOptions,
  surroundings: Surroundings,
): Promise<StackAnswer> {
  const engine = await ProjectEngine.find(projectFolderOf(surroundings.folder()), surroundings.env);
  const { project, stacks } = await stacksOf(engine);
  const settings = await chosenRegistry({ stack }, surroundings);
  const log = (line: string) => tell(surroundings, line);
  const registry = openRegistry(settings, { environment: surroundings.env, mustExist: true, log });
  const records = await recordsIn(registry).finally(() => registry.close());
  const looks = await looksAt(stacks, engine, settings, surroundings);
  const { ofOthers, ...found } = unmanagedIn(
    records,
    project,
    looks.map(({ known }) => known),
  );
  const notLookedAt: NotLookedAt[] = [...looks.flatMap(({ unread }) => unread), ...ofOthers];
  const isClean = found.unmanaged.length === 0 && found.lost.length === 0;
  return {
    json: { stack, ...found, notLookedAt },
    text: unmanagedText(stack, { ...found, notLookedAt, keepsOwners: registry.capabilities.ownership }),
    exitCode: isClean ? 0 : FOUND,
  };
}
