import { isAbsolute, join } from "node:path";
import { RegistryError } from "./errors";
import { type PostgresqlSettings, parsePostgresqlUrl } from "./postgresql-settings";
import { parseShellUrl, type ShellRegistrySettings } from "./shell-settings";

/** Where a registry is and how it is opened, parsed. Each backend adds its own variant. */
export type RegistrySettings = SqliteSettings | PostgresqlSettings | ShellRegistrySettings;

export interface SqliteSettings {
  backend: "sqlite";
  /** Absolute path of the file. */
  path: string;
}

/** What a stack's configuration, and an explicit provider, call the registry and its password. */
export const REGISTRY_SETTING = "persistentchat:registry";
export const PASSWORD_SETTING = "persistentchat:registryPassword";

/** The registry of a project that names none, below the folder of Pulumi.yaml. */
export const DEFAULT_REGISTRY = "sqlite:.persistentchat/registry.db";

/**
 * Reads the setting `persistentchat:registry`, in the form `sqlite:<path>`, `postgresql://…` or `shell:…`. A relative path counts from
 * `projectFolder`, the folder of Pulumi.yaml. `password` is that of `persistentchat:registryPassword`, for a URL that has none.
 * Fails with `invalid`; the message never repeats the value, which may hold a password.
 */
export function parseRegistrySettings(
  text: string,
  projectFolder: string,
  password?: string,
): RegistrySettings {
  const absolute = (path: string) => (isAbsolute(path) ? path : join(projectFolder, path));
  if (/^postgres(ql)?:\/\//.test(text)) return parsePostgresqlUrl(text, absolute, password);
  if (text.startsWith("shell:")) return parseShellUrl(text, projectFolder, absolute);
  const path = /^sqlite:(.+)$/s.exec(text)?.[1];
  if (path === undefined || path.includes("\0"))
    throw new RegistryError(
      "invalid",
      "cannot open the registry: the setting 'persistentchat:registry' has an unknown form; write sqlite:<path>, postgresql://<user>@<host>/<database> or shell:<command>",
    );
  return { backend: "sqlite", path: absolute(path) };
}
