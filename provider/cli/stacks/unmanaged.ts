import { ProjectEngine } from "../../engine/project-engine";
import { projectFolderOf } from "../../registry/project-folder";
import { unmanagedIn } from "../../review/unmanaged";
import type { StackAnswer, Surroundings } from "../command";
import { withRegistry } from "../opened-registry";
import { knownFrom, looksAt, unreadOf } from "./known-stacks";
import { recordedRegistry, recordsIn } from "./registries";
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
  const { records, keepsOwners, settings } = await withRegistry(
    { stack, otherwise: recordedRegistry(stack) },
    surroundings,
    async (registry, chosen) => ({
      records: await recordsIn(registry),
      keepsOwners: registry.capabilities.ownership,
      settings: chosen,
    }),
  );
  const looks = await looksAt(stacks, engine, { stack, registry: settings }, surroundings);
  const known = knownFrom(settings, looks);
  const { ofOthers, ...found } = unmanagedIn(records, project, known, keepsOwners);
  const unread = unreadOf(looks, keepsOwners ? undefined : { records, stacks: known });
  const notLookedAt: NotLookedAt[] = [...unread, ...ofOthers];
  const isClean = found.unmanaged.length === 0 && found.lost.length === 0;
  return {
    json: { stack, ...found, notLookedAt },
    text: unmanagedText(stack, { ...found, notLookedAt, keepsOwners }),
    exitCode: isClean ? 0 : FOUND,
  };
}
