import { relative } from "node:path";
import { openRegistry } from "../../../backends/index";
import type { ProjectEngine } from "../../../engine/project-engine";
import { RegistryError } from "../../../registry/errors";
import { locationOf } from "../../../registry/postgresql-settings";
import type { TopologyRegistry } from "../../../registry/registry";
import {
  PASSWORD_SETTING,
  parseRegistrySettings,
  REGISTRY_SETTING,
  type RegistrySettings,
} from "../../../registry/settings";
import { shellLocation } from "../../../registry/shell-settings";
import { UNKNOWN } from "../../../review/preview";
import { readState } from "../../../review/state";
import type { PlanFile } from "../../../review/strict/plan-file";
import { PROVIDER_TYPE } from "../../../review/urn";
import type { Surroundings } from "../../command";
import { chosenRegistry } from "../../opened-registry";
import { tell } from "../../tell";

/** A registry that a plan is about. */
export interface PlannedRegistry {
  /** Logical name of the explicit provider; absent for the stack's own. */
  provider?: string;
  location: string;
  registry: TopologyRegistry;
}

/**
 * Opens the registries of a stack as they will be in its update, by the logical name of their explicit provider (`undefined`:
 * the stack's own). One that was never made is an empty one. Fails with `unavailable` where what an explicit provider says is
 * not known before the update.
 */
export async function withPlannedRegistries<T>(
  stack: string,
  providers: Iterable<string | undefined>,
  { engine, plan, surroundings }: { engine: ProjectEngine; plan: PlanFile; surroundings: Surroundings },
  work: (registries: ReadonlyMap<string | undefined, PlannedRegistry>) => Promise<T>,
): Promise<T> {
  const opened = new Map<string | undefined, PlannedRegistry>();
  const named = [...providers].filter((provider) => provider !== undefined);
  // It is decrypted, and so goes nowhere.
  const state = named.length > 0 ? await engine.tell(exported(stack)) : undefined;
  try {
    for (const provider of new Set(providers)) {
      const settings =
        provider === undefined || state === undefined
          ? await chosenRegistry({ stack }, surroundings)
          : settingsOf(
              provider,
              { ...stateOf(provider, state), ...plan.providers.get(provider) },
              engine.folder,
            );
      const options = { environment: surroundings.env, log: (line: string) => tell(surroundings, line) };
      opened.set(provider, {
        ...(provider !== undefined && { provider }),
        location: location(settings, engine.folder),
        registry: openRegistry(settings, options),
      });
    }
    return await work(opened);
  } finally {
    await Promise.all([...opened.values()].map(({ registry }) => registry.close()));
  }
}

const exported = (stack: string) => ["stack", "export", `--stack=${stack}`, "--show-secrets"];

function stateOf(provider: string, state: string): Record<string, unknown> {
  const found = readState(state).resources.find(
    ({ type, name }) => type === PROVIDER_TYPE && name === provider,
  );
  return found?.inputs ?? {};
}

function settingsOf(
  provider: string,
  inputs: Record<string, unknown>,
  projectFolder: string,
): RegistrySettings {
  const text = (name: string): string | undefined => {
    const value = inputs[name];
    if (value === undefined || typeof value === "string") return value;
    const decrypted = (value as { plaintext?: unknown }).plaintext;
    if (typeof decrypted === "string") return String(JSON.parse(decrypted));
    throw new RegistryError(
      "unavailable",
      `cannot watch the registry of the provider '${provider}': its '${name}' is a secret that the stack does not have yet; apply the provider without a plan first`,
    );
  };
  const registry = text(REGISTRY_SETTING);
  if (registry === undefined || registry === UNKNOWN)
    throw new RegistryError(
      "unavailable",
      `cannot watch the registry of the provider '${provider}': the preview does not know it; apply the provider without a plan first`,
    );
  return parseRegistrySettings(registry, projectFolder, text(PASSWORD_SETTING));
}

/** What a registry is called, without a secret, and alike wherever the project lies. */
function location(settings: RegistrySettings, projectFolder: string): string {
  switch (settings.backend) {
    case "sqlite": {
      const path = relative(projectFolder, settings.path);
      return `sqlite:${path.startsWith("..") ? settings.path : path}`;
    }
    case "postgresql":
      return locationOf(settings);
    case "shell":
      return shellLocation(settings);
  }
}
