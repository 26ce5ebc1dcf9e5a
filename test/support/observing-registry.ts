import { randomUUID } from "node:crypto";
import type { BackendOptions } from "../../provider/backends/backend";
import { defined } from "../../provider/registry/changes";
import { RegistryError } from "../../provider/registry/errors";
import { named } from "../../provider/registry/failures";
import {
  type ChangeOf,
  KEY_FIELDS,
  type Kind,
  keyOf,
  type NewRecordOf,
} from "../../provider/registry/records";
import type { Actor, RegistryCapabilities, Stored } from "../../provider/registry/registry";
import type { Release, SipUserSnapshot } from "../../provider/registry/sip-users";
import { MemoryRegistry, type MemoryStore } from "./memory-registry";

const CHANGEABLE = ["activeServers", "settings"];

/** What a registry can do whose pools, SIP domains and SIP users others make. */
export const OBSERVING: RegistryCapabilities = {
  observed: ["sip-domain", "pool", "sip-user"],
  endpointChange: "interrupts",
  adopted: "forgotten",
  defaultDomain: "required",
  history: false,
  ownership: false,
  transferable: false,
};

/** A registry in memory that keeps the promises of one whose store is not its own. Others use a `MemoryRegistry` on the store. */
export class ObservingRegistry extends MemoryRegistry {
  override readonly capabilities: RegistryCapabilities;

  constructor(store: MemoryStore, capabilities = OBSERVING, options: Partial<BackendOptions> = {}) {
    super(store, options);
    this.capabilities = capabilities;
  }

  override async create<K extends Kind>(kind: K, said: NewRecordOf<K>, by: Actor): Promise<Stored<K>> {
    if (!this.#observes(kind)) return super.create(kind, said, by);
    const key = keyOf(kind, said);
    const there = await this.get(kind, key);
    if (!there || kind === "sip-user") throw unsupported("create", kind, key, "others make it");
    const unlike = unchangeable(there, said);
    if (unlike.length === 0) return there;
    const mismatches = unlike.map(
      (field) => `${field}: ${textOf(there.record, field)}, not ${textOf(said, field)}`,
    );
    throw unsupported("create", kind, key, `it is there with ${mismatches.join("; ")}`);
  }

  override async update<K extends Kind>(
    kind: K,
    key: string,
    change: ChangeOf<K>,
    expected: string,
    by: Actor,
  ): Promise<Stored<K>> {
    const there = await this.get(kind, key);
    if (there && this.#observes(kind)) {
      const fields = unchangeable(there, change);
      if (fields.length > 0) throw unsupported("update", kind, key, `${fields.join(", ")}: others change it`);
    }
    if (there && this.#givesMarkUp(there, change))
      throw unsupported("update", kind, key, "make another SIP domain the default");
    const after = await super.update(kind, key, change, expected, by);
    if (kind !== "endpoint" || after.revision === expected) return after;
    return super.claim(kind, key, after.revision, { ...by, managedBy: after.managedBy }, randomUUID());
  }

  override async claim<K extends Kind>(
    kind: K,
    key: string,
    expected: string,
    by: Actor,
  ): Promise<Stored<K>> {
    const [object] = (await this.get(kind, key))?.incarnation.split(".") ?? [];
    if (this.#observes(kind)) throw unsupported("claim", kind, key, "others make it");
    return super.claim(kind, key, expected, by, `${object}.${randomUUID()}`);
  }

  override async remove(kind: Kind, key: string, expected: { incarnation: string }, by: Actor) {
    const there = await this.get(kind, key);
    if (this.#observes(kind)) throw unsupported("remove", kind, key, "others make it");
    if (there && this.#givesMarkUp(there, { isDefault: false }))
      throw unsupported("remove", kind, key, "make another SIP domain the default");
    return super.remove(kind, key, expected, by);
  }

  /** Whoever has the accounts makes no deleted one again. */
  override async releaseUser(snapshot: SipUserSnapshot, release: Release, by: Actor): Promise<void> {
    if (this.#observes("sip-user") && release.way === "delete")
      throw unsupported("release", "sip-user", snapshot.sipAddress, "nobody could make the account again");
    return super.releaseUser(snapshot, release, by);
  }

  override async history<K extends Kind>(kind: K, key: string): Promise<never> {
    await this.assertExists();
    throw unsupported("tell the history of", kind, key, "it is not kept");
  }

  override async contents(): Promise<never> {
    await this.assertExists();
    throw new RegistryError("unsupported", "cannot copy the registry in memory: others have a part in it");
  }

  override async fill(): Promise<never> {
    await this.assertExists();
    throw new RegistryError("unsupported", "cannot fill the registry in memory: others have a part in it");
  }

  #observes(kind: Kind): boolean {
    return this.capabilities.observed.includes(kind);
  }

  #givesMarkUp({ kind, record }: Stored, change: object): boolean {
    if (kind !== "sip-domain" || this.capabilities.defaultDomain === "optional") return false;
    return "isDefault" in record && record.isDefault && "isDefault" in change && change.isDefault === false;
  }
}

/** The fields that are said, are otherwise in the record, and can be changed by others only. */
function unchangeable({ kind, record }: Stored, said: object): string[] {
  return Object.keys(defined(said))
    .filter((field) => field !== KEY_FIELDS[kind] && !(kind === "pool" && CHANGEABLE.includes(field)))
    .filter((field) => textOf(record, field) !== textOf(said, field));
}

function textOf(fields: object, field: string): string {
  const value = (fields as Record<string, unknown>)[field];
  return Array.isArray(value) ? value.toSorted().join(", ") : String(value);
}

function unsupported(verb: string, kind: Kind, key: string, cause: string): RegistryError {
  return new RegistryError("unsupported", `cannot ${verb} ${named(kind, key)}: ${cause}`);
}
