import type { DatabaseSync } from "node:sqlite";
import { changedRecord, newRecord } from "../registry/changes";
import {
  addressHeld,
  alreadyExists,
  inUse,
  MOST_NAMED,
  named,
  notFound,
  revisionConflict,
  unknownPool,
  unknownSipDomain,
} from "../registry/failures";
import {
  type ChangeOf,
  type EndpointRecord,
  KIND_LABELS,
  type Kind,
  keyOf,
  type NewRecordOf,
  type RecordOf,
  type SipDomainRecord,
} from "../registry/records";
import type { Actor, Change, Incarnation, Revision, Stored, TopologyRegistry } from "../registry/registry";
import { type SipAddress, sipDomainOf } from "../registry/sip-address";
import { ALL_MANAGED, type BackendOptions } from "./backend";
import { SqliteFile } from "./sqlite-file";
import * as sql from "./sqlite-statements";

const PAGE_SIZE = 100;

export function openSqlite(path: string, options: BackendOptions): TopologyRegistry {
  return new SqliteRegistry(new SqliteFile(path, options), options);
}

class SqliteRegistry implements TopologyRegistry {
  readonly capabilities = ALL_MANAGED;
  readonly #file: SqliteFile;
  readonly #options: BackendOptions;

  constructor(file: SqliteFile, options: BackendOptions) {
    this.#file = file;
    this.#options = options;
  }

  get<K extends Kind>(kind: K, key: string): Promise<Stored<K> | undefined> {
    return this.#file.read(`read ${named(kind, key)}`, undefined, (db) => sql.find(db, kind, key));
  }

