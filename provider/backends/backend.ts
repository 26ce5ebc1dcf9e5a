import type { Incarnation, RegistryCapabilities, TopologyRegistry } from "../registry/registry";

/** What a backend would otherwise take from its surroundings. */
export interface BackendOptions {
  clock: () => Date;
  newIncarnation: () => Incarnation;
  /** Milliseconds that a call waits for somebody else's lock before it fails with `unavailable`. */
  lockTimeout: number;
  /** Whether a registry that was never made is `unavailable` to a reader, and not an empty one. */
  mustExist: boolean;
  /** From 0 to 1, for pauses that shall not be alike. */
  random: () => number;
  /** Where a password may be that the settings do not have. */
  environment: NodeJS.ProcessEnv;
  /**
   * Milliseconds after which a read is not answered any more from what an earlier one gave, where each costs seconds; 0 where
   * it never is. No write is decided by it.
   */
  readAge: number;
  /** Takes one line for the user: what was waited for, a warning of the store. */
  log: (line: string) => void;
}

/** A backend that is chosen and not yet open. */
export interface Backend {
  /** What errors call the store: a path or a host, never a password. */
  readonly location: string;
  readonly capabilities: RegistryCapabilities;
  open(): Promise<TopologyRegistry>;
}

/** The capabilities of a store that is all ours. */
export const ALL_MANAGED: RegistryCapabilities = {
  observed: [],
  endpointChange: "in-place",
  adopted: "removed",
  defaultDomain: "optional",
  history: true,
  ownership: true,
  transferable: true,
};

/** The capabilities of the product itself, whose topology and users are made elsewhere. */
export function shellCapabilities(manageSipDomains: boolean): RegistryCapabilities {
  return {
    observed: manageSipDomains ? ["pool", "sip-user"] : ["sip-domain", "pool", "sip-user"],
    endpointChange: "interrupts",
    adopted: "forgotten",
    defaultDomain: "required",
    history: false,
    ownership: false,
    transferable: false,
  };
}
