import { openRegistry } from "../backends/index";
import type { TopologyRegistry } from "../registry/registry";
import type { RegistrySettings } from "../registry/settings";
import type { Surroundings } from "./command";
import { chooseRegistry, type RegistryOptions } from "./registry-choice";
import { tell } from "./tell";

/** Opens the registry that a command line names, for the time of the work. It must exist. */
export async function withRegistry<T>(
  options: RegistryOptions,
  surroundings: Surroundings,
  work: (registry: TopologyRegistry, settings: RegistrySettings) => Promise<T>,
): Promise<T> {
  const settings = await chosenRegistry(options, surroundings);
  const registry = openedRegistry(settings, surroundings);
  try {
    return await work(registry, settings);
  } finally {
    await registry.close();
  }
}

/** Opens a registry that must exist; what it has to say is told beside the answer. */
export function openedRegistry(settings: RegistrySettings, surroundings: Surroundings): TopologyRegistry {
  const log = (line: string) => tell(surroundings, line);
  return openRegistry(settings, { environment: surroundings.env, mustExist: true, log });
}

/** The registry that a command line names. */
export function chosenRegistry(
  options: RegistryOptions,
  surroundings: Surroundings,
): Promise<RegistrySettings> {
  const { env, folder } = surroundings;
  const { stack } = options;
  if (stack !== undefined && env.PERSISTENTCHAT_REGISTRY)
    tell(surroundings, `PERSISTENTCHAT_REGISTRY stands in for the registry of stack '${stack}'`);
  return chooseRegistry(options, env, folder());
}
