import type { NewRecordOf } from "../../provider/registry/records";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { CONTOSO } from "../../provider/simulator/contoso";
import type { World, WorldInput } from "../../provider/simulator/world";
import { BY_HAND } from "./topology";
import { provide } from "./world-edits";

export const DOMAINS = ["contoso.test", "fabrikam.test", "tailspin.test"] as const;

export const POOLS: NewRecordOf<"pool">[] = [
  {
    poolFqdn: "pcpool.contoso.test",
    shape: "multiple",
    displayName: `Zentrale "grün", 日本 \u202eback`,
    servers: [1, 2, 3, 4, 5, 6].map((number) => `pc0${number}.contoso.test`),
    activeServers: ["pc01.contoso.test", "pc02.contoso.test", "pc05.contoso.test"],
    nextHopPool: "fepool.contoso.test",
    port: 5042,
    settings: { defaultChatHistory: 50, roomManagementUrl: "https://rooms.contoso.test/?a='b'" },
  },
  {
    poolFqdn: "pcpool.fabrikam.test",
    shape: "multiple",
    servers: ["pc01.fabrikam.test"],
    nextHopPool: "fepool.fabrikam.test",
  },
  { poolFqdn: "new.contoso.test", shape: "single", nextHopPool: "fepool.contoso.test" },
  { poolFqdn: "2010.tailspin.test", shape: "single", nextHopPool: "fepool.contoso.test" },
  {
    poolFqdn: "a-pool-with-quite-a-long-name-of-its-own.tailspin.test",
    shape: "single",
    nextHopPool: "fepool.contoso.test",
    settings: { maxFileSizeKB: 1 },
  },
];

/** What people give as a display name, and what they give to break what reads it. */
const DISPLAY_NAMES = [
  undefined,
  "Group Chat",
  "it's \"said\", and 'said' again",
  "\\`\u0024{process.exit(1)}`",
  "*/ // </script> ]]>",
  "\u202eeliF\u202c grün 日本 😀",
  "line\u2028separator\u2029and\u00a0space",
  "x".repeat(200),
  // No program may say it, so it stays unmanaged.
  "tab\there",
];

/** 100 in each domain; none leads to the last pool. */
export const ENDPOINTS: NewRecordOf<"endpoint">[] = DOMAINS.flatMap((domain, place) =>
  Array.from({ length: 100 }, (_, number) => {
    const user = number === 0 ? "ocschat" : `team.${number}${place}-chat`;
    const displayName = DISPLAY_NAMES[number % DISPLAY_NAMES.length];
    return {
      sipAddress: `sip:${user}@${domain}` as const,
      poolFqdn: POOLS[number % (POOLS.length - 1)]?.poolFqdn ?? "",
      ...(displayName !== undefined && { displayName }),
    };
  }),
);

/** Ten of those of each domain, among which is one of every sort. */
export const FEW_ENDPOINTS = ENDPOINTS.filter((_, place) => place % 100 < 10);

/** Makes the estate by hand, so that nobody manages any of it. */
export async function fillEstate(
  registry: TopologyRegistry,
  endpoints: readonly NewRecordOf<"endpoint">[],
): Promise<void> {
  for (const domain of DOMAINS)
    await registry.create("sip-domain", { domain, isDefault: domain === DOMAINS[0] }, BY_HAND);
  for (const pool of POOLS) await registry.create("pool", pool, BY_HAND);
  for (const endpoint of endpoints) await registry.create("endpoint", endpoint, BY_HAND);
}

/** The same estate behind a management shell. */
export function estateWorld(endpoints: readonly NewRecordOf<"endpoint">[]): WorldInput {
  const world: Pick<World, "sipDomains" | "pools" | "configurations"> = {
    sipDomains: [],
    pools: [],
    configurations: [{ identity: "Global" } as World["configurations"][number]],
  };
  for (const domain of DOMAINS)
    provide(world as World, "sip-domain", { domain, isDefault: domain === DOMAINS[0] });
  for (const pool of POOLS) provide(world as World, "pool", pool);
  const { contactContainer } = CONTOSO.directory;
  return {
    ...CONTOSO,
    ...world,
    contacts: [
      {
        dn: `CN={automatic},${contactContainer}`,
        sipAddress: "sip:GC-1-PersistentChatService-2@contoso.test",
        pool: "pcpool.contoso.test",
        automatic: true,
      },
      ...endpoints.map(({ sipAddress, poolFqdn: pool, displayName = null }, number) => ({
        ...{ dn: `CN={${number}},${contactContainer}`, sipAddress, pool, displayName },
      })),
    ],
  };
}
