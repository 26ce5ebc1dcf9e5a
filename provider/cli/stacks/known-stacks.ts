import { EngineFailure, type ProjectEngine } from "../../engine/project-engine";
import { isRegistryError } from "../../registry/errors";
import { DEFAULT_REGISTRY, parseRegistrySettings, type RegistrySettings } from "../../registry/settings";
import { registrySettingOf, type StackState } from "../../review/state";
import type { KnownStack, Whereabouts } from "../../review/unmanaged";
import type { Surroundings } from "../command";
import { registrySettingOfStack } from "../stack-registry";
import { placeOf } from "./registries";
import { type ListedStack, stateOf } from "./told-by-engine";

/** What could not be judged: a stack, or one of its providers; and why. */
export interface UnreadStack {
  stack: string;
  provider?: string;
  reason: string;
}

/** What could be read of a stack of the project. */
export interface Look {
  known: KnownStack;
  /** What of it could not be read. */
  unread: UnreadStack[];
}

/** Looks at stacks of a project, to tell what of them is in a registry. */
export async function looksAt(
  stacks: readonly ListedStack[],
  engine: ProjectEngine,
  registry: RegistrySettings,
  surroundings: Surroundings,
): Promise<Look[]> {
  const looks: Look[] = [];
  for (const one of stacks) looks.push(await lookAt(one, engine, placeOf(registry), surroundings));
  return looks;
}

async function lookAt(
  { name, fullName }: ListedStack,
  engine: ProjectEngine,
  place: string,
  { env }: Surroundings,
): Promise<Look> {
  const unread: UnreadStack[] = [];
  const state = await orUnread(unread, { stack: name }, () => stateOf(engine, fullName));
  const whereIs = (setting: string): Whereabouts =>
    placeOf(parseRegistrySettings(setting, engine.folder)) === place ? "here" : "elsewhere";
  const own = await orUnread(unread, { stack: name }, async () =>
    // For the lifecycle, too, it stands in for what any stack's configuration names.
    env.PERSISTENTCHAT_REGISTRY
      ? ("here" as const)
      : whereIs(
          (await registrySettingOfStack(fullName, engine)) ?? recordedSetting(state) ?? DEFAULT_REGISTRY,
        ),
  );
  const explicit = new Map<string, Whereabouts>();
  for (const provider of new Set(state?.resources.flatMap((resource) => resource.provider ?? []))) {
    const known = state && registrySettingOf(state, provider);
    if (known === undefined) continue; // a provider of something else
    if ("isSecret" in known)
      unread.push({ stack: name, provider, reason: "its registry is a secret of the program" });
    explicit.set(provider, "registry" in known ? whereIs(known.registry) : "unknown");
  }
  const whereabouts = (provider?: string) =>
    (provider === undefined ? own : explicit.get(provider)) ?? "unknown";
  return { known: { name, ...(state && { state }), whereabouts }, unread };
}

/** Where the last update wrote: the file with the stack's settings may not be in this folder. */
function recordedSetting(state: StackState | undefined): string | undefined {
  const known = state && registrySettingOf(state);
  return known && "registry" in known ? known.registry : undefined;
}

async function orUnread<T>(
  unread: UnreadStack[],
  what: { stack: string },
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EngineFailure) && !isRegistryError(error)) throw error;
    unread.push({ ...what, reason: error.message });
    return undefined;
  }
}
