import { KIND_LABELS, KINDS, type Kind, type PoolRecord, type RecordOf } from "../registry/records";
import type { Stored } from "../registry/registry";
import { type Command, type CommandRegistry, UsageError } from "./command";
import { kindOf } from "./operands";
import { shown } from "./shown";
import { table } from "./table";

/**
 * `list [kind]`: the records of one kind, or of all. As JSON one list of `{kind, key, record, revision, incarnation,
 * managedBy?}`, kind by kind and in the order of the keys; a record is without what nobody is shown.
 */
export const list: Command = (operands) => {
  const [word, ...rest] = operands;
  if (rest.length > 0) throw new UsageError("list takes one kind, or none for all");
  const kinds = word === undefined ? KINDS : [kindOf(word)];
  return async (registry) => {
    const found: Stored[] = [];
    const tables: string[] = [];
    for (const kind of kinds) {
      const stored = await listed(registry, kind);
      if (stored.length === 0) continue;
      found.push(...stored);
      tables.push(table(COLUMNS[kind], stored.map(cellsOf)));
    }
    const nothing =
      kinds === KINDS
        ? "the registry is empty"
        : kinds.map((kind) => `the registry has no ${KIND_LABELS[kind]}`).join();
    const json = found.map((stored) => ({ ...stored, record: shown(stored.record) }));
    return { json, text: tables.join("\n\n") || nothing };
  };
};

const COLUMNS: Readonly<Record<Kind, readonly string[]>> = {
  "sip-domain": ["SIP DOMAIN", "DEFAULT", "MANAGED BY"],
  pool: ["POOL", "SHAPE", "STATE", "PORT", "NEXT HOP", "SERVERS", "MANAGED BY", "DISPLAY NAME"],
  endpoint: ["ENDPOINT", "POOL", "MANAGED BY", "DISPLAY NAME"],
  "sip-user": ["SIP USER", "MANAGED BY", "DISPLAY NAME"],
  cutover: ["CUTOVER", "STAGE", "LEASE", "MANAGED BY"],
};

const CELLS: { readonly [K in Kind]: (record: RecordOf<K>) => string[] } = {
  "sip-domain": ({ domain, isDefault }) => [domain, isDefault ? "yes" : "no"],
  pool: (pool) => [
    pool.poolFqdn,
    pool.shape,
    pool.poolState,
    String(pool.port),
    pool.nextHopPool ?? "",
    members(pool),
  ],
  endpoint: ({ sipAddress, poolFqdn }) => [sipAddress, poolFqdn],
  "sip-user": ({ sipAddress }) => [sipAddress],
  cutover: ({ name, stage, lease }) => [name, stage, lease?.holder ?? ""],
};

/** Free text comes last, where a kind has any: how wide a terminal draws it is not known. */
function cellsOf<K extends Kind>({ kind, record, managedBy }: Stored<K>): string[] {
  const displayName = "displayName" in record ? record.displayName : undefined;
  return [...CELLS[kind](record), managedBy ?? "", displayName ?? ""];
}

function members({ servers, activeServers }: PoolRecord): string {
  return servers
    .map((server) => (activeServers.includes(server) ? server : `${server} (standby)`))
    .join(", ");
}

async function listed<K extends Kind>(registry: CommandRegistry, kind: K): Promise<Stored<K>[]> {
  const found: Stored<K>[] = [];
  for await (const stored of registry.list(kind)) found.push(stored);
  return found;
}
