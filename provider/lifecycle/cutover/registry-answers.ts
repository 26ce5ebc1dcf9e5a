import type { PreflightAnswer } from "../../cutover/step-values";
import { isRegistryError } from "../../registry/errors";
import { lowerCase } from "../../registry/fqdn";
import type { TopologyRegistry } from "../../registry/registry";
import { type SipAddress, sipDomainOf } from "../../registry/sip-address";

/** What a handover needs of the registry. */
export interface Handover {
  addresses: readonly SipAddress[];
  parkedAddresses: readonly SipAddress[];
  poolFqdn: string;
}

type Answer = Omit<PreflightAnswer, "question">;

/** Asks the registry everything that it can tell of a handover before it begins. */
export async function registryAnswers(
  registry: TopologyRegistry,
  { addresses, parkedAddresses, poolFqdn }: Handover,
): Promise<PreflightAnswer[]> {
  const questions: [question: string, ask: () => Promise<Answer>][] = [
    [`pool ${poolFqdn} is there and runs`, () => poolAnswer(registry, poolFqdn)],
    ...[...new Set([...addresses, ...parkedAddresses].map(sipDomainOf))].map(
      (domain): [string, () => Promise<Answer>] => [
        `${domain} is a SIP domain`,
        async () => yesIf((await registry.get("sip-domain", domain)) !== undefined, "it is", "it is not"),
      ],
    ),
    ...addresses.flatMap((address): [string, () => Promise<Answer>][] => [
      [`a user holds ${address}`, () => holderAnswer(registry, address)],
      [`all views agree who holds ${address}`, () => viewsAnswer(registry, address)],
      [`the user of ${address} can be changed`, () => userAnswer(registry, address, poolFqdn)],
    ]),
    ...parkedAddresses.map((address): [string, () => Promise<Answer>] => [
      `${address} is free`,
      () => freeAnswer(registry, address),
    ]),
  ];
  const answers: PreflightAnswer[] = [];
  // One after the other: a management shell answers one at a time anyway.
  for (const [question, ask] of questions) answers.push({ question, ...(await askedSafely(ask)) });
  return answers;
}

async function askedSafely(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (!isRegistryError(error)) throw error;
    return { outcome: "could not ask", detail: error.message };
  }
}

async function poolAnswer(registry: TopologyRegistry, poolFqdn: string): Promise<Answer> {
  const pool = await registry.get("pool", poolFqdn);
  if (pool === undefined) return { outcome: "no", detail: "the registry does not know it" };
  const { poolState, activeServers } = pool.record;
  if (poolState !== "Normal") return { outcome: "no", detail: `its state is ${poolState}` };
  return yesIf(activeServers.length > 0, `active: ${activeServers.join(", ")}`, "it has no active server");
}

async function holderAnswer(registry: TopologyRegistry, address: SipAddress): Promise<Answer> {
  const found = await registry.resolve(address);
  if (found === undefined) return { outcome: "no", detail: "nobody does" };
  if (found.kind === "endpoint") return { outcome: "no", detail: `it leads to ${found.poolFqdn} already` };
  return { outcome: "ok", detail: found.displayName ?? "a user without a display name" };
}

async function viewsAnswer(registry: TopologyRegistry, address: SipAddress): Promise<Answer> {
  const sightings = await registry.sightings(address);
  const holders = new Set(
    sightings.map(({ kind, account, poolFqdn }) => `${kind} ${account ?? poolFqdn ?? ""}`),
  );
  const views = sightings.map(({ view }) => view).join(", ");
  return yesIf(holders.size <= 1, `seen by ${views}`, `different holders are seen by ${views}`);
}

/** Whether the account can be changed, as far as itself tells: the rights on it nobody tells beforehand. */
async function userAnswer(
  registry: TopologyRegistry,
  address: SipAddress,
  poolFqdn: string,
): Promise<Answer> {
  const user = await registry.snapshotUser(address);
  if (user === undefined) return { outcome: "could not ask", detail: "there is none" };
  const { adminCount, registrarPool } = user.attributes;
  if (Number(adminCount ?? 0) > 0)
    return {
      outcome: "no",
      detail:
        "the account is, or was, in a protected group (adminCount), and only domain administrators may change it",
    };
  // A directory that does not say where it homes users homes none.
  if (registrarPool === undefined) return { outcome: "ok", detail: "nothing speaks against it" };
  const pool = await registry.get("pool", poolFqdn);
  const isOfPool = lowerCase(String(registrarPool)) === pool?.record.nextHopPool;
  if (isOfPool) return { outcome: "ok", detail: "it is homed where the pool is" };
  return {
    outcome: "could not ask",
    detail:
      "it is not homed on the next hop of the pool, and the cmdlets may refuse one of OCS 2007 R2; rehearse with a user who is homed where this one is",
  };
}

async function freeAnswer(registry: TopologyRegistry, address: SipAddress): Promise<Answer> {
  const [sighting] = await registry.sightings(address);
  return yesIf(sighting === undefined, "nobody holds it", `it is held, as ${sighting?.view} shows`);
}

function yesIf(condition: boolean, ok: string, no: string): Answer {
  return condition ? { outcome: "ok", detail: ok } : { outcome: "no", detail: no };
}
