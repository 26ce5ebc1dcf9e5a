import type { Kind, NewRecordOf } from "../../provider/registry/records";
import type { Actor, TopologyRegistry } from "../../provider/registry/registry";

export const ANNA: Actor = { managedBy: "chat/prod/lobby", operator: "anna@admin01" };
export const BERT: Actor = { managedBy: "chat/test/lobby", operator: "bert@admin02" };
export const BY_HAND: Actor = { operator: "carol@admin03" };

export const DOMAIN = "contoso.com";
export const POOL = "chat1.contoso.com";
export const OTHER_POOL = "chat2.contoso.com";
export const ADDRESS = "sip:ocschat@contoso.com";

/** The keys of what `furnish` makes. */
export const FURNITURE: readonly string[] = [DOMAIN, POOL, OTHER_POOL];

/** How a record comes to be in a store. */
export type Put = <K extends Kind>(kind: K, record: NewRecordOf<K>) => Promise<unknown>;

/** A registry with one SIP domain and two pools. */
export function furnish(registry: TopologyRegistry): Promise<void> {
  return furnishWith((kind, record) => registry.create(kind, record, ANNA));
}

export async function furnishWith(put: Put): Promise<void> {
  await put("sip-domain", { domain: DOMAIN, isDefault: true });
  await put("pool", { poolFqdn: POOL, shape: "multiple", servers: serversOf(POOL, 2) });
  await put("pool", { poolFqdn: OTHER_POOL, shape: "multiple" });
}

export function serversOf(pool: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `s${index + 1}.${pool}`);
}
