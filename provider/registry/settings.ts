import { isAbsolute, join } from "node:path";
import { RegistryError } from "./errors";

/** Where a registry is and how it is opened, parsed. Each backend adds its own variant. */
export interface RegistrySettings {
  backend: "sqlite";
  /** Absolute path of the file. */
  path: string;
}

/** The registry of a project that names none, below the folder of Pulumi.yaml. */
export const DEFAULT_REGISTRY = "sqlite:.persistentchat/registry.db";

/**
 * Reads the setting `persistentchat:registry`, in the form `sqlite:<path>`. A relative path counts from `projectFolder`,
 * the folder of Pulumi.yaml. Fails with `invalid`; the message never repeats the value, which may hold a password.
 */
export function parseRegistrySettings(text: string, projectFolder: string): RegistrySettings {
  const path = /^sqlite:(.+)$/s.exec(text)?.[1];
  if (path === undefined || path.includes("\0"))
    throw new RegistryError(
      "invalid",
      "cannot open the registry: the setting 'persistentchat:registry' has an unknown form; write sqlite:<path>",
    );
  return { backend: "sqlite", path: isAbsolute(path) ? path : join(projectFolder, path) };
}
