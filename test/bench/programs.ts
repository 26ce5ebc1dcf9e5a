const DOMAIN = "contoso.com";
const POOL = "pcpool.contoso.com";

// Both programs declare a SIP domain, a pool, and so many endpoints that take the pool's name from its resource. Each is the
// whole file, so that neither loads what only the other one needs.

/** A program with `size` endpoints of this package. */
export function endpoints(size: number): string {
  return `
const { SipDomain, PersistentChatPool, LegacyEndpoint } = require("pulumi-persistentchat");
new SipDomain("domain", { domain: "${DOMAIN}", isDefault: true });
const pool = new PersistentChatPool("pool", { poolFqdn: "${POOL}", shape: "multiple", servers: ["pc01.${DOMAIN}", "pc02.${DOMAIN}"] });
for (let i = 0; i < ${size}; i++)
  new LegacyEndpoint("endpoint-" + i, ${ARGUMENTS});
`;
}

/** The same program with dynamic resources that do nothing. */
export function dynamicResources(size: number, sharing: "one provider" | "a provider each"): string {
  return `
const pulumi = require("@pulumi/pulumi");
const newProvider = () => ({
  async create(inputs) {
    return { id: inputs.sipAddress ?? inputs.poolFqdn ?? inputs.domain, outs: inputs };
  },
});
const shared = newProvider();
const provider = ${sharing === "one provider" ? "() => shared" : "newProvider"};
class Domain extends pulumi.dynamic.Resource {
  constructor(name, args, opts) {
    super(provider(), name, args, opts, "bench", "Domain");
  }
}
class Pool extends pulumi.dynamic.Resource {
  constructor(name, args, opts) {
    super(provider(), name, args, opts, "bench", "Pool");
  }
}
class Endpoint extends pulumi.dynamic.Resource {
  constructor(name, args, opts) {
    super(provider(), name, args, opts, "bench", "Endpoint");
  }
}
new Domain("domain", { domain: "${DOMAIN}", isDefault: true });
const pool = new Pool("pool", { poolFqdn: "${POOL}", shape: "multiple", servers: ["pc01.${DOMAIN}", "pc02.${DOMAIN}"] });
for (let i = 0; i < ${size}; i++)
  new Endpoint("endpoint-" + i, ${ARGUMENTS});
`;
}

const ARGUMENTS = `{ sipAddress: "sip:chat" + i + "@${DOMAIN}", poolFqdn: pool.poolFqdn, displayName: "Group Chat " + i }`;

/** Ends the type of an endpoint in the state of either program. */
export const ENDPOINT_TYPE = /:(Legacy)?Endpoint$/;
