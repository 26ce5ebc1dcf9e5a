import { randomUUID } from "node:crypto";
import { ALL_MANAGED, type BackendOptions } from "../../provider/backends/backend";
import { changedRecord, newRecord } from "../../provider/registry/changes";
import { RegistryError } from "../../provider/registry/errors";
import * as failures from "../../provider/registry/failures";
import type { ChangeOf, Kind, NewRecordOf, RecordTypes } from "../../provider/registry/records";
import { KEY_FIELDS, KINDS, keyOf } from "../../provider/registry/records";
import type {
  Actor,
  Change,
  RegistryContents,
  Resolution,
  Stored,
  TopologyRegistry,
} from "../../provider/registry/registry";
import { type SipAddress, sipDomainOf } from "../../provider/registry/sip-address";
import type { Release, SipUserSnapshot } from "../../provider/registry/sip-users";
import { MemoryUsers } from "./memory-users";

/** What several handles share. */
export class MemoryStore {
  readonly records = new Map<string, Stored>();
  readonly changes: { kind: Kind; key: string; change: Change }[] = [];
}

/** A registry in memory that keeps every promise of a real one but to outlive its process. */
export class MemoryRegistry implements TopologyRegistry {
  readonly capabilities = ALL_MANAGED;
  #closed = false;

