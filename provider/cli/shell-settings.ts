import type { ShellSettings } from "../backends/shell/session/settings";
import type { RegistrySettings } from "../registry/settings";
import { UsageError } from "./command";

/** How the management shell is started that a registry is. Fails with `UsageError` for a registry of another kind. */
export function shellSettingsOf(settings: RegistrySettings): ShellSettings {
  if (settings.backend === "shell") return settings;
  throw new UsageError(
    `doctor looks at a management shell, and this registry is of the kind '${settings.backend}'; name one that begins with 'shell:'`,
  );
}
