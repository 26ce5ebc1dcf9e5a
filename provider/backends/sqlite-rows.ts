import type { SQLInputValue } from "node:sqlite";
import { z } from "zod";
import { defined } from "../registry/changes";
import { type Kind, keyOf, type RecordOf } from "../registry/records";
import type { Change, Resolution, Stored } from "../registry/registry";
import { DamagedRow } from "./sqlite-errors";
import { firstProblem, STORED_RECORDS } from "./stored-records";

export type Row = Readonly<Record<string, unknown>>;
type Columns = Record<string, SQLInputValue>;

/** Where the records of each kind are. `only` keeps kinds apart that share a table. */
export const TABLES = {
  "sip-domain": { table: "sip_domain", key: "domain", only: "TRUE" },
  pool: { table: "pool", key: "pool_fqdn", only: "TRUE" },
  endpoint: { table: "contact", key: "sip_address", only: "kind = 'endpoint'" },
  "sip-user": { table: "contact", key: "sip_address", only: "kind = 'sip-user'" },
} as const satisfies Record<Kind, { table: string; key: string; only: string }>;

export function columnsOf<K extends Kind>(kind: K, record: RecordOf<K>): Columns {
  return TO_COLUMNS[kind](record);
}

const TO_COLUMNS: { readonly [K in Kind]: (record: RecordOf<K>) => Columns } = {
  "sip-domain": (domain) => ({ domain: domain.domain, is_default: domain.isDefault ? 1 : 0 }),
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
  }),
};

const FROM_ROW: { readonly [K in Kind]: (row: Row) => object } = {
  "sip-domain": (row) => ({ domain: row.domain, isDefault: row.is_default === 1 }),
  pool: (row) => ({
    poolFqdn: row.pool_fqdn,
    shape: row.shape,
    displayName: row.display_name ?? undefined,
    servers: json(row.servers),
    activeServers: json(row.active_servers),
    nextHopPool: row.next_hop_pool ?? undefined,
    port: row.port,
    settings: json(row.settings),
    poolState: row.pool_state,
  }),
  endpoint: (row) => ({
    sipAddress: row.sip_address,
    poolFqdn: row.pool_fqdn,
    displayName: row.display_name ?? undefined,
  }),
  "sip-user": (row) => ({ sipAddress: row.sip_address, displayName: row.display_name ?? undefined }),
};

const owner = z
  .string()
  .nullable()
  .transform((managedBy) => (managedBy === null ? {} : { managedBy }));

const bookkeeping = z
  .object({ revision: z.int().transform(String), incarnation: z.string(), managed_by: owner })
  .transform(({ managed_by, ...rest }) => ({ ...rest, ...managed_by }));

const historyEntry = z.object({
  sequence: z.int(),
  at: z.string(),
  action: z.enum(["create", "update", "claim", "remove"]),
  operator: z.string(),
});

const answeringPool = z
  .object({ servers: z.array(z.string()), port: z.int(), nextHopPool: z.string().nullable() })
  .transform(({ nextHopPool, ...rest }) => (nextHopPool === null ? rest : { ...rest, nextHopPool }));

export function storedOf<K extends Kind>(kind: K, row: Row): Stored<K> {
  return undamaged(`${TABLES[kind].table} '${row[TABLES[kind].key]}'`, () => {
    const record = STORED_RECORDS[kind].parse(defined(FROM_ROW[kind](row)));
    return { kind, key: keyOf(kind, record), record, ...bookkeeping.parse(row) };
  });
}

export function changeOf<K extends Kind>(kind: K, row: Row): Change<K> {
  return undamaged(`history ${row.sequence}`, () => {
    const { operator, ...entry } = historyEntry.parse(row);
    const { managedBy, ...rest } = bookkeeping.parse(row);
    const schema = STORED_RECORDS[kind];
    return {
      ...entry,
      ...rest,
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
  if (row.kind === "sip-user") return { kind: "sip-user", ...storedOf("sip-user", row).record };
  const endpoint = storedOf("endpoint", row).record;
  return undamaged(`pool '${endpoint.poolFqdn}'`, () => ({
    kind: "endpoint",
    ...endpoint,
    ...answeringPool.parse({
      servers: json(row.active_servers),
      port: row.port,
      nextHopPool: row.next_hop_pool,
    }),
  }));
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