  readonly #options: Pick<BackendOptions, "clock" | "newIncarnation">;
  readonly #users = new MemoryUsers({
    holderOf: (address) => this.#find("sip-user", address) ?? this.#find("endpoint", address),
    users: () => this.#all("sip-user"),
    hasDomain: (domain) => this.#find("sip-domain", domain) !== undefined,
    put: (action, user, by) => {
      const revision = this.#nextRevision("sip-user", user.key);
      this.#put(action, by, this.#find("sip-user", user.key), { ...user, revision });
    },
    drop: (user, by) => this.#drop(user, by),
  });

  constructor(
    private readonly store = new MemoryStore(),
    options: Partial<BackendOptions> = {},
  ) {
    this.#options = { clock: () => new Date(), newIncarnation: randomUUID, ...options };
  }

  async get<K extends Kind>(kind: K, key: string) {
    this.#assertOpen();
    return structuredClone(this.#find(kind, key));
  }

  async snapshotUser(sipAddress: SipAddress) {
    this.#assertOpen();
    return this.#users.snapshot(sipAddress);
  }

  async releaseUser(snapshot: SipUserSnapshot, release: Release, by: Actor) {
    this.#assertOpen();
    this.#users.release(snapshot, release, by);
  }

  async restoreUser(snapshot: SipUserSnapshot, by: Actor) {
    this.#assertOpen();
    this.#users.restore(snapshot, by);
  }

  async sightings(sipAddress: SipAddress) {
    this.#assertOpen();
    return this.#users.sightings(sipAddress);
  }

  async *list<K extends Kind>(kind: K): AsyncGenerator<Stored<K>> {
    for (let last = ""; ; ) {
      this.#assertOpen();
      const keys = this.#all(kind).map((stored) => stored.key);
      const next = keys.filter((key) => key > last).sort()[0];
      if (next === undefined) return;
      last = next;
      const stored = this.#find(kind, next);
      if (stored) yield structuredClone(stored);
    }
  }

  async create<K extends Kind>(
    kind: K,
    said: NewRecordOf<K>,
    by: Actor,
    incarnation = this.#options.newIncarnation(),
  ) {
    this.#assertOpen();
    const key = keyOf(kind, said).toLowerCase();
    const existing = this.#find(kind, key);
    if (existing) throw failures.alreadyExists(existing);
    const record = newRecord(kind, structuredClone(said));
    this.#assertReferences("create", kind, record);
    this.#giveUpDefault(kind, key, record, by);
    return this.#put("create", by, undefined, {
      kind,
      key,
      record: { ...record, [KEY_FIELDS[kind]]: key },
      revision: this.#nextRevision(kind, key),
      incarnation,
      ...(by.managedBy === undefined ? {} : { managedBy: by.managedBy }),
    });
  }

  async update<K extends Kind>(kind: K, key: string, change: ChangeOf<K>, expected: string, by: Actor) {
    const old = this.#existing("update", kind, key, expected);
    const record = changedRecord(kind, old.record, structuredClone(change));
    if (!record) return structuredClone(old);
    this.#assertReferences("update", kind, record);
    this.#giveUpDefault(kind, old.key, record, by);
    return this.#put("update", by, old, { ...old, record, revision: revisionAfter(old) });
  }

  async claim<K extends Kind>(
    kind: K,
    key: string,
    expected: string,
    by: Actor,
    incarnation = this.#options.newIncarnation(),
  ) {
    const old = this.#existing("claim", kind, key, expected);
    const { managedBy: _, ...rest } = old;
    const owned = by.managedBy === undefined ? rest : { ...rest, managedBy: by.managedBy };
    return this.#put("claim", by, old, { ...owned, incarnation, revision: revisionAfter(old) });
  }

  async remove(kind: Kind, key: string, expected: { incarnation: string }, by: Actor) {
    this.#assertOpen();
    const old = this.#find(kind, key);
    if (old?.incarnation !== expected.incarnation) return false;
    const users = this.#contacts().filter(
      ({ record }) =>
        (kind === "pool" && "poolFqdn" in record && record.poolFqdn.toLowerCase() === old.key) ||
        (kind === "sip-domain" && sipDomainOf(record.sipAddress).toLowerCase() === old.key),
    );
    users.sort((a, b) => (a.key < b.key ? -1 : 1));
    if (users.length > 0) throw failures.inUse(kind, key, users, users.length);
    this.#drop(old, by);
    return true;
  }

  async assertExists(): Promise<void> {
    this.#assertOpen();
  }

  async resolve(sipAddress: SipAddress): Promise<Resolution | undefined> {
    this.#assertOpen();
    const user = this.#find("sip-user", sipAddress);
    if (user) {
      const { attributes: _, ...record } = user.record;
      return { kind: "sip-user", ...record };
    }
    const endpoint = this.#find("endpoint", sipAddress);
    const pool = endpoint && this.#find("pool", endpoint.record.poolFqdn)?.record;
    if (!endpoint || !pool) return undefined;
    const { nextHopPool, port, activeServers } = pool;
    const way = nextHopPool === undefined ? { port } : { port, nextHopPool };
    return structuredClone({ kind: "endpoint", ...endpoint.record, servers: activeServers, ...way });
  }

  async history<K extends Kind>(kind: K, key: string) {
    this.#assertOpen();
    return structuredClone(this.#changesOf(kind, key));
  }

  async contents() {
    this.#assertOpen();
    const inOrder = KINDS.flatMap((kind) => this.#all(kind).sort((a, b) => (a.key < b.key ? -1 : 1)));
    return structuredClone({ records: inOrder as Stored[], history: this.store.changes });
  }

  async fill(contents: RegistryContents) {
    this.#assertOpen();
    const { records, changes } = this.store;
    if (records.size + changes.length > 0) throw failures.notEmpty("memory");
    const { records: all, history } = structuredClone(contents);
    if (new Set(history.map(({ change }) => change.sequence)).size < history.length)
      throw new RegistryError("invalid", "cannot fill the registry in memory: two changes have one place");
    for (const stored of all) records.set(slot(stored.kind, stored.key), stored);
    changes.push(...history);
  }

  async migrate() {
    this.#assertOpen();
  }

  async close() {
    this.#closed = true;
  }

  #put<K extends Kind>(
    action: "create" | "update" | "claim",
    by: Actor,
    old: Stored<K> | undefined,
    next: Stored<K>,
  ) {
    this.store.records.set(slot(next.kind, next.key), next);
    this.#note(action, by, old, next, next);
    return structuredClone(next);
  }

  #drop(old: Stored, by: Actor): void {
    this.store.records.delete(slot(old.kind, old.key));
    this.#note("remove", by, old, undefined, { ...old, revision: revisionAfter(old) });
  }

  /** The revision that follows all that a key ever had. */
  #nextRevision(kind: Kind, key: string): string {
    return String(Number(this.#changesOf(kind, key).at(-1)?.revision ?? 0) + 1);
  }

  #note(
    action: Change["action"],
    by: Actor,
    old: Stored | undefined,
    next: Stored | undefined,
    at: Stored,
  ): void {
    const change = {
      sequence: (this.store.changes.at(-1)?.change.sequence ?? 0) + 1,
      at: this.#options.clock().toISOString(),
      action,
      by: structuredClone(by),
      ...(old && { from: old.record }),
      ...(next && { to: next.record }),
      revision: at.revision,
      incarnation: at.incarnation,
    };
    this.store.changes.push({ kind: at.kind, key: at.key, change });
  }

  #giveUpDefault(kind: Kind, key: string, record: object, by: Actor): void {
    if (kind !== "sip-domain" || !("isDefault" in record && record.isDefault)) return;
    const old = this.#all("sip-domain").find((stored) => stored.record.isDefault && stored.key !== key);
    if (!old) return;
    const next = { ...old, record: { ...old.record, isDefault: false }, revision: revisionAfter(old) };
    this.#put("update", by, old, next);
  }

  #assertReferences(verb: "create" | "update", kind: Kind, record: object): void {
    if (kind !== "endpoint" && kind !== "sip-user") return;
    const { sipAddress, poolFqdn } = record as RecordTypes["sip-user"] & Partial<RecordTypes["endpoint"]>;
    const other = this.#find(kind === "endpoint" ? "sip-user" : "endpoint", sipAddress);
    if (other) throw failures.addressHeld(verb, kind, sipAddress, { kind: other.kind, ...other.record });
    const domain = sipDomainOf(sipAddress);
    if (!this.#find("sip-domain", domain)) throw failures.unknownSipDomain(verb, kind, sipAddress, domain);
    if (poolFqdn !== undefined && !this.#find("pool", poolFqdn))
      throw failures.unknownPool(verb, kind, sipAddress, poolFqdn);
  }

  #existing<K extends Kind>(verb: string, kind: K, key: string, expected: string): Stored<K> {
    this.#assertOpen();
    const stored = this.#find(kind, key);
    if (!stored) throw failures.notFound(verb, kind, key);
    if (stored.revision !== expected) throw failures.revisionConflict(verb, kind, key);
    return stored;
  }

  #find<K extends Kind>(kind: K, key: string): Stored<K> | undefined {
    return this.store.records.get(slot(kind, key)) as Stored<K> | undefined;
  }

  #all<K extends Kind>(kind: K): Stored<K>[] {
    return [...this.store.records.values()].filter((stored) => stored.kind === kind) as Stored<K>[];
  }

  #contacts(): (Stored<"endpoint"> | Stored<"sip-user">)[] {
    return [...this.#all("endpoint"), ...this.#all("sip-user")];
  }

  #changesOf<K extends Kind>(kind: K, key: string): Change<K>[] {
    const own = this.store.changes.filter((entry) => entry.kind === kind && entry.key === key.toLowerCase());
    return own.map((entry) => entry.change as Change<K>);
  }

  #assertOpen(): void {
    if (this.#closed)
      throw new RegistryError(
        "unavailable",
        "cannot use the registry in memory: it was closed; open it again",
      );
  }
}

function slot(kind: Kind, key: string): string {
  return `${kind} ${key.toLowerCase()}`;
}

function revisionAfter(stored: Stored): string {
  return String(Number(stored.revision) + 1);
}
