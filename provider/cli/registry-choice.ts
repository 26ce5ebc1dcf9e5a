import { isRegistryError } from "../registry/errors";
import { projectFolderOf } from "../registry/project-folder";
import { parseRegistrySettings, type RegistrySettings } from "../registry/settings";
import { UsageError } from "./command";

/** What the command line says about the registry. */
export interface RegistryOptions {
  registry?: string;
  stack?: string;
  /** Tells the registry of a stack whose configuration names none; default: the one of every project. */
  otherwise?(): string;
}

/**
 * The registry that a command reads: the one that is named, else that of the environment, else that of the stack. A relative
 * path counts from the folder of Pulumi.yaml, as it does for the stack's own programs.
 */
export async function chooseRegistry(
  { registry, stack, otherwise }: RegistryOptions,
  env: NodeJS.ProcessEnv,
  folder: string,
): Promise<RegistrySettings> {
  const projectFolder = projectFolderOf(folder);
  if (registry !== undefined) return namedRegistry("--registry", registry, projectFolder);
  // For the lifecycle, too, it stands in for what the stack's configuration names.
  const fromEnvironment = env.PERSISTENTCHAT_REGISTRY;
  if (fromEnvironment) return parseRegistrySettings(fromEnvironment, projectFolder);
  if (stack === undefined)
    throw new UsageError("no registry is named; say --registry or --stack, or set PERSISTENTCHAT_REGISTRY");
  // Most runs ask no engine; what they load is most of the time that they take.
  const { registryOfStack } = await import("./stack-registry.js");
  const configured = await registryOfStack(stack, projectFolder, env, otherwise);
  return parseRegistrySettings(configured.registry, projectFolder, configured.password);
}

/** The registry that an option names. Fails with `UsageError`. */
export function namedRegistry(option: string, text: string, projectFolder: string): RegistrySettings {
  try {
    return parseRegistrySettings(text, projectFolder);
  } catch (error) {
    if (isRegistryError(error, "invalid")) throw new UsageError(`${option}: ${error.message}`);
    throw error;
  }
}
