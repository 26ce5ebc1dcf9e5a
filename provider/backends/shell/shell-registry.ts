import { RegistryError } from "../../registry/errors";
import { lowerCase } from "../../registry/fqdn";
import type { ChangeOf, Kind, NewRecordOf } from "../../registry/records";
import type {
  Actor,
  Incarnation,
  RegistryCapabilities,
  Resolution,
  Revision,
  Stored,
  TopologyRegistry,
} from "../../registry/registry";
import type { SipAddress } from "../../registry/sip-address";
import type { Release, Sighting, SipUserSnapshot } from "../../registry/sip-users";
import type { Calls } from "./calls";
import type { Estate } from "./estate/estate";
import type { JournalFile } from "./journal-file";
import type { Keeper } from "./keeper";
import type { UserHandover } from "./sip/user-handover";

export type Keepers = { readonly [K in Kind]: Keeper<K> };

/** The registry that the product itself has, behind its management shell. */
export class ShellRegistry implements TopologyRegistry {
  constructor(
    readonly capabilities: RegistryCapabilities,
    private readonly keepers: Keepers,
    private readonly parts: { calls: Calls; estate: Estate; file: JournalFile; users: UserHandover },
  ) {}

  async get<K extends Kind>(kind: K, key: string): Promise<Stored<K> | undefined> {
    return this.#keeper(kind).get(lowerCase(key));
  }

  async *list<K extends Kind>(kind: K): AsyncGenerator<Stored<K>> {
    yield* await this.#keeper(kind).list();
  }

  async create<K extends Kind>(
    kind: K,
    said: NewRecordOf<K>,
    by: Actor,
    incarnation?: Incarnation,
  ): Promise<Stored<K>> {
    return this.#keeper(kind).create(said, by, incarnation);
  }

  async update<K extends Kind>(
    kind: K,
    key: string,
    change: ChangeOf<K>,
    expected: Revision,
    by: Actor,
  ): Promise<Stored<K>> {
    return this.#keeper(kind).update(lowerCase(key), change, expected, by);
  }

  async claim<K extends Kind>(
    kind: K,
    key: string,
    expected: Revision,
    by: Actor,
    incarnation?: Incarnation,
  ): Promise<Stored<K>> {
    return this.#keeper(kind).claim(lowerCase(key), expected, by, incarnation);
  }

  async remove(kind: Kind, key: string, expected: { incarnation: Incarnation }, by: Actor): Promise<boolean> {
    return this.#keeper(kind).remove(lowerCase(key), expected, by);
  }

  /** The shell answers, and can read what it must. */
  async assertExists(): Promise<void> {
    await this.parts.estate.bound();
  }

  async snapshotUser(sipAddress: SipAddress): Promise<SipUserSnapshot | undefined> {
    return this.parts.users.snapshot(lowerCase(sipAddress) as SipAddress);
  }

  async releaseUser(snapshot: SipUserSnapshot, release: Release): Promise<void> {
    await this.parts.users.release(snapshot, release);
  }

  async restoreUser(snapshot: SipUserSnapshot): Promise<void> {
    await this.parts.users.restore(snapshot);
  }

  async sightings(sipAddress: SipAddress): Promise<Sighting[]> {
    return this.parts.users.sightings(lowerCase(sipAddress) as SipAddress);
  }

  async resolve(sipAddress: SipAddress): Promise<Resolution | undefined> {
    const address = lowerCase(sipAddress) as SipAddress;
    const endpoint = await this.keepers.endpoint.get(address);
    if (endpoint === undefined) {
      const user = await this.keepers["sip-user"].get(address);
      if (user === undefined) return undefined;
      const { displayName } = user.record;
      return { kind: "sip-user", sipAddress: address, ...(displayName !== undefined && { displayName }) };
    }
    const pool = await this.keepers.pool.get(endpoint.record.poolFqdn);
    if (pool === undefined) return undefined;
    const { activeServers: servers, port, nextHopPool } = pool.record;
    return {
      kind: "endpoint",
      ...endpoint.record,
      servers,
      port,
      ...(nextHopPool !== undefined && { nextHopPool }),
    };
  }

  async history(): Promise<never> {
    throw lacks("read a history", "it keeps none");
  }

  async contents(): Promise<never> {
    throw lacks("copy everything", "its content belongs to the directory and the topology");
  }

  async fill(): Promise<never> {
    throw lacks("fill the registry", "its content belongs to the directory and the topology");
  }

  /** There is nothing to make, but to see that the shell can be used. */
  migrate(): Promise<void> {
    return this.assertExists();
  }

  async close(): Promise<void> {
    await this.parts.calls.close();
    this.parts.file.close();
  }

  #keeper<K extends Kind>(kind: K): Keeper<K> {
    return this.keepers[kind];
  }
}

function lacks(doing: string, why: string): RegistryError {
  return new RegistryError(
    "unsupported",
    `cannot ${doing} of the management shell: ${why}; use a registry in SQLite or PostgreSQL for that`,
  );
}
