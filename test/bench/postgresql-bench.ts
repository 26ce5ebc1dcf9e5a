import { openRegistry } from "../../provider/backends/index";
import { PAGE_SIZE } from "../../provider/backends/sql/sql-registry";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { parseRegistrySettings } from "../../provider/registry/settings";
import type { PostgresServer } from "../support/postgres-server";
import { type Comparison, compare, type Pair, timed } from "./measure";
import { RawPostgresql } from "./raw-postgresql";
import { BY, newContents, recordOf } from "./records";

/** Endpoints in each registry when it is read, of which each measurement of a create makes a part. */
const ENDPOINTS = 1000;
const PAIRS_PER_ROUND = 5;
const READS = 500;

export interface PostgresqlFigures {
  /** Calls in each measurement; a list is one of 1,000 endpoints. */
  calls: { create: number; get: number; resolve: number; list: number };
  create: Comparison;
  get: Comparison;
  resolve: Comparison;
  list: Comparison;
}

/** Measures the PostgreSQL registry, one call after the other, against the same statements of the bare driver. */
export async function measurePostgresql(
  server: PostgresServer,
  rounds: number,
  say: (line: string) => void,
): Promise<PostgresqlFigures> {
  say("registry in PostgreSQL");
  const registry = await newRegistry(server, "ours");
  await (await newRegistry(server, "raw")).close();
  const raw = await RawPostgresql.connect(server.url(), "raw");
  try {
    return await measured(registry, raw, rounds * PAIRS_PER_ROUND);
  } finally {
    await registry.close();
    await raw.close();
  }
}

async function measured(registry: TopologyRegistry, raw: RawPostgresql, pairs: number) {
  const figures = { create: [] as Pair[], get: [] as Pair[], resolve: [] as Pair[], list: [] as Pair[] };
  const creates = Math.ceil(ENDPOINTS / pairs);
  for (let pair = 0; pair < pairs; pair++) {
    const records = Array.from({ length: creates }, (_, i) => recordOf(pair * creates + i));
    figures.create.push({
      ours: await each(records, (record) => registry.create("endpoint", record, BY)),
      reference: await each(records, (record) => raw.create(record, BY)),
    });
  }
  const keys = Array.from({ length: READS }, (_, i) => recordOf(i).sipAddress);
  let last = "";
  for (let pair = 0; pair < pairs; pair++) {
    figures.get.push({
      ours: await each(keys, (key) => registry.get("endpoint", key)),
      reference: await each(keys, (key) => raw.get(key)),
    });
    figures.resolve.push({
      ours: await each(keys, (key) => registry.resolve(key)),
      reference: await each(keys, (key) => raw.resolve(key)),
    });
    figures.list.push({
      ours: await timed(async () => {
        for await (const { key } of registry.list("endpoint")) last = key;
      }),
      reference: await timed(() => raw.list(PAGE_SIZE)),
    });
  }
  if (last === "") throw new Error("the list was empty");
  // The first pair of each warms up.
  const compared = (all: Pair[]) => compare(all.length > 1 ? all.slice(1) : all);
  return {
    calls: { create: creates, get: READS, resolve: READS, list: 1 },
    create: compared(figures.create),
    get: compared(figures.get),
    resolve: compared(figures.resolve),
    list: compared(figures.list),
  };
}

function each<T>(items: readonly T[], call: (item: T) => Promise<unknown>): Promise<number> {
  return timed(async () => {
    for (const item of items) await call(item);
  });
}

async function newRegistry(server: PostgresServer, schema: string): Promise<TopologyRegistry> {
  const registry = openRegistry(parseRegistrySettings(server.url({ parameters: { schema } }), "/"));
  await newContents(registry);
  return registry;
}
