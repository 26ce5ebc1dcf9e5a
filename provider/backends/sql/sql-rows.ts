import { z } from "zod";
import { defined } from "../../registry/changes";
import { RegistryError } from "../../registry/errors";
import { named } from "../../registry/failures";
import { type Kind, keyOf, type RecordOf } from "../../registry/records";
import type { Change, Resolution, Stored } from "../../registry/registry";
import { firstProblem, STORED_RECORDS } from "../stored-records";
import type { Row, Value } from "./sql";

// Lists, settings and the states in the history are JSON text on their way in. On their way out, and for booleans and wide
// numbers, each driver has its own types; the readers take them all.

/** A row that is none of our making. */
export class DamagedRow extends Error {}

export type Columns = Readonly<Record<string, Value>>;

/** Where the records of each kind are. `only` keeps kinds apart that share a table. */
export const TABLES = {
  "sip-domain": { table: "sip_domain", key: "domain", only: "TRUE" },
  pool: { table: "pool", key: "pool_fqdn", only: "TRUE" },
  endpoint: { table: "contact", key: "sip_address", only: "kind = 'endpoint'" },
  "sip-user": { table: "contact", key: "sip_address", only: "kind = 'sip-user'" },
  cutover: { table: "cutover", key: "name", only: "TRUE" },
} as const satisfies Record<Kind, { table: string; key: string; only: string }>;

/** Every column of a record's row. */
export function columnsOf<K extends Kind>(stored: Stored<K>): Columns {
  return {
    ...TO_COLUMNS[stored.kind](stored.record),
    revision: Number(stored.revision),
    incarnation: stored.incarnation,
    managed_by: stored.managedBy ?? null,
  };
}

