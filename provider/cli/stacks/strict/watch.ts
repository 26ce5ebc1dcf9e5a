import { KEY_FIELDS } from "../../../registry/records";
import type { TopologyRegistry } from "../../../registry/registry";
import { historyOf } from "../../../review/last-change";
import { providerBefore, SECRET } from "../../../review/preview";
import { type Moved, movedSince, movedSinceState } from "../../../review/strict/moved";
import { type SavedRecord, type SideFile, savedRecord } from "../../../review/strict/side-file";
import type { RecordName, Watch } from "../../../review/strict/watched";
import type { PlannedRegistry } from "./registries";

type Registries = ReadonlyMap<string | undefined, PlannedRegistry>;

/** How records are now. */
export async function saved(records: readonly RecordName[], registries: Registries): Promise<SavedRecord[]> {
  const found: SavedRecord[] = [];
  for (const record of records) {
    const { kind, key } = record;
    found.push(savedRecord(record, await registryOf(record.provider, registries).get(kind, key)));
  }
  return found;
}

/** Those of the records of a plan that are not as they were. */
export async function movedRecords({ records }: SideFile, registries: Registries): Promise<Moved[]> {
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

function registryOf(provider: string | undefined, registries: Registries): TopologyRegistry {
  const opened = registries.get(provider);
  if (opened === undefined) throw new Error(`the registry of '${provider}' is not open`);
  return opened.registry;
}
