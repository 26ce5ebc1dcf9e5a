import { type Phrase, quoted, say } from "../phrase";
import type { Step } from "../preview";
import { isSecret, isUnknown, knownName, valuePhrase } from "../values";
import { addressesPhrase } from "./address-risks";
import { givesUp, heirOf, stillThere, whyKept } from "./kept";
import { isEmpty, losesServers, namePhrase } from "./pool-words";
import type { Risk } from "./risks";
import { fieldOf, type Scope, type Topology } from "./topology";

/** What may happen to those who are in the rooms of a pool, or want to get there. */
export function poolRisks(scope: Scope): Risk[] {
  const pools = scope.steps.filter(({ kind }) => kind === "pool");
  return [
    ...deserted(scope),
    ...pools.flatMap((step) => [...withoutServers(step), ...removed(step, scope), ...otherwiseReached(step)]),
  ];
}

/** The pools that stay, and to which no address leads any more. */
function deserted({ before, after }: Scope): Risk[] {
  const isGone = (pool: string) => before.pools.has(pool) && !after.pools.has(pool);
  return leadTo(before)
    .filter((pool) => after.leadingTo(pool).length === 0 && !isGone(pool))
    .map((pool) => ({
      risk: "pool-without-endpoint",
      words: say`Pool ${quoted(pool)} loses its last endpoint: no legacy client gets there any more`,
    }));
}

function leadTo({ endpoints }: Topology): string[] {
  return [...new Set([...endpoints.values()].flatMap(({ values }) => knownName(values.poolFqdn) ?? []))];
}

function withoutServers(step: Step): Risk[] {
  const { operation, after } = step;
  if (after === undefined || operation === "same") return [];
  const pool = namePhrase(step, after.poolFqdn);
  if (losesServers(step))
    return [
      {
        risk: "pool-without-server",
        words: say`Pool ${pool} will have no active server: nobody gets into its rooms`,
      },
    ];
  if (operation === "create" && after.shape === "multiple" && after.servers === undefined)
    return [
      {
        risk: "pool-without-server",
        words: say`Pool ${pool} is made with no server named: nobody gets into its rooms before it has one`,
      },
    ];
  return [];
}

function removed(step: Scope["steps"][number], scope: Scope): Risk[] {
  const { operation, before } = step;
  if (!givesUp(step, "pool") || heirOf(step, scope) || whyKept(step, scope.registry)) return [];
  const pool = namePhrase(step, before?.poolFqdn);
  const key = knownName(before?.poolFqdn) ?? "";
  const staying = scope.after.leadingTo(key);
  const hindering = step.removedFirst ? stillThere(scope.before.leadingTo(key), scope) : [];
  const words = () => {
    if (staying.length > 0)
      return say`Pool ${pool} is to be removed while ${addressesPhrase(staying)} still ${lead(staying)} there: the update will fail`;
    if (hindering.length > 0)
      return say`Pool ${pool} is to be removed before the new one is made, while ${addressesPhrase(hindering)} still ${lead(hindering)} there: the update will fail`;
    return operation === "replace"
      ? say`Pool ${pool} is replaced and then removed: nothing moves its rooms to the new one`
      : say`Pool ${pool} is removed: its rooms are out of reach`;
  };
  return [{ risk: "pool-removed", words: words() }];
}

/** Changes that others must know of. */
function otherwiseReached(step: Step): Risk[] {
  const { operation, before, after } = step;
  if (operation !== "update" || before === undefined || after === undefined) return [];
  const pool = namePhrase(step, after.poolFqdn);
  const recorded = (field: string) => fieldOf({ step, values: before }, field);
  const risks: Phrase[] = [];
  if (after.port !== undefined && recorded("port") !== after.port)
    risks.push(
      say`Pool ${pool} will be reached at port ${valuePhrase(after.port)}: Front Ends that still use another one do not get there`,
    );
  const nextHop = recorded("nextHopPool");
  if (nextHop !== undefined && after.nextHopPool !== undefined && nextHop !== after.nextHopPool)
    risks.push(
      say`Pool ${pool} will be reached through ${valuePhrase(after.nextHopPool)} instead of ${valuePhrase(nextHop)}`,
    );
  const gone = leaving(recorded("servers"), after.servers);
  if (gone.length > 0)
    risks.push(say`Sessions on ${valuePhrase(gone)} end: no server of pool ${pool} any more`);
  const resting = leaving(recorded("activeServers"), after.activeServers).filter(
    (server) => !gone.includes(server),
  );
  if (resting.length > 0 && !isEmpty(after.activeServers))
    risks.push(say`Sessions on ${valuePhrase(resting)} end: no active server of pool ${pool} any more`);
  return risks.map((words) => ({ risk: "pool-changes", words }));
}

function leaving(from: unknown, to: unknown): unknown[] {
  if (
    !Array.isArray(from) ||
    !Array.isArray(to) ||
    [from, to].some((list) => isSecret(list) || isUnknown(list))
  )
    return [];
  return from.filter((one) => !to.includes(one));
}

function lead(addresses: readonly string[]): Phrase {
  return [addresses.length === 1 ? "leads" : "lead"];
}
