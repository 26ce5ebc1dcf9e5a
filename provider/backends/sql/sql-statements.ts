import type { Kind } from "../../registry/records";
import type { Incarnation, Stored } from "../../registry/registry";
import type { SipAddress } from "../../registry/sip-address";
import { joined, raw, type Statement, sql } from "./sql";
import { type Columns, columnsOf, TABLES } from "./sql-rows";

// The statements of every SQL backend, one function each. Names of tables and columns are ours; every value is bound, and a
// key is sought in lower case, as it is kept.

export function find(kind: Kind, key: string): Statement {
  return sql`SELECT * FROM ${from(kind)} AND ${keyColumn(kind)} = ${key.toLowerCase()}`;
}

/** The records that follow a key in the order of keys. */
export function pageAfter(kind: Kind, key: string, size: number): Statement {
  return sql`SELECT * FROM ${from(kind)} AND ${keyColumn(kind)} > ${key} ORDER BY ${keyColumn(kind)} LIMIT ${size}`;
}

export function insert(stored: Stored): Statement {
  return insertInto(TABLES[stored.kind].table, columnsOf(stored));
}

/** Writes the columns in which two states of a record differ, if the first one is still there. */
export function overwrite<K extends Kind>(old: Stored<K>, next: Stored<K>): Statement {
  const before = columnsOf(old);
  const changed = Object.entries(columnsOf(next)).filter(([name, value]) => value !== before[name]);
  const assignments = joined(
    changed.map(([name, value]) => sql`${raw(name)} = ${value}`),
    ", ",
  );
  return sql`UPDATE ${raw(TABLES[old.kind].table)} SET ${assignments} ${where(old)}`;
}

/** Removes a record, if this state of it is still there. */
export function erase(stored: Stored): Statement {
  return sql`DELETE FROM ${raw(TABLES[stored.kind].table)} ${where(stored)}`;
}

export function defaultDomain(): Statement {
  return sql`SELECT * FROM sip_domain WHERE is_default`;
}

/** The first few contacts that refer to a pool or a SIP domain. */
export function usersOf(kind: "pool" | "sip-domain", key: string, limit: number): Statement {
  return sql`SELECT * FROM contact WHERE ${reference(kind)} = ${key.toLowerCase()} ORDER BY sip_address LIMIT ${limit}`;
}

/** How many contacts refer to a pool or a SIP domain, as `total`. */
export function countUsersOf(kind: "pool" | "sip-domain", key: string): Statement {
  return sql`SELECT count(*) AS total FROM contact WHERE ${reference(kind)} = ${key.toLowerCase()}`;
}

/** Whoever holds an address. */
export function holderOf(sipAddress: SipAddress): Statement {
  return sql`SELECT * FROM contact WHERE sip_address = ${sipAddress.toLowerCase()}`;
}

/** A user by its account, whatever its address. */
export function accountOf(incarnation: Incarnation): Statement {
  return sql`SELECT * FROM ${from("sip-user")} AND incarnation = ${incarnation}`;
}

export function lookUp(sipAddress: SipAddress): Statement {
  return sql`
    SELECT contact.*, pool.active_servers, pool.port, pool.next_hop_pool
    FROM contact LEFT JOIN pool ON pool.pool_fqdn = contact.pool_fqdn
    WHERE contact.sip_address = ${sipAddress.toLowerCase()}`;
}

/** The last revision that a key had, in this life or an earlier one, as `last`. */
export function lastRevision(kind: Kind, key: string): Statement {
  return sql`SELECT max(revision) AS last FROM history WHERE kind = ${kind} AND key = ${key.toLowerCase()}`;
}

export function historyOf(kind: Kind, key: string): Statement {
  return sql`SELECT * FROM history WHERE kind = ${kind} AND key = ${key.toLowerCase()} ORDER BY sequence`;
}

export function everythingOf(kind: Kind): Statement {
  return sql`SELECT * FROM ${from(kind)} ORDER BY ${keyColumn(kind)}`;
}

export function wholeHistory(): Statement {
  return sql`SELECT * FROM history ORDER BY sequence`;
}

/** Whether a store holds or remembers anything, as a row or none. */
export function anything(): Statement {
  return sql`
    SELECT 1 AS found FROM history UNION ALL SELECT 1 FROM contact
    UNION ALL SELECT 1 FROM pool UNION ALL SELECT 1 FROM sip_domain UNION ALL SELECT 1 FROM cutover LIMIT 1`;
}

export function insertInto(table: string, columns: Columns): Statement {
  const names = Object.keys(columns).join(", ");
  return sql`INSERT INTO ${raw(`${table} (${names})`)} VALUES (${valuesOf(columns)})`;
}

/** The same of a row, made only where `condition`, a part of a statement that follows `SELECT …`, gives one. */
export function insertIf(table: string, columns: Columns, condition: Statement): Statement {
  const names = Object.keys(columns).join(", ");
  return sql`INSERT INTO ${raw(`${table} (${names})`)} SELECT ${valuesOf(columns)} ${condition}`;
}

function valuesOf(columns: Columns): Statement {
  return joined(
    Object.values(columns).map((value) => sql`${value}`),
    ", ",
  );
}

function from(kind: Kind): Statement {
  return raw(`${TABLES[kind].table} WHERE ${TABLES[kind].only}`);
}

function keyColumn(kind: Kind): Statement {
  return raw(TABLES[kind].key);
}

function reference(kind: "pool" | "sip-domain"): Statement {
  return raw(kind === "pool" ? "pool_fqdn" : "sip_domain");
}

/** The revision is looked at in the statement that writes, so that no write is lost that came between. */
function where({ kind, key, revision, incarnation }: Stored): Statement {
  return sql`WHERE ${keyColumn(kind)} = ${key} AND revision = ${Number(revision)} AND incarnation = ${incarnation}`;
}
