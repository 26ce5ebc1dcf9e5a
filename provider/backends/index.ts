import { randomUUID } from "node:crypto";
import { locationOf } from "../registry/postgresql-settings";
import type { TopologyRegistry } from "../registry/registry";
import type { RegistrySettings } from "../registry/settings";
import { shellLocation } from "../registry/shell-settings";
import { ALL_MANAGED, type Backend, type BackendOptions, shellCapabilities } from "./backend";
import { LazyRegistry } from "./lazy-registry";

/** The registry that the settings name, opened at its first use. Only the code of the chosen backend is loaded. */
export function openRegistry(
  settings: RegistrySettings,
  options: Partial<BackendOptions> = {},
): TopologyRegistry {
  return new LazyRegistry(
    backendOf(settings, {
      clock: () => new Date(),
      newIncarnation: randomUUID,
      lockTimeout: 10_000,
      mustExist: false,
      random: Math.random,
      environment: process.env,
      readAge: 2_000,
      log: () => {},
      ...options,
    }),
  );
}

function backendOf(settings: RegistrySettings, options: BackendOptions): Backend {
  switch (settings.backend) {
    case "sqlite":
      return {
        location: settings.path,
        capabilities: ALL_MANAGED,
        open: async () => (await import("./sqlite/index.js")).openSqlite(settings.path, options),
      };
    case "postgresql":
      return {
        location: locationOf(settings),
        capabilities: ALL_MANAGED,
        open: async () => (await import("./postgresql/index.js")).openPostgresql(settings, options),
      };
    case "shell": {
      const capabilities = shellCapabilities(settings.manageSipDomains);
      return {
        location: shellLocation(settings),
        capabilities,
        open: async () => (await import("./shell/index.js")).openShell(settings, capabilities, options),
      };
    }
  }
}