  async *list<K extends Kind>(kind: K): AsyncGenerator<Stored<K>> {
    // Page by page: a cursor kept open between two steps would hold back checkpoints for as long as its reader likes.
    for (let last = ""; ; ) {
      const after = last;
      const page = await this.#file.read(`list each ${KIND_LABELS[kind]}`, [], (db) =>
        sql.pageAfter(db, kind, after, PAGE_SIZE),
      );
      yield* page;
      const end = page.at(-1);
      if (end === undefined || page.length < PAGE_SIZE) return;
      last = end.key;
    }
  }

  create<K extends Kind>(
    kind: K,
    said: NewRecordOf<K>,
    by: Actor,
    incarnation: Incarnation = this.#options.newIncarnation(),
  ): Promise<Stored<K>> {
    const key = keyOf(kind, said);
    return this.#file.write(`create ${named(kind, key)}`, (db) => {
      const existing = sql.find(db, kind, key);
      if (existing) throw alreadyExists(existing);
      const record = newRecord(kind, said);
      assertReferences(db, "create", kind, record);
      this.#giveUpDefault(db, kind, record, by);
      const revision = String(sql.lastRevision(db, kind, key) + 1);
      const stored = sql.insert(db, { kind, key, record, revision, incarnation, ...ownedBy(by) });
      this.#note(db, "create", by, undefined, stored);
      return stored;
    });
  }

  update<K extends Kind>(
    kind: K,
    key: string,
    change: ChangeOf<K>,
    expected: Revision,
    by: Actor,
  ): Promise<Stored<K>> {
    return this.#file.write(`update ${named(kind, key)}`, (db) => {
      const old = existingAt(db, "update", kind, key, expected);
      const record = changedRecord(kind, old.record, change);
      if (!record) return old;
      assertReferences(db, "update", kind, record);
      this.#giveUpDefault(db, kind, record, by);
      return this.#replace(db, "update", by, old, { ...old, record });
    });
  }

  claim<K extends Kind>(
    kind: K,
    key: string,
    expected: Revision,
    by: Actor,
    incarnation: Incarnation = this.#options.newIncarnation(),
  ): Promise<Stored<K>> {
    return this.#file.write(`claim ${named(kind, key)}`, (db) => {
      const old = existingAt(db, "claim", kind, key, expected);
      const { managedBy: _, ...rest } = old;
      return this.#replace(db, "claim", by, old, { ...rest, incarnation, ...ownedBy(by) });
    });
  }

  remove(kind: Kind, key: string, expected: { incarnation: Incarnation }, by: Actor): Promise<boolean> {
    return this.#file.write(`remove ${named(kind, key)}`, (db) => {
      const old = sql.find(db, kind, key);
      if (old?.incarnation !== expected.incarnation) return false;
      if (kind === "pool" || kind === "sip-domain") {
        const { users, total } = sql.usersOf(db, kind, key, MOST_NAMED);
        if (total > 0) throw inUse(kind, key, users, total);
      }
      sql.erase(db, kind, key);
      this.#note(db, "remove", by, old, undefined);
      return true;
    });
  }

  assertExists(): Promise<void> {
    return this.#file.assertExists();
  }

  resolve(sipAddress: SipAddress) {
    return this.#file.read(`look up '${sipAddress}'`, undefined, (db) => sql.lookUp(db, sipAddress));
  }

  history<K extends Kind>(kind: K, key: string): Promise<Change<K>[]> {
    return this.#file.read(`read the history of ${named(kind, key)}`, [], (db) =>
      sql.historyOf(db, kind, key),
    );
  }

  async close(): Promise<void> {
    this.#file.close();
  }

  #replace<K extends Kind>(
    db: DatabaseSync,
    action: "update" | "claim",
    by: Actor,
    old: Stored<K>,
    next: Stored<K>,
  ): Stored<K> {
    const stored = sql.overwrite(db, old, { ...next, revision: revisionAfter(old) });
    this.#note(db, action, by, old, stored);
    return stored;
  }

  /** Takes the mark from the default domain where another one is about to get it. */
  #giveUpDefault<K extends Kind>(db: DatabaseSync, kind: K, record: RecordOf<K>, by: Actor): void {
    if (kind !== "sip-domain" || !(record as SipDomainRecord).isDefault) return;
    const old = sql.defaultDomain(db);
    if (!old || old.key === keyOf(kind, record).toLowerCase()) return;
    this.#replace(db, "update", by, old, { ...old, record: { ...old.record, isDefault: false } });
  }

  #note(db: DatabaseSync, action: Change["action"], by: Actor, old?: Stored, next?: Stored): void {
    const subject = next ?? old;
    if (!subject) return;
    sql.addToHistory(db, subject.kind, subject.key, {
      at: this.#options.clock().toISOString(),
      action,
      by,
      ...(old && { from: old.record }),
      ...(next && { to: next.record }),
      revision: next ? next.revision : revisionAfter(subject),
      incarnation: subject.incarnation,
    });
  }
}

function existingAt<K extends Kind>(
  db: DatabaseSync,
  verb: string,
  kind: K,
  key: string,
  expected: Revision,
): Stored<K> {
  const stored = sql.find(db, kind, key);
  if (!stored) throw notFound(verb, kind, key);
  if (stored.revision !== expected) throw revisionConflict(verb, kind, key);
  return stored;
}

function assertReferences<K extends Kind>(
  db: DatabaseSync,
  verb: "create" | "update",
  kind: K,
  record: RecordOf<K>,
): void {
  if (kind !== "endpoint" && kind !== "sip-user") return;
  const { sipAddress, poolFqdn } = record as Pick<EndpointRecord, "sipAddress"> & Partial<EndpointRecord>;
  const other = sql.find(db, kind === "endpoint" ? "sip-user" : "endpoint", sipAddress);
  if (other) throw addressHeld(kind, sipAddress, { kind: other.kind, ...other.record });
  const domain = sipDomainOf(sipAddress);
  if (!sql.find(db, "sip-domain", domain)) throw unknownSipDomain(verb, kind, sipAddress, domain);
  if (poolFqdn !== undefined && !sql.find(db, "pool", poolFqdn))
    throw unknownPool(verb, kind, sipAddress, poolFqdn);
}

function revisionAfter(stored: Stored): Revision {
  return String(Number(stored.revision) + 1);
}

function ownedBy(by: Actor): { managedBy?: string } {
  return by.managedBy === undefined ? {} : { managedBy: by.managedBy };
}
