import { changedRecord, newRecord } from "../../registry/changes";
import {
  addressHeld,
  alreadyExists,
  inUse,
  MOST_NAMED,
  notFound,
  revisionConflict,
  unknownPool,
  unknownSipDomain,
} from "../../registry/failures";
import {
  type ChangeOf,
  type EndpointRecord,
  type Kind,
  keyOf,
  type NewRecordOf,
  type RecordOf,
  type SipDomainRecord,
} from "../../registry/records";
import type { Actor, Change, Incarnation, Revision, Stored } from "../../registry/registry";
import { type SipAddress, sipDomainOf } from "../../registry/sip-address";
import type { Row, Statement } from "./sql";
import { canonical, historyColumnsOf, storedOf } from "./sql-rows";
import * as statements from "./sql-statements";

/**
 * A write, without a word on how a store does it: what to read first, and what that makes of it. A store that lets others
 * write in between makes the plan again when a write meets another state than was read.
 */
export interface Plan<T> {
  readonly reads: Readonly<Record<string, Statement>>;
  /** What to write, and the answer once that is done. Fails with the `RegistryError` that the state gives rise to. */
  decide(found: Found): { writes: readonly Write[]; answer: T };
}

/** What the reads of a plan found, by name; `undefined` for a read that the plan does not have. */
export type Found = (read: string) => readonly Row[] | undefined;

/** One record written, and the entry that the history gets for it. */
export interface Write {
  /** Writes exactly one row, or none where the state is another one by now. */
  readonly change: Statement;
  readonly kind: Kind;
  readonly key: string;
  readonly entry: Omit<Change, "sequence" | "at">;
}

/** The statement that adds a write's entry to the history. */
export function noteOf({ kind, key, entry }: Write, at: Date): Statement {
  return statements.insertInto("history", historyColumnsOf(kind, key, { ...entry, at: at.toISOString() }));
}

export function creation<K extends Kind>(
  kind: K,
  said: NewRecordOf<K>,
  by: Actor,
  incarnation: Incarnation,
): Plan<Stored<K>> {
  const key = keyOf(kind, said).toLowerCase();
  return {
    reads: {
      existing: statements.find(kind, key),
      last: statements.lastRevision(kind, key),
      ...referencesOf(kind, said),
    },
    decide(found) {
      const existing = one(kind, found("existing"));
      if (existing) throw alreadyExists(existing);
      const record = canonical("create", kind, newRecord(kind, said));
      assertReferences("create", kind, record, found);
      const revision = revisionAfterAll(found("last"));
      const stored: Stored<K> = { kind, key, record, revision, incarnation, ...ownedBy(by) };
      const write = written("create", by, statements.insert(stored), undefined, stored);
      return { writes: [...givenUpDefault(key, record, by, found), write], answer: stored };
    },
  };
}

export function change<K extends Kind>(
  kind: K,
  key: string,
  said: ChangeOf<K>,
  expected: Revision,
  by: Actor,
): Plan<Stored<K>> {
  return {
    reads: { existing: statements.find(kind, key), ...referencesOf(kind, said) },
    decide(found) {
      const old = existingAt("update", kind, key, expected, found);
      const changed = changedRecord(kind, old.record, said);
      if (!changed) return { writes: [], answer: old };
      const record = canonical("update", kind, changed);
      assertReferences("update", kind, record, found);
      const next = { ...old, record, revision: revisionAfter(old) };
      const write = written("update", by, statements.overwrite(old, next), old, next);
      return { writes: [...givenUpDefault(old.key, record, by, found), write], answer: next };
    },
  };
}

export function claim<K extends Kind>(
  kind: K,
  key: string,
  expected: Revision,
  by: Actor,
  incarnation: Incarnation,
): Plan<Stored<K>> {
  return {
    reads: { existing: statements.find(kind, key) },
    decide(found) {
      const old = existingAt("claim", kind, key, expected, found);
      const { managedBy: _, ...rest } = old;
      const next = { ...rest, incarnation, revision: revisionAfter(old), ...ownedBy(by) };
      const write = written("claim", by, statements.overwrite(old, next), old, next);
      return { writes: [write], answer: next };
    },
  };
}

