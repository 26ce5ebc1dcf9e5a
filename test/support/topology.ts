import type { Actor } from "../../provider/registry/registry";
import type { Workspace } from "./workspace";

/** The author of a write by hand: nobody owns what it makes. */
export const BY_HAND: Actor = { operator: "anna@admin01" };

/** The part of a program that its endpoints stand on. */
export const POOLS = `
const contoso = new SipDomain("contoso", { domain: "contoso.com" });
const p1 = new PersistentChatPool("p1", { poolFqdn: "p1.contoso.com", shape: "single" });
const p2 = new PersistentChatPool("p2", { poolFqdn: "p2.contoso.com", shape: "single" });
`;

/** The same in the registry, made by hand. */
export function makePools(workspace: Workspace, by = BY_HAND): Promise<void> {
  return workspace.registry(async (registry) => {
    await registry.create("sip-domain", { domain: "contoso.com" }, by);
    for (const poolFqdn of ["p1.contoso.com", "p2.contoso.com"])
      await registry.create("pool", { poolFqdn, shape: "single" }, by);
  });
}
