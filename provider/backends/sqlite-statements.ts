import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { Kind } from "../registry/records";
import type { Change, Resolution, Stored } from "../registry/registry";
import type { SipAddress } from "../registry/sip-address";
import { changeOf, columnsOf, type Row, resolutionOf, storedOf, TABLES } from "./sqlite-rows";

// One statement a function. Names of tables and columns are ours; every value is bound.

type Columns = Record<string, SQLInputValue>;

export function find<K extends Kind>(database: DatabaseSync, kind: K, key: string): Stored<K> | undefined {
  const row = prepared(database, `SELECT * ${from(kind)} AND ${TABLES[kind].key} = ?`).get(key);
  return row && storedOf(kind, row);
}

/** The records that follow a key in the order of keys. */
export function pageAfter<K extends Kind>(
  database: DatabaseSync,
  kind: K,
  key: string,
  size: number,
): Stored<K>[] {
  const column = TABLES[kind].key;
  const query = `SELECT * ${from(kind)} AND ${column} > ? ORDER BY ${column} LIMIT ?`;
  return prepared(database, query)
    .all(key, size)
    .map((row) => storedOf(kind, row));
}

export function insert<K extends Kind>(database: DatabaseSync, stored: Stored<K>): Stored<K> {
  const columns = allColumnsOf(stored);
  const names = Object.keys(columns);
  const query = `INSERT INTO ${TABLES[stored.kind].table} (${names}) VALUES (${names.map((name) => `:${name}`)}) RETURNING *`;
  return storedOf(stored.kind, returned(prepared(database, query).get(columns)));
}

/** Writes the columns in which two states of a record differ. */
export function overwrite<K extends Kind>(
  database: DatabaseSync,
  old: Stored<K>,
  next: Stored<K>,
): Stored<K> {
  const { table, key } = TABLES[old.kind];
  const before = allColumnsOf(old);
  const changed = Object.entries(allColumnsOf(next)).filter(([name, value]) => value !== before[name]);
  const query = `UPDATE ${table} SET ${changed.map(([name]) => `${name} = :${name}`)} WHERE ${key} = :sought RETURNING *`;
  const row = prepared(database, query).get({ ...Object.fromEntries(changed), sought: old.key });
  return storedOf(old.kind, returned(row));
}

export function erase(database: DatabaseSync, kind: Kind, key: string): void {
  const { table, key: column } = TABLES[kind];
  prepared(database, `DELETE FROM ${table} WHERE ${column} = ?`).run(key);
}

export function defaultDomain(database: DatabaseSync): Stored<"sip-domain"> | undefined {
  const row = prepared(database, "SELECT * FROM sip_domain WHERE is_default = 1").get();
  return row && storedOf("sip-domain", row);
}

/** The contacts that refer to a pool or a SIP domain: the first few, and how many there are. */
export function usersOf(database: DatabaseSync, kind: "pool" | "sip-domain", key: string, limit: number) {
  const column = kind === "pool" ? "pool_fqdn" : "sip_domain";
  const users = prepared(database, `SELECT * FROM contact WHERE ${column} = ? ORDER BY sip_address LIMIT ?`)
    .all(key, limit)
    .map((row) => storedOf(row.kind === "endpoint" ? "endpoint" : "sip-user", row));
  const count = prepared(database, `SELECT count(*) AS total FROM contact WHERE ${column} = ?`).get(key);
  return { users, total: Number(count?.total) };
}

export function lookUp(database: DatabaseSync, sipAddress: SipAddress): Resolution | undefined {
  const query = `
    SELECT contact.*, pool.active_servers, pool.port, pool.next_hop_pool
    FROM contact LEFT JOIN pool ON pool.pool_fqdn = contact.pool_fqdn
    WHERE contact.sip_address = ?`;
  const row = prepared(database, query).get(sipAddress);
  return row && resolutionOf(row);
}

/** The last revision that a key had, in this life or an earlier one, or 0. */
export function lastRevision(database: DatabaseSync, kind: Kind, key: string): number {
  const query = "SELECT max(revision) AS last FROM history WHERE kind = ? AND key = ?";
  return Number(prepared(database, query).get(kind, key)?.last ?? 0);
}

export function historyOf<K extends Kind>(database: DatabaseSync, kind: K, key: string): Change<K>[] {
  return prepared(database, "SELECT * FROM history WHERE kind = ? AND key = ? ORDER BY sequence")
    .all(kind, key)
    .map((row) => changeOf(kind, row));
}

export function addToHistory(
  database: DatabaseSync,
  kind: Kind,
  key: string,
  entry: Omit<Change, "sequence">,
): void {
  const columns: Columns = {
    at: entry.at,
    kind,
    key,
    action: entry.action,
    managed_by: entry.by.managedBy ?? null,
    operator: entry.by.operator,
    was: entry.from === undefined ? null : JSON.stringify(entry.from),
    became: entry.to === undefined ? null : JSON.stringify(entry.to),
    revision: Number(entry.revision),
    incarnation: entry.incarnation,
  };
  const names = Object.keys(columns);
  prepared(database, `INSERT INTO history (${names}) VALUES (${names.map((name) => `:${name}`)})`).run(
    columns,
  );
}

function allColumnsOf<K extends Kind>(stored: Stored<K>): Columns {
  return {
    ...columnsOf(stored.kind, stored.record),
    revision: Number(stored.revision),
    incarnation: stored.incarnation,
    managed_by: stored.managedBy ?? null,
  };
}

function from(kind: Kind): string {
  return `FROM ${TABLES[kind].table} WHERE ${TABLES[kind].only}`;
}

function returned(row: Row | undefined): Row {
  if (!row) throw new Error("a statement with RETURNING gave no row");
  return row;
}

// To prepare a statement takes several times as long as to run it. They end with their database.
const statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

function prepared(database: DatabaseSync, query: string): StatementSync {
  const known = statements.get(database) ?? new Map<string, StatementSync>();
  statements.set(database, known);
  const statement = known.get(query) ?? database.prepare(query);
  known.set(query, statement);
  return statement;
}
