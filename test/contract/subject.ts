import type { BackendOptions } from "../../provider/backends/backend";
import type { Kind, NewRecordOf } from "../../provider/registry/records";
import type { RegistryCapabilities, TopologyRegistry } from "../../provider/registry/registry";

/** What others do to a store: whoever makes the records there that the registry only observes. */
export interface Elsewhere {
  /** Puts a record there as it is said, with what such a store has for the rest. */
  provide<K extends Kind>(kind: K, record: NewRecordOf<K>): Promise<void>;
  withdraw(kind: Kind, key: string): Promise<void>;
}

/** A store of its own for one case. Nobody else is needed where the registry observes nothing. */
export interface TestStore extends Partial<Elsewhere> {
  /** Another handle on the store. */
  open(options?: Partial<BackendOptions>): TopologyRegistry;
  /** Removes the store; every handle is closed by then. */
  dispose(): Promise<void>;
}

/** A backend under test. */
export interface Subject {
  capabilities: RegistryCapabilities;
  /** What every new store has, because it cannot be without it. No case touches it. */
  initial?: readonly { kind: Kind; key: string }[];
  /** Whether a handle takes so long to open that one case goes through what are several for others. */
  slow?: boolean;
  newStore(): Promise<TestStore>;
}

/** Whether a registry makes the records of a kind itself. */
export function isManaged(kind: Kind, { observed }: RegistryCapabilities): boolean {
  return !observed.includes(kind);
}