export function removal(
  kind: Kind,
  key: string,
  expected: { incarnation: Incarnation },
  by: Actor,
): Plan<boolean> {
  const users = kind === "pool" || kind === "sip-domain";
  return {
    reads: {
      existing: statements.find(kind, key),
      ...(users && {
        users: statements.usersOf(kind, key, MOST_NAMED),
        count: statements.countUsersOf(kind, key),
      }),
    },
    decide(found) {
      const old = one(kind, found("existing"));
      if (old?.incarnation !== expected.incarnation) return { writes: [], answer: false };
      const total = Number(found("count")?.[0]?.total ?? 0);
      const named = (found("users") ?? []).map((row) => storedOf(contactKindOf(row), row));
      if (total > 0) throw inUse(kind, key, named, total);
      const write = written("remove", by, statements.erase(old), old, {
        ...old,
        revision: revisionAfter(old),
      });
      return { writes: [write], answer: true };
    },
  };
}

/** A write that leads from one state of a record to the next; a removed record's next state is seen in the history alone. */
export function written<K extends Kind>(
  action: Change["action"],
  by: Actor,
  change: Statement,
  old: Stored<K> | undefined,
  next: Stored<K>,
): Write {
  const { kind, key, record, revision, incarnation } = next;
  const states = { ...(old && { from: old.record }), ...(action !== "remove" && { to: record }) };
  return { change, kind, key, entry: { action, by, ...states, revision, incarnation } };
}

/** What must be read to know whether a record may refer to what it says. */
function referencesOf(kind: Kind, said: object): Record<string, Statement> {
  if (kind === "sip-domain")
    return (said as Partial<SipDomainRecord>).isDefault ? { default: statements.defaultDomain() } : {};
  if (kind === "pool" || kind === "cutover") return {};
  const { sipAddress, poolFqdn } = said as Partial<EndpointRecord>;
  return {
    ...(sipAddress && {
      holder: statements.find(otherKindOf(kind), sipAddress),
      domain: statements.find("sip-domain", sipDomainOf(sipAddress)),
    }),
    ...(poolFqdn && { pool: statements.find("pool", poolFqdn) }),
  };
}

/** What an update leaves as it was needs no look: the store saw to it before. */
function assertReferences<K extends Kind>(
  verb: "create" | "update",
  kind: K,
  record: RecordOf<K>,
  found: Found,
): void {
  if (kind !== "endpoint" && kind !== "sip-user") return;
  const { sipAddress, poolFqdn } = record as { sipAddress: SipAddress; poolFqdn?: string };
  const holder = one(otherKindOf(kind), found("holder"));
  if (holder) throw addressHeld(verb, kind, sipAddress, { kind: holder.kind, ...holder.record });
  if (found("domain")?.length === 0) throw unknownSipDomain(verb, kind, sipAddress, sipDomainOf(sipAddress));
  if (poolFqdn !== undefined && found("pool")?.length === 0)
    throw unknownPool(verb, kind, sipAddress, poolFqdn);
}

/** Takes the mark from the default domain where another one is about to get it. */
function givenUpDefault(key: string, record: object, by: Actor, found: Found): Write[] {
  if (!("isDefault" in record && record.isDefault)) return [];
  const old = one("sip-domain", found("default"));
  if (!old || old.key === key) return [];
  const next = { ...old, record: { ...old.record, isDefault: false }, revision: revisionAfter(old) };
  return [written("update", by, statements.overwrite(old, next), old, next)];
}

function existingAt<K extends Kind>(
  verb: string,
  kind: K,
  key: string,
  expected: Revision,
  found: Found,
): Stored<K> {
  const stored = one(kind, found("existing"));
  if (!stored) throw notFound(verb, kind, key);
  if (stored.revision !== expected) throw revisionConflict(verb, kind, key);
  return stored;
}

export function one<K extends Kind>(kind: K, rows: readonly Row[] | undefined): Stored<K> | undefined {
  const row = rows?.[0];
  return row && storedOf(kind, row);
}

function otherKindOf(kind: "endpoint" | "sip-user"): "endpoint" | "sip-user" {
  return kind === "endpoint" ? "sip-user" : "endpoint";
}

export function contactKindOf(row: Row): "endpoint" | "sip-user" {
  return row.kind === "endpoint" ? "endpoint" : "sip-user";
}

export function revisionAfter(stored: Stored): Revision {
  return String(Number(stored.revision) + 1);
}

/** The first revision of a record whose key had the last revision that was read in an earlier life, or none. */
export function revisionAfterAll(last: readonly Row[] | undefined): Revision {
  return String(Number(last?.[0]?.last ?? 0) + 1);
}

function ownedBy(by: Actor): { managedBy?: string } {
  return by.managedBy === undefined ? {} : { managedBy: by.managedBy };
}
