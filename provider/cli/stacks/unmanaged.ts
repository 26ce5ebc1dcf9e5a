import { EngineFailure, ProjectEngine } from "../../engine/project-engine";
import { projectFolderOf } from "../../registry/project-folder";
import { SECRET } from "../../review/preview";
import type { LostRecord } from "../../review/unmanaged";
import type { StackAnswer, Surroundings } from "../command";
import { withRegistry } from "../opened-registry";
import { isCalled, looksAt, type UnreadStack } from "./known-stacks";
import { recordedRegistry, recordsIn } from "./registries";
import { stacksOf, stateOf } from "./told-by-engine";
import { type Findings, findingsIn, type ReadRegistry } from "./unmanaged/findings";
import { withProviderRegistries } from "./unmanaged/provider-registries";
import { type NotLookedAt, unmanagedText } from "./unmanaged/report";

export interface UnmanagedOptions {
  stack: string;
}

const FOUND = 1;
const UNREAD = 3;

/**
 * `unmanaged --stack <stack>`: what the registries of a stack hold that no stack of the project declares, and what they declare
 * there that was lost. As JSON `{stack, unmanaged, lost, notLookedAt}`. Exit code 3 where nothing was found, and a stack or
 * provider could not be looked at.
 */
export async function unmanaged(
  { stack }: UnmanagedOptions,
  surroundings: Surroundings,
): Promise<StackAnswer> {
  const engine = await ProjectEngine.find(projectFolderOf(surroundings.folder()), surroundings.env);
  const { project, stacks } = await stacksOf(engine);
  const named = stacks.find(({ fullName }) => isCalled(stack, fullName));
  if (named === undefined)
    throw new EngineFailure(`the project has no stack '${stack}'; 'pulumi stack ls' lists those that are`);
  const state = await stateOf(engine, named.fullName);
  const choice = { stack, otherwise: recordedRegistry(state) };
  return withRegistry(choice, surroundings, async (registry, settings) => {
    const own: ReadRegistry = { settings, registry, records: await recordsIn(registry) };
    const owner = { stack: named.name, state, settings };
    return withProviderRegistries(owner, surroundings, async (others, closed) => {
      const looks = await looksAt(stacks, engine, { stack, registry: settings }, surroundings);
      const findings: Findings[] = [];
      for (const read of [own, ...others])
        findings.push(await findingsIn(read, { name: project, engine, looks }));
      return answer(stack, findings, closed, registry.capabilities.ownership);
    });
  });
}

function answer(
  stack: string,
  findings: readonly Findings[],
  closed: readonly UnreadStack[],
  keepsOwners: boolean,
): StackAnswer {
  const unread = distinct([...findings.flatMap((one) => one.unread), ...closed]);
  const notLookedAt: NotLookedAt[] = [...unread, ...findings.flatMap(({ ofOthers }) => ofOthers)];
  const found = {
    unmanaged: findings.flatMap((one) => one.unmanaged),
    lost: findings.flatMap(({ lost }) => lost),
  };
  const isClean = found.unmanaged.length === 0 && found.lost.length === 0;
  return {
    json: { stack, unmanaged: found.unmanaged, lost: found.lost.map(told), notLookedAt },
    text: unmanagedText(stack, { ...found, notLookedAt, keepsOwners }),
    exitCode: isClean ? (unread.length > 0 ? UNREAD : 0) : FOUND,
  };
}

function told({ isKeySecret, key, ...rest }: LostRecord): object {
  return { ...rest, key: isKeySecret ? SECRET : key };
}

/** What could not be read is that for each of the registries. */
function distinct(unread: readonly UnreadStack[]): UnreadStack[] {
  return [...new Map(unread.map((one) => [`${one.stack}\0${one.provider ?? ""}`, one])).values()];
}
