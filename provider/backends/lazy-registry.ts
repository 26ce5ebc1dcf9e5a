import { RegistryError } from "../registry/errors";
import type { ChangeOf, Kind, NewRecordOf } from "../registry/records";
import type {
  Actor,
  Incarnation,
  RegistryCapabilities,
  RegistryContents,
  Revision,
  Stored,
  TopologyRegistry,
} from "../registry/registry";
import type { SipAddress } from "../registry/sip-address";
import type { Release, SipUserSnapshot } from "../registry/sip-users";
import type { Backend } from "./backend";

/**
 * Opens a backend at its first use, once, however many calls come first; a failed open is tried again by the next call.
 * Closes it once, also while it is being opened.
 */
export class LazyRegistry implements TopologyRegistry {
  readonly capabilities: RegistryCapabilities;
  readonly #backend: Backend;
  #opened: Promise<TopologyRegistry> | undefined;
  #closed: Promise<void> | undefined;

  constructor(backend: Backend) {
    this.capabilities = backend.capabilities;
    this.#backend = backend;
  }

  async get<K extends Kind>(kind: K, key: string) {
    return (await this.#open()).get(kind, key);
  }

  async *list<K extends Kind>(kind: K): AsyncGenerator<Stored<K>> {
    yield* (await this.#open()).list(kind);
  }

  async create<K extends Kind>(kind: K, record: NewRecordOf<K>, by: Actor, incarnation?: Incarnation) {
    return (await this.#open()).create(kind, record, by, incarnation);
  }

  async update<K extends Kind>(kind: K, key: string, change: ChangeOf<K>, expected: Revision, by: Actor) {
    return (await this.#open()).update(kind, key, change, expected, by);
  }

  async claim<K extends Kind>(
    kind: K,
    key: string,
    expected: Revision,
    by: Actor,
    incarnation?: Incarnation,
  ) {
    return (await this.#open()).claim(kind, key, expected, by, incarnation);
  }

  async remove(kind: Kind, key: string, expected: { incarnation: string }, by: Actor) {
    return (await this.#open()).remove(kind, key, expected, by);
  }

  async snapshotUser(sipAddress: SipAddress) {
    return (await this.#open()).snapshotUser(sipAddress);
  }

  async releaseUser(snapshot: SipUserSnapshot, release: Release, by: Actor) {
    return (await this.#open()).releaseUser(snapshot, release, by);
  }

  async restoreUser(snapshot: SipUserSnapshot, by: Actor) {
    return (await this.#open()).restoreUser(snapshot, by);
  }

  async sightings(sipAddress: SipAddress) {
    return (await this.#open()).sightings(sipAddress);
  }

  async assertExists() {
    return (await this.#open()).assertExists();
  }

  async resolve(sipAddress: SipAddress) {
    return (await this.#open()).resolve(sipAddress);
  }

  async history<K extends Kind>(kind: K, key: string) {
    return (await this.#open()).history(kind, key);
  }

  async contents() {
    return (await this.#open()).contents();
  }

  async fill(contents: RegistryContents) {
    return (await this.#open()).fill(contents);
  }

  async migrate() {
    return (await this.#open()).migrate();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #open(): Promise<TopologyRegistry> {
    if (this.#closed)
      throw new RegistryError(
        "unavailable",
        `cannot use the registry '${this.#backend.location}': it was closed; open it again`,
      );
    this.#opened ??= this.#backend.open().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  async #close(): Promise<void> {
    // An open that failed leaves nothing to close; whoever asked for it got the error.
    const registry = await this.#opened?.catch(() => undefined);
    await registry?.close();
  }
}
