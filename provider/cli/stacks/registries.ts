import { realpathSync } from "node:fs";
import { RegistryError } from "../../registry/errors";
import { locationOf } from "../../registry/postgresql-settings";
import { projectFolderOf } from "../../registry/project-folder";
import { TOPOLOGY_KINDS } from "../../registry/records";
import type { Stored, TopologyRegistry } from "../../registry/registry";
import { DEFAULT_REGISTRY, parseRegistrySettings, type RegistrySettings } from "../../registry/settings";
import { registrySettingOf, type StackState } from "../../review/state";
import type { Whereabouts } from "../../review/unmanaged";
import type { Surroundings } from "../command";
import { chosenRegistry, openedRegistry } from "../opened-registry";

/** The registries in which the resources of a stack are, each opened at its first use. They must exist. */
export class StackRegistries {
  readonly #opened = new Map<string | undefined, Promise<TopologyRegistry>>();

  constructor(
    private readonly stack: string,
    private readonly state: StackState,
    private readonly surroundings: Surroundings,
  ) {}

  /** That of the default provider, or of an explicit one by its logical name. Fails with `unavailable` or `invalid`. */
  of(provider?: string): Promise<TopologyRegistry> {
    const opened = this.#opened.get(provider) ?? this.open(provider);
    this.#opened.set(provider, opened);
    return opened;
  }

  /** Whether an explicit provider's registry is a secret of the program, so that it cannot be opened. */
  isSecret(provider: string | undefined): boolean {
    const known = provider === undefined ? undefined : registrySettingOf(this.state, provider);
    return known !== undefined && "isSecret" in known;
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#opened.values());
    await Promise.all(opened.map((one) => one.status === "fulfilled" && one.value.close()));
  }

  private async open(provider: string | undefined): Promise<TopologyRegistry> {
    const settings = provider === undefined ? await this.ownSettings() : this.settingsOf(provider);
    return openedRegistry(settings, this.surroundings);
  }

  /** A refresh, too, looks where the last update wrote, whatever the stack's settings say since. */
  private async ownSettings(): Promise<RegistrySettings> {
    const { env } = this.surroundings;
    const configured = await chosenRegistry({ stack: this.stack }, this.surroundings);
    const known = registrySettingOf(this.state);
    if (env.PERSISTENTCHAT_REGISTRY || known === undefined || "isSecret" in known) return configured;
    const recorded = this.parsed(known.registry);
    return placeOf(recorded) === placeOf(configured) ? configured : recorded;
  }

  private settingsOf(provider: string): RegistrySettings {
    const known = registrySettingOf(this.state, provider);
    if (known !== undefined && "registry" in known) return this.parsed(known.registry);
    throw new RegistryError(
      "unavailable",
      `cannot open the registry of provider '${provider}': its setting is a secret of the program`,
    );
  }

  private parsed(registry: string): RegistrySettings {
    return parseRegistrySettings(registry, projectFolderOf(this.surroundings.folder()));
  }
}

/** The records of the kinds that programs declare, those that others need first. */
export async function recordsIn(registry: Pick<TopologyRegistry, "list">): Promise<Stored[]> {
  const found: Stored[] = [];
  for (const kind of TOPOLOGY_KINDS) for await (const stored of registry.list(kind)) found.push(stored);
  return found;
}

/** What tells the registry of a stack whose configuration names none: the one that the last update wrote to. */
export function recordedRegistry(state: StackState): () => string {
  return () => recordedSetting(state) ?? DEFAULT_REGISTRY;
}

/** The setting of the registry that a stack's last update wrote to. Fails with `unavailable` where it is a secret. */
export function recordedSetting(state: StackState): string | undefined {
  const known = registrySettingOf(state);
  if (known === undefined || "registry" in known) return known?.registry;
  throw new RegistryError(
    "unavailable",
    "cannot tell the registry: the configuration names none, and that of the last update is a secret in state; set persistentchat:registry",
  );
}

/** Where a registry is, as seen from another one. */
export function whereaboutsOf(one: RegistrySettings, other: RegistrySettings): Whereabouts {
  if (placeOf(one) === placeOf(other)) return "here";
  // Any number of commands lead to one deployment.
  return one.backend === "shell" && other.backend === "shell" ? "unknown" : "elsewhere";
}

/** A text by which two settings of one registry are known as such. Not to be shown: a command may hold a secret. */
export function placeOf(settings: RegistrySettings): string {
  if (settings.backend === "postgresql") return locationOf(settings);
  if (settings.backend === "shell") return `shell:${JSON.stringify(settings.command)}`;
  try {
    return `sqlite:${realpathSync(settings.path)}`;
  } catch {
    return `sqlite:${settings.path}`; // it is not there
  }
}
