import { isRegistryError } from "../../../registry/errors";
import { projectFolderOf } from "../../../registry/project-folder";
import type { TopologyRegistry } from "../../../registry/registry";
import { parseRegistrySettings, type RegistrySettings } from "../../../registry/settings";
import { explicitSettings, type StackState } from "../../../review/state";
import type { Surroundings } from "../../command";
import { openedRegistry } from "../../opened-registry";
import type { UnreadStack } from "../known-stacks";
import { recordsIn, whereaboutsOf } from "../registries";
import type { ReadRegistry } from "./findings";

/** A stack, as its state is, and its own registry. */
export interface StackWithRegistry {
  stack: string;
  state: StackState;
  settings: RegistrySettings;
}

/** Reads the registries that explicit providers of a stack have beside its own, for the time of the work. */
export async function withProviderRegistries<T>(
  { stack, state, settings: own }: StackWithRegistry,
  surroundings: Surroundings,
  work: (read: readonly ReadRegistry[], unread: readonly UnreadStack[]) => Promise<T>,
): Promise<T> {
  const opened: TopologyRegistry[] = [];
  const read: ReadRegistry[] = [];
  const unread: UnreadStack[] = [];
  try {
    for (const [provider, known] of explicitSettings(state)) {
      if (!("registry" in known)) continue; // that is said of the stack
      try {
        const settings = parseRegistrySettings(known.registry, projectFolderOf(surroundings.folder()));
        const others = [own, ...read.map((one) => one.settings)];
        if (others.some((other) => whereaboutsOf(settings, other) === "here")) continue;
        const registry = openedRegistry(settings, surroundings);
        opened.push(registry);
        read.push({ provider, settings, registry, records: await recordsIn(registry) });
      } catch (error) {
        if (!isRegistryError(error)) throw error;
        unread.push({ stack, provider, reason: error.message });
      }
    }
    return await work(read, unread);
  } finally {
    await Promise.all(opened.map((registry) => registry.close()));
  }
}
