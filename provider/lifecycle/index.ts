import { hostname, userInfo } from "node:os";
import { openRegistry } from "../backends/index";
import { projectFolderOf } from "../registry/project-folder";
import { DEFAULT_REGISTRY, parseRegistrySettings, type RegistrySettings } from "../registry/settings";
import { type HostMethods, refusing, toHostMethods } from "./host";
import { Lifecycle } from "./lifecycle";
import { Shutdown } from "./shutdown";

/** What the host gives to `configure`: the stack's whole configuration, decrypted. */
export interface HostConfig {
  get(key: string): string | undefined;
}

/**
 * The one door that stored state opens: the loader's text, which is kept in every resource's state for as long as the
 * resource lives, imports `pulumi-persistentchat/lifecycle` and calls this. Its name, argument and result never change.
 */
export function start(config: HostConfig): HostMethods {
  try {
    const log = (line: string) => console.log(line);
    const registry = openRegistry(registrySettings(config), { log });
    const shutdown = new Shutdown();
    shutdown.watch(process.stdin, () => void registry.close().finally(() => process.exit(1)));
    return toHostMethods(new Lifecycle({ registry: shutdown.guard(registry), operator: operator(), log }));
  } catch (error) {
    return refusing(error);
  }
}

/**
 * An explicit provider names its own registry; PERSISTENTCHAT_REGISTRY stands in for what the stack's configuration names,
 * the password included, which is not for any other server.
 */
function registrySettings(config: HostConfig): RegistrySettings {
  const folder = projectFolderOf(process.cwd());
  const explicit = config.get("persistentchat:explicit") === "true";
  const configured = config.get("persistentchat:registry");
  const standIn = process.env.PERSISTENTCHAT_REGISTRY;
  if (standIn && !(explicit && configured !== undefined)) return parseRegistrySettings(standIn, folder);
  const password = config.get("persistentchat:registryPassword");
  return parseRegistrySettings(configured || DEFAULT_REGISTRY, folder, password);
}

/** The person or job that the engine runs for. */
function operator(): string {
  return `${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`; // a container may run under a user id that has no name
  }
}
