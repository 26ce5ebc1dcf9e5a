import fc from "fast-check";
import type { PoolRecord } from "../../provider/registry/records";
import type { Stored } from "../../provider/registry/registry";
import type { SipAddress } from "../../provider/registry/sip-address";
import { hostileParts } from "./hostile-texts";

const label = fc.oneof(
  fc.constantFrom("pcpool", "chat", "new", "2010", "a-b", "ab", "contoso", "fabrikam", "com"),
  fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/),
);
const fqdn = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => [...labels, "test"].join("."));
const user = fc.oneof(
  fc.constantFrom("ocschat", "chat", "a.b", "a-b", "a_b", "contoso", "-", "default"),
  fc.stringMatching(/^(?:[a-z0-9_.!~'()&=+$,;?/-]|%2f){1,70}$/),
);
const displayName = fc.option(
  hostileParts.map((parts) => parts.join("").trim().slice(0, 256)).filter((text) => text !== ""),
  { nil: undefined },
);

/** Records as a registry may hold them, kind by kind, that nobody manages; those of programs, and those that no program may declare. */
export const estates: fc.Arbitrary<Stored[]> = fc
  .record({
    domains: fc.uniqueArray(fqdn, { minLength: 1, maxLength: 3 }),
    pools: fc.uniqueArray(
      fc.record({ poolFqdn: fqdn, displayName, shape: fc.constantFrom("single", "multiple") }),
      {
        selector: ({ poolFqdn }) => poolFqdn,
        minLength: 1,
        maxLength: 4,
      },
    ),
    endpoints: fc.uniqueArray(fc.record({ user, displayName, domain: fc.nat(), pool: fc.nat() }), {
      selector: ({ user: name, domain }) => `${name} ${domain}`,
      maxLength: 8,
    }),
    count: fc.integer({ min: 1, max: 8 }),
  })
  .map(({ domains, pools, endpoints, count }) => {
    const stored = (kind: Stored["kind"], key: string, record: object) =>
      ({ kind, key, record, revision: "1", incarnation: "i" }) as Stored;
    const all = [
      ...domains.map((domain, place) => stored("sip-domain", domain, { domain, isDefault: place === 0 })),
      ...pools.map((pool) => stored("pool", pool.poolFqdn, poolOf(pool as PoolRecord, count))),
      ...endpoints.map((one) => {
        const { length } = domains;
        const sipAddress: SipAddress = `sip:${one.user}@${domains[one.domain % length] ?? ""}`;
        const { poolFqdn } = pools[one.pool % pools.length] ?? {};
        return stored(
          "endpoint",
          sipAddress,
          without({ sipAddress, poolFqdn, displayName: one.displayName }),
        );
      }),
    ];
    return [...new Map(all.map((one) => [`${one.kind} ${one.key}`, one])).values()];
  });

function poolOf({ poolFqdn, shape, displayName: name }: PoolRecord, count: number): object {
  const servers =
    shape === "single" ? [poolFqdn] : Array.from({ length: count }, (_, place) => `s${place}.${poolFqdn}`);
  return without({
    ...{ poolFqdn, shape, displayName: name, servers, port: 5041, poolState: "Normal" },
    activeServers: servers.slice(0, 4),
    settings: { defaultChatHistory: 30, maxFileSizeKB: 20000, participantUpdateLimit: 75 },
  });
}

function without(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
