import { KEY_FIELDS } from "../../../registry/records";
import type { Stored, TopologyRegistry } from "../../../registry/registry";
import { historyOf } from "../../../review/last-change";
import { providerBefore, SECRET } from "../../../review/preview";
import { type Moved, movedDefault, movedSince, movedSinceState } from "../../../review/strict/moved";
import {
  type SavedDefault,
  type SavedRecord,
  type SideFile,
  savedRecord,
} from "../../../review/strict/side-file";
import type { RecordName, Watch } from "../../../review/strict/watched";
import type { PlannedRegistry } from "./registries";

type Registries = ReadonlyMap<string | undefined, PlannedRegistry>;

/** How all that a plan stands on is now. */
export async function saved(
  { records: watched, marking }: Watch,
  registries: Registries,
): Promise<Pick<SideFile, "records" | "defaults">> {
  const defaults: SavedDefault[] = [];
  const losing: RecordName[] = [];
  for (const provider of marking) {
    const owner = provider !== undefined && { provider };
    const domain = (await defaultIn(registryOf(provider, registries)))?.key;
    defaults.push({ ...owner, ...(domain !== undefined && { domain }) });
    const isWatched = watched.some(
      (one) => one.provider === provider && one.kind === "sip-domain" && one.key === domain,
    );
    if (domain !== undefined && !isWatched) losing.push({ ...owner, kind: "sip-domain", key: domain });
  }
  const records: SavedRecord[] = [];
  for (const record of [...watched, ...losing]) {
    const { kind, key } = record;
    records.push(savedRecord(record, await registryOf(record.provider, registries).get(kind, key)));
  }
  return { records, defaults };
}

/** What is not as it was when a plan was made. */
export async function movedSincePlan(side: SideFile, registries: Registries): Promise<Moved[]> {
  return [...(await movedDefaults(side, registries)), ...(await movedRecords(side, registries))];
}

async function movedDefaults({ defaults }: SideFile, registries: Registries): Promise<Moved[]> {
  const found: Moved[] = [];
  for (const one of defaults) {
    const registry = registryOf(one.provider, registries);
    const live = await defaultIn(registry);
    // Where none is the default any more, the record of the one that was tells.
    if (live === undefined || live.key === one.domain) continue;
    found.push(movedDefault(one, live, await historyOf(registry, live.kind, live.key)));
  }
  return found;
}

async function movedRecords({ records }: SideFile, registries: Registries): Promise<Moved[]> {
  const found: Moved[] = [];
  for (const record of records) {
    const registry = registryOf(record.provider, registries);
    const live = await registry.get(record.kind, record.key);
    // Most did not move, and a history costs more than a record.
    if (movedSince(record, live, []) === undefined) continue;
    const moved = movedSince(record, live, await historyOf(registry, record.kind, record.key));
    if (moved) found.push(moved);
  }
  return found;
}

/** What is not as the preview shows it, since the stack has not seen it so. */
export async function strayed({ shown }: Watch, registries: Registries): Promise<Moved[]> {
  const found: Moved[] = [];
  for (const step of shown) {
    const { kind, before } = step;
    const key = kind && before?.[KEY_FIELDS[kind]];
    if (kind === undefined || typeof key !== "string" || key === SECRET) continue;
    const registry = registryOf(providerBefore(step), registries);
    const live = await registry.get(kind, key);
    if (movedSinceState(step, key, live, []) === undefined) continue;
    const moved = movedSinceState(step, key, live, await historyOf(registry, kind, key));
    if (moved) found.push(moved);
  }
  return found;
}

async function defaultIn(registry: TopologyRegistry): Promise<Stored<"sip-domain"> | undefined> {
  for await (const domain of registry.list("sip-domain")) if (domain.record.isDefault) return domain;
  return undefined;
}

function registryOf(provider: string | undefined, registries: Registries): TopologyRegistry {
  const opened = registries.get(provider);
  if (opened === undefined) throw new Error(`the registry of '${provider}' is not open`);
  return opened.registry;
}
