import { argumentsOf, notDeclarable } from "../../../adopt/arguments";
import type { ProjectEngine } from "../../../engine/project-engine";
import type { Stored, TopologyRegistry } from "../../../registry/registry";
import type { RegistrySettings } from "../../../registry/settings";
import { recordKey } from "../../../review/declared";
import { type LostRecord, lostIn, type Unmanaged, unmanagedIn } from "../../../review/unmanaged";
import { knownFrom, type Look, type UnreadStack, unreadOf } from "../known-stacks";
import { recordsIn } from "../registries";
import { stateOf } from "../told-by-engine";

/** A registry of a stack, and what it held before the stacks were looked at. */
export interface ReadRegistry {
  /** Logical name of the explicit provider; absent for the stack's own. */
  provider?: string;
  settings: RegistrySettings;
  registry: Pick<TopologyRegistry, "capabilities" | "list">;
  records: readonly Stored[];
}

export interface Findings extends Unmanaged {
  unread: UnreadStack[];
}

/** The stacks of a project, as they were found. */
export interface Project {
  name: string;
  engine: ProjectEngine;
  looks: readonly Look[];
}

/** What no stack of the project declares in a registry, and what they declare there that it lost. */
export async function findingsIn(read: ReadRegistry, project: Project): Promise<Findings> {
  const { provider, settings, registry, records } = read;
  const { ownership: keepsOwners } = registry.capabilities;
  const stacks = knownFrom(settings, project.looks);
  const { unmanaged, ofOthers, lost } = unmanagedIn(records, project.name, stacks, keepsOwners);
  const whole = new Map(records.map((stored) => [recordKey(stored), stored]));
  const placed = <T extends object>(one: T) => ({ ...one, ...(provider !== undefined && { provider }) });
  return {
    unmanaged: unmanaged.map((one) => {
      const stored = whole.get(recordKey(one));
      const said = stored && argumentsOf(stored);
      const isDeclarable = said === undefined || "given" in said;
      return placed({ ...one, reason: isDeclarable ? one.reason : `${one.reason}; ${notDeclarable(said)}` });
    }),
    ofOthers: ofOthers.map(placed),
    lost: await stillLost(lost, read, project),
    unread: unreadOf(project.looks, keepsOwners ? undefined : { records, stacks }),
  };
}

/** What of it is lost at a second look: registry and states are read one after the other, while a run may be at work. */
export async function stillLost(
  lost: readonly LostRecord[],
  { settings, registry }: Pick<ReadRegistry, "settings" | "registry">,
  { engine, looks }: Project,
): Promise<LostRecord[]> {
  if (lost.length === 0) return [];
  const again: Look[] = [];
  for (const look of looks)
    if (lost.some(({ stack }) => stack === look.stack))
      again.push({ ...look, state: await stateOf(engine, look.fullName) });
  const asText = ({ stack, ...record }: LostRecord) => `${stack} ${recordKey(record)}`;
  const first = new Set(lost.map(asText));
  return lostIn(await recordsIn(registry), knownFrom(settings, again)).filter((one) =>
    first.has(asText(one)),
  );
}
