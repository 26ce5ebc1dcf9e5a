import type { Kind } from "../registry/records";

/** What the registry that resources are in does otherwise than one that is all ours. */
export interface RegistryTraits {
  /** The kinds that it only looks at, and that others make and remove. */
  observed: readonly Kind[];
  /** Whether it is the product's own, behind a management shell: it changes no endpoint in place, and keeps what was adopted. */
  isShell: boolean;
}

/**
 * What the setting `persistentchat:registry` says of its registry. One that is a secret, or that is not told, is taken for one
 * that is all ours.
 */
export function registryTraits(setting: unknown): RegistryTraits {
  const text = typeof setting === "string" ? setting : "";
  const isShell = text.startsWith("shell:");
  if (!isShell) return { isShell, observed: [] };
  const managesDomains = /[?&]manageSipDomains=true(?:&|$)/.test(text);
  return { isShell, observed: managesDomains ? ["pool"] : ["sip-domain", "pool"] };
}