/** Every column of a history entry's row, but for its place in the sequence, which the store gives it. */
export function historyColumnsOf(kind: Kind, key: string, entry: Omit<Change, "sequence">): Columns {
  return {
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
}

const TO_COLUMNS: { readonly [K in Kind]: (record: RecordOf<K>) => Columns } = {
  "sip-domain": (domain) => ({ domain: domain.domain, is_default: domain.isDefault }),
  pool: (pool) => ({
    pool_fqdn: pool.poolFqdn,
    shape: pool.shape,
    display_name: pool.displayName ?? null,
    servers: JSON.stringify(pool.servers),
    active_servers: JSON.stringify(pool.activeServers),
    next_hop_pool: pool.nextHopPool ?? null,
    port: pool.port,
    settings: JSON.stringify(pool.settings),
    pool_state: pool.poolState,
  }),
  endpoint: (endpoint) => ({
    kind: "endpoint",
    sip_address: endpoint.sipAddress,
    pool_fqdn: endpoint.poolFqdn,
    display_name: endpoint.displayName ?? null,
  }),
  "sip-user": (user) => ({
    kind: "sip-user",
    sip_address: user.sipAddress,
    display_name: user.displayName ?? null,
    attributes: user.attributes === undefined ? null : JSON.stringify(user.attributes),
  }),
  cutover: ({ name, ...progress }) => ({ name, progress: JSON.stringify(progress) }),
};

const FROM_ROW: { readonly [K in Kind]: (row: Row) => object } = {
  "sip-domain": (row) => ({ domain: row.domain, isDefault: row.is_default === 1 || row.is_default === true }),
  pool: (row) => ({
    poolFqdn: row.pool_fqdn,
    shape: row.shape,
    ...given("displayName", row.display_name),
    servers: json(row.servers),
    activeServers: json(row.active_servers),
    ...given("nextHopPool", row.next_hop_pool),
    port: row.port,
    settings: json(row.settings),
    poolState: row.pool_state,
  }),
  endpoint: (row) => ({
    sipAddress: row.sip_address,
    poolFqdn: row.pool_fqdn,
    ...given("displayName", row.display_name),
  }),
  "sip-user": (row) => ({
    sipAddress: row.sip_address,
    ...given("displayName", row.display_name),
    ...given("attributes", json(row.attributes)),
  }),
  cutover: (row) => ({ name: row.name, ...(json(row.progress) as object) }),
};

/** A field that a record has only where its column has a value. */
function given(field: string, value: unknown): object | undefined {
  return value === null ? undefined : { [field]: value };
}

/** A whole number of a column that is wider than JavaScript's numbers: one driver gives it as text. */
const count = z.union([z.int(), z.string().regex(/^[0-9]{1,15}$/, "it is not a whole number")]);

// Without transformations, which cost more than all the rest of a read.
const bookkeeping = z.object({
  revision: count,
  incarnation: z.string(),
  managed_by: z.string().nullable(),
});

const historyEntry = z.object({
  sequence: count,
  at: z.string(),
  action: z.enum(["create", "update", "claim", "remove"]),
  operator: z.string(),
});

const answeringPool = z.object({
  servers: z.array(z.string()),
  port: z.int(),
  nextHopPool: z.string().optional(),
});

export function storedOf<K extends Kind>(kind: K, row: Row): Stored<K> {
  return undamaged(`${TABLES[kind].table} '${row[TABLES[kind].key]}'`, () => {
    const record = STORED_RECORDS[kind].parse(FROM_ROW[kind](row));
    return { kind, key: keyOf(kind, record), record, ...bookkeepingOf(row) };
  });
}

function bookkeepingOf(row: Row): Pick<Stored, "revision" | "incarnation" | "managedBy"> {
  const { revision, incarnation, managed_by } = bookkeeping.parse(row);
  const bare = { revision: String(revision), incarnation };
  return managed_by === null ? bare : { ...bare, managedBy: managed_by };
}

export function changeOf<K extends Kind>(kind: K, row: Row): Change<K> {
  return undamaged(`history ${row.sequence}`, () => {
    const { operator, sequence, ...entry } = historyEntry.parse(row);
    const { managedBy, ...rest } = bookkeepingOf(row);
    const schema = STORED_RECORDS[kind];
    return {
      ...entry,
      ...rest,
      sequence: Number(sequence),
      by: defined({ managedBy, operator }),
      ...defined({
        from: row.was === null ? undefined : schema.parse(json(row.was)),
        to: row.became === null ? undefined : schema.parse(json(row.became)),
      }),
    };
  });
}

/** A row of `contact`, joined with the pool of an endpoint. */
export function resolutionOf(row: Row): Resolution {
  if (row.kind === "sip-user") {
    const { attributes: _, ...user } = storedOf("sip-user", row).record;
    return { kind: "sip-user", ...user };
  }
  const endpoint = storedOf("endpoint", row).record;
  return undamaged(`pool '${endpoint.poolFqdn}'`, () => ({
    kind: "endpoint",
    ...endpoint,
    ...answeringPool.parse({
      servers: json(row.active_servers),
      port: row.port,
      ...given("nextHopPool", row.next_hop_pool),
    }),
  }));
}

/** A record in the form in which a store keeps it, every name in lower case. Fails with `invalid`. */
export function canonical<K extends Kind>(verb: string, kind: K, record: RecordOf<K>): RecordOf<K> {
  const parsed = STORED_RECORDS[kind].safeParse(record);
  if (parsed.success) return parsed.data;
  throw new RegistryError(
    "invalid",
    `cannot ${verb} ${named(kind, keyOf(kind, record))}: ${firstProblem(parsed.error)}`,
  );
}

/** Runs `parse`, and reports what fails in it as a row that somebody damaged. */
function undamaged<T>(row: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof z.ZodError || error instanceof SyntaxError)) throw error;
    const problem = error instanceof z.ZodError ? firstProblem(error) : error.message;
    throw new DamagedRow(`the row ${row} is damaged (${problem}); correct it by hand, or restore a backup`, {
      cause: error,
    });
  }
}

function json(text: unknown): unknown {
  return typeof text === "string" ? JSON.parse(text) : text;
}
