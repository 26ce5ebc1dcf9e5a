import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRegistry } from "../../provider/backends/index";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { type Comparison, compare, type Pair, timed } from "./measure";
import { RawRegistry } from "./raw-registry";
import { BY, newContents, recordOf } from "./records";

/** Calls in one measurement: enough that a measurement lasts tens of milliseconds. */
const CREATES = 100;
const GETS = 5000;
const PAIRS_PER_ROUND = 5;

export interface RegistryFigures {
  /** Calls in each measurement. */
  calls: { create: number; get: number };
  create: Comparison;
  get: Comparison;
}

/** Measures the SQLite registry against the bare statements, each on a file of its own. */
export async function measureRegistry(rounds: number, say: (line: string) => void): Promise<RegistryFigures> {
  say("registry");
  const folder = mkdtempSync(join(tmpdir(), "persistentchat-"));
  try {
    const registry = await newRegistry(join(folder, "ours.db"));
    const rawFile = join(folder, "raw.db");
    await (await newRegistry(rawFile)).close();
    const raw = new RawRegistry(rawFile);
    try {
      return await measured(registry, raw, rounds * PAIRS_PER_ROUND);
    } finally {
      await registry.close();
      raw.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measured(registry: TopologyRegistry, raw: RawRegistry, pairs: number) {
  const create: Pair[] = [];
  const get: Pair[] = [];
  // The first pair warms up.
  for (let pair = 0; pair <= pairs; pair++) {
    const records = Array.from({ length: CREATES }, (_, i) => recordOf(pair * CREATES + i));
    create.push({
      ours: await timed(async () => {
        for (const record of records) await registry.create("endpoint", record, BY);
      }),
      reference: await timed(() => {
        for (const record of records) raw.create(record, BY);
      }),
    });
    const keys = Array.from({ length: GETS }, (_, i) => recordOf(i % CREATES).sipAddress);
    get.push({
      ours: await timed(async () => {
        for (const key of keys) await registry.get("endpoint", key);
      }),
      reference: await timed(() => {
        for (const key of keys) raw.get(key);
      }),
    });
  }
  return {
    calls: { create: CREATES, get: GETS },
    create: compare(create.slice(1)),
    get: compare(get.slice(1)),
  };
}

async function newRegistry(path: string): Promise<TopologyRegistry> {
  const registry = openRegistry({ backend: "sqlite", path });
  await newContents(registry);
  return registry;
}
