import { z } from "zod";
import { poolProblems } from "../registry/pool-rules";
import type { PoolShape } from "../registry/records";
import { displayName, fqdn, fqdnSet, identityFqdn, UINT32_MAX, wholeNumber } from "./fields";
import type { Problem, ResourceKind } from "./kind";
import type { Properties } from "./properties";

const settings = z.strictObject({
  defaultChatHistory: wholeNumber(1, 500).optional(),
  maxFileSizeKB: wholeNumber(0, UINT32_MAX).optional(),
  participantUpdateLimit: wholeNumber(0, UINT32_MAX).optional(),
  roomManagementUrl: z.url({ protocol: /^https?$/, error: "it must be an http or https address" }).optional(),
});

export const poolKind: ResourceKind<"pool"> = {
  kind: "pool",
  fields: z.strictObject({
    poolFqdn: identityFqdn,
    shape: z.enum(["single", "multiple"]),
    displayName: displayName.optional(),
    servers: fqdnSet.optional(),
    activeServers: fqdnSet.optional(),
    nextHopPool: fqdn.optional(),
    port: wholeNumber(1, 65535).optional(),
    settings: settings.optional(),
  }),
  identity: "poolFqdn",
  fixed: ["shape"],
  managed: [
    "displayName",
    "servers",
    "activeServers",
    "nextHopPool",
    "port",
    "settings.defaultChatHistory",
    "settings.maxFileSizeKB",
    "settings.participantUpdateLimit",
    "settings.roomManagementUrl",
  ],
  freeText: ["displayName", "settings.roomManagementUrl"],
  problems: (inputs) => [
    ...emptyProblems(inputs),
    ...poolProblems({
      shape: inputs.shape as PoolShape | undefined,
      servers: inputs.servers as string[] | undefined,
      activeServers: inputs.activeServers as string[] | undefined,
    }).map(({ field, problem }) => ({ path: field, problem })),
  ],
  computed: (record) => ({
    serviceIdentity: `PersistentChatServer:${record.poolFqdn}`,
    poolState: record.poolState,
  }),
};

/** A pool whose members are not managed may have none in the registry; one that is declared to have none leads nowhere. */
function emptyProblems({ shape, servers }: Properties): Problem[] {
  if (shape !== "multiple" || !Array.isArray(servers) || servers.length > 0) return [];
  return [{ path: "servers", problem: "no server is named; name one at least, or leave the argument out" }];
}
