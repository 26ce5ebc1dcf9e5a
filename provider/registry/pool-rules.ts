import type { Fqdn } from "./fqdn";
import type { PoolRecord, PoolShape } from "./records";

/** Servers of one pool that accept sessions at a time (Capacity planning for Persistent Chat Server). */
export const MAX_ACTIVE_SERVERS = 4;
/** Servers of one pool, the standby half of a stretched pool among them (same page). */
export const MAX_SERVERS = 8;

/** What is wrong with a pool's members, as `field` and words that follow it; empty where nothing is. */
export function poolProblems(pool: {
  shape?: PoolShape;
  servers?: readonly Fqdn[];
  activeServers?: readonly Fqdn[];
}): { field: "servers" | "activeServers"; problem: string }[] {
  const { shape, servers, activeServers } = pool;
  const problems: ReturnType<typeof poolProblems> = [];
  if (servers && servers.length > MAX_SERVERS)
    problems.push({
      field: "servers",
      problem: `${servers.length} servers are named, and a pool has at most ${MAX_SERVERS}`,
    });
  if (shape === "single" && servers && servers.length !== 1)
    problems.push({
      field: "servers",
      problem: `${servers.length} servers are named, and a single-computer pool has exactly one; declare a new pool of shape 'multiple'`,
    });
  if (activeServers && activeServers.length > MAX_ACTIVE_SERVERS)
    problems.push({
      field: "activeServers",
      problem: `${activeServers.length} servers are named, and at most ${MAX_ACTIVE_SERVERS} are active at a time`,
    });
  const strangers =
    servers && activeServers ? activeServers.filter((server) => !servers.includes(server)) : [];
  if (strangers.length > 0)
    problems.push({
      field: "activeServers",
      problem: `${strangers.length} of the ${activeServers?.length} named ${strangers.length === 1 ? "is" : "are"} not among the pool's servers`,
    });
  return problems;
}

/** The servers that are active where nobody says which: as many members as may be. */
export function defaultActiveServers(servers: readonly Fqdn[]): Fqdn[] {
  return servers.slice(0, MAX_ACTIVE_SERVERS);
}

/**
 * The active servers of a pool whose members change while nobody says which are active: those that stay members; and
 * where all that could be active were, the new members are too, so that a pool whose servers are all replaced answers.
 */
export function activeServersAfter(
  pool: Pick<PoolRecord, "servers" | "activeServers">,
  servers: readonly Fqdn[],
): Fqdn[] {
  const kept = pool.activeServers.filter((server) => servers.includes(server));
  const everyone = defaultActiveServers(pool.servers).every((server) => pool.activeServers.includes(server));
  return everyone || kept.length === 0 ? defaultActiveServers(servers) : kept;
}
