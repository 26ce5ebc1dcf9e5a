import type { TopologyRegistry } from "../../provider/registry/registry";
import type { SipAddress } from "../../provider/registry/sip-address";

export const BY = { managedBy: "chat/test/endpoint", operator: "bench@bench" };

const DOMAIN = "contoso.com";
const POOL = "pcpool.contoso.com";

/** The SIP domain and the pool that every endpoint here needs. */
export async function newContents(registry: TopologyRegistry): Promise<void> {
  await registry.create("sip-domain", { domain: DOMAIN }, BY);
  await registry.create("pool", { poolFqdn: POOL, shape: "multiple" }, BY);
}

export function recordOf(number: number) {
  const sipAddress: SipAddress = `sip:chat${number}@${DOMAIN}`;
  return { sipAddress, poolFqdn: POOL, displayName: `Group Chat ${number}` };
}
