import { hostname, userInfo } from "node:os";
import { openRegistry } from "../backends/index";
import { projectFolderOf } from "../registry/project-folder";
import { DEFAULT_REGISTRY, parseRegistrySettings } from "../registry/settings";
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
    const settings = parseRegistrySettings(registrySetting(config), projectFolderOf(process.cwd()));
    const registry = openRegistry(settings);
    const shutdown = new Shutdown();
    shutdown.watch(process.stdin, () => void registry.close().finally(() => process.exit(1)));
    const log = (line: string) => console.log(line);
    return toHostMethods(new Lifecycle({ registry: shutdown.guard(registry), operator: operator(), log }));
  } catch (error) {
    return refusing(error);
  }
}

/** An explicit provider names its own registry; PERSISTENTCHAT_REGISTRY stands in for what the stack's configuration names. */
function registrySetting(config: HostConfig): string {
  const configured = config.get("persistentchat:registry");
  if (config.get("persistentchat:explicit") === "true" && configured !== undefined) return configured;
  return process.env.PERSISTENTCHAT_REGISTRY || configured || DEFAULT_REGISTRY;
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
