import type { Kind } from "../../../registry/records";
import type { TopologyRegistry } from "../../../registry/registry";

/** The other kinds of which the registry has any, but for those that are made elsewhere. */
export async function othersOf(registry: Pick<TopologyRegistry, "list" | "capabilities">): Promise<Kind[]> {
  const found: Kind[] = [];
  for (const kind of ["sip-user", "cutover"] as const) {
    if (registry.capabilities.observed.includes(kind)) continue;
    for await (const _ of registry.list(kind)) {
      found.push(kind);
      break;
    }
  }
  return found;
}
