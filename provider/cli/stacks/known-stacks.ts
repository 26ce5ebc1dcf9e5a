import { EngineFailure, type ProjectEngine } from "../../engine/project-engine";
import { isRegistryError } from "../../registry/errors";
import { DEFAULT_REGISTRY, parseRegistrySettings, type RegistrySettings } from "../../registry/settings";
import { explicitSettings, type StackState } from "../../review/state";
import { type DoubtfulStack, doubtsIn, type KnownStack } from "../../review/unmanaged";
import type { Surroundings } from "../command";
import { registrySettingOfStack } from "../stack-registry";
import { recordedSetting, whereaboutsOf } from "./registries";
import { type ListedStack, stateOf } from "./told-by-engine";

/** What could not be judged: a stack, or one of its providers; and why. */
export interface UnreadStack extends DoubtfulStack {
  reason: string;
}

/** What could be read of a stack of the project. */
export interface Look {
  stack: string;
  /** As the backend lists it. */
  fullName: string;
  state?: StackState;
  /** The registries that are known, by the logical name of their explicit provider; `undefined`: the stack's own. */
  registries: ReadonlyMap<string | undefined, RegistrySettings>;
  /** What of it could not be read. */
  unread: UnreadStack[];
}

/** The stack that is asked about, as people call it, and its own registry. */
export interface NamedStack {
  stack: string;
  registry: RegistrySettings;
}

/** Looks at stacks of a project, to tell what of them is in a registry. */
export async function looksAt(
  stacks: readonly ListedStack[],
  engine: ProjectEngine,
  named: NamedStack,
  surroundings: Surroundings,
): Promise<Look[]> {
  const looks: Look[] = [];
  for (const one of stacks) looks.push(await lookAt(one, engine, named, surroundings));
  return looks;
}

/** What is known of stacks, as seen from a registry. */
export function knownFrom(registry: RegistrySettings, looks: readonly Look[]): KnownStack[] {
  return looks.map(({ stack: name, state, registries }) => {
    const places = new Map(
      [...registries].map(([provider, settings]) => [provider, whereaboutsOf(settings, registry)]),
    );
    return { name, ...(state && { state }), whereabouts: (provider) => places.get(provider) ?? "unknown" };
  });
}

/**
 * What could not be judged of stacks. Where a registry keeps no owners, that is also a stack that declares what is among its
 * `records`, and may have it in another one.
 */
export function unreadOf(
  looks: readonly Look[],
  ownerless: { records: Parameters<typeof doubtsIn>[0]; stacks: readonly KnownStack[] } | undefined,
): UnreadStack[] {
  const unread = looks.flatMap((look) => look.unread);
  const doubts = ownerless ? doubtsIn(ownerless.records, ownerless.stacks) : [];
  const isTold = ({ stack, provider }: DoubtfulStack) =>
    unread.some((one) => one.stack === stack && (one.provider ?? provider) === provider);
  const reason = "its registry may be this one or another; what it declares is taken to be in this one";
  return [...unread, ...doubts.filter((one) => !isTold(one)).map((one) => ({ ...one, reason }))];
}

async function lookAt(
  { name, fullName }: ListedStack,
  engine: ProjectEngine,
  named: NamedStack,
  { env }: Surroundings,
): Promise<Look> {
  const unread: UnreadStack[] = [];
  const state = await orUnread(unread, { stack: name }, () => stateOf(engine, fullName));
  const registries = new Map<string | undefined, RegistrySettings>();
  const known = (provider: string | undefined, setting: string) =>
    registries.set(provider, parseRegistrySettings(setting, engine.folder));
  if (isCalled(named.stack, fullName)) registries.set(undefined, named.registry);
  else
    await orUnread(unread, { stack: name }, async () => {
      const told = (await registrySettingOfStack(fullName, engine)) ?? (state && recordedSetting(state));
      // The variable may have stood in for the registry of any of them, each time another one.
      const setting = told ?? (env.PERSISTENTCHAT_REGISTRY ? undefined : DEFAULT_REGISTRY);
      if (setting !== undefined) known(undefined, setting);
    });
  for (const [provider, setting] of state ? explicitSettings(state) : []) {
    if ("registry" in setting) known(provider, setting.registry);
    else unread.push({ stack: name, provider, reason: "its registry is a secret of the program" });
  }
  return { stack: name, fullName, ...(state && { state }), registries, unread };
}

/** Whether a stack is the one that people name by its name alone, or with its organization, and the project. */
export function isCalled(stack: string, fullName: string): boolean {
  const [name, ...path] = stack.split("/").reverse();
  const [ownName, ...ownPath] = fullName.split("/").reverse();
  return name === ownName && (path.length === 0 || path.at(-1) === ownPath.at(-1));
}

async function orUnread<T>(
  unread: UnreadStack[],
  what: DoubtfulStack,
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
