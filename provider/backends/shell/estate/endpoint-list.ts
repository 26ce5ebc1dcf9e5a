import type { z } from "zod";
import { RegistryError } from "../../../registry/errors";
import { isSystemEndpoint, type SipAddress } from "../../../registry/sip-address";
import type { Calls } from "../calls";
import { endpointResult, parsed } from "./results";

const GET = "Get-CsPersistentChatEndpoint";

/** A contact that leads an address to a pool, as one domain controller has it. */
export interface Contact {
  /** Its distinguished name, which no other one ever has: a contact that is made again gets another. */
  dn: string;
  sipAddress: SipAddress;
  displayName?: string;
  /** Empty where it leads to no pool that there is. */
  poolFqdn: string;
}

/** All endpoints but those that the product makes by itself, as one domain controller has them. */
export interface EndpointList {
  contacts: Contact[];
  /** Whether there was nothing at all, not even an automatic endpoint, which every pool should have. */
  isBare: boolean;
  /** Why the endpoints of some pools could not be told, by pool. */
  unreadable: ReadonlyMap<string, RegistryError>;
}

/**
 * Lists all endpoints, and those of each pool: no property of an endpoint is known to name its pool. `pools` gives the pools
 * that there are; what leads to none of them is looked for once more, as it may have come or gone meanwhile, and then is in
 * `strays`. Fails with `unavailable`.
 */
export async function listEndpoints(
  calls: Calls,
  controller: string | undefined,
  pools: (again: boolean) => Promise<readonly string[]>,
  strays: Set<string>,
  onBegin: () => void,
): Promise<EndpointList> {
  const first = await readOnce(calls, controller, await pools(false), onBegin);
  const isNew = ({ dn, poolFqdn }: Contact) => poolFqdn === "" && !strays.has(dn);
  if (!first.contacts.some(isNew) || first.unreadable.size > 0) return first;
  const second = await readOnce(calls, controller, await pools(true));
  for (const { dn, poolFqdn } of second.contacts) if (poolFqdn === "") strays.add(dn);
  return second;
}

async function readOnce(
  calls: Calls,
  controller: string | undefined,
  pools: readonly string[],
  onBegin?: () => void,
): Promise<EndpointList> {
  const view = controller === undefined ? {} : { DomainController: controller };
  const doing = `list the legacy endpoints${controller === undefined ? "" : ` on '${controller}'`}`;
  const all = new Map<string, z.infer<typeof endpointResult>>();
  const poolOf = new Map<string, string>();
  const unreadable = new Map<string, RegistryError>();
  const take = async (pool?: string) => {
    const given = pool === undefined ? view : { ...view, PersistentChatPoolFqdn: pool };
    const objects = await calls.list(doing, GET, given, pool === undefined ? onBegin : undefined);
    for (const object of parsed(doing, GET, endpointResult, objects)) {
      all.set(object.Identity, object);
      if (pool !== undefined) poolOf.set(object.Identity, pool);
    }
  };
  await take();
  for (const pool of pools)
    try {
      await take(pool);
    } catch (error) {
      // One pool that the cmdlet chokes on, as it does on one that is half removed, must not hide all others.
      if (!(error instanceof RegistryError)) throw error;
      unreadable.set(pool, error);
    }
  const contacts = [...all.values()].map(({ Identity, SipAddress, DisplayName }) => ({
    dn: Identity,
    sipAddress: SipAddress as SipAddress,
    ...(DisplayName != null && { displayName: DisplayName }),
    poolFqdn: poolOf.get(Identity) ?? "",
  }));
  return {
    contacts: contacts.filter(({ sipAddress }) => !isSystemEndpoint(sipAddress)),
    isBare: contacts.length === 0,
    unreadable,
  };
}
