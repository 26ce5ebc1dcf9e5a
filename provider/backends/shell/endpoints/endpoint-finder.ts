import { isRegistryError, RegistryError } from "../../../registry/errors";
import type { EndpointRecord } from "../../../registry/records";
import type { Stored } from "../../../registry/registry";
import { type Calls, notDone } from "../calls";
import type { Contact, EndpointList } from "../estate/endpoint-list";
import type { Estate } from "../estate/estate";
import { digest, naturalIncarnation } from "../incarnations";
import type { Content, Entry, Grave, Journal } from "../journal";
import { inOrder } from "../keeper";
import { entryOf, isGhost, MEMORY } from "./recognition";

const KIND = "endpoint";
export type StoredEndpoint = Stored<typeof KIND>;

/** What there is of an address. */
export interface Found {
  /** The contact that holds it. */
  contact?: Contact;
  /** The entry that tells whose the contact is. */
  entry?: Entry;
  /** All that is noted of the address, the latest first. */
  entries: Entry[];
  graves: Grave[];
  /** The endpoints as the domain controller has them that takes changes. */
  list: EndpointList;
}

export interface EndpointFinderOptions {
  calls: Calls;
  estate: Estate;
  journal: Journal;
  replicationTimeout: number;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Finds the contact that holds an address, and whose it is. */
export class EndpointFinder {
  constructor(private readonly options: EndpointFinderOptions) {}

  /** As whoever knows it shows it: what one lagging domain controller does not show is not gone. */
  async find(key: string, how: "known" | "fresh"): Promise<Found> {
    try {
      return await this.#findOnce(key, how);
    } catch (error) {
      // A list is read in parts, and somebody may have led the address elsewhere between two of them.
      if (isRegistryError(error, "conflict")) return this.#findOnce(key, "fresh");
      throw error;
    }
  }

  /** The same, for a change, which is made where changes are taken: a contact that is not there yet is waited for. */
  async findToChange(verb: string, key: string): Promise<Found> {
    const { calls, estate, replicationTimeout } = this.options;
    const isThere = ({ contact, list }: Found) =>
      contact === undefined || list.contacts.some(({ dn }) => dn === contact.dn);
    const found = await calls.lookFor(replicationTimeout, async () => {
      const next = await this.find(key, "fresh");
      return isThere(next) ? next : undefined;
    });
    if (found) return found;
    const why = `waited ${replicationTimeout / 1000} s for it on '${await estate.bound()}', which takes the changes, and another domain controller alone has it; run again once it, or its removal, is replicated ('repadmin /showrepl' tells why it is not)`;
    throw notDone(verb, KIND, key, why);
  }

  /** All endpoints, in the order of their addresses. What cannot be told of one is told to the user. */
  async list(): Promise<StoredEndpoint[]> {
    const { calls, estate } = this.options;
    const list = await estate.endpoints(await estate.bound());
    const keys = new Set(list.contacts.map(({ sipAddress }) => sipAddress));
    const stored: StoredEndpoint[] = [];
    for (const key of keys)
      try {
        const { contact, entry } = await this.find(key, "known");
        if (contact) stored.push(storedEndpoint(contact, entry));
      } catch (error) {
        if (!isRegistryError(error)) throw error;
        calls.tell(`legacy endpoint '${key}' is left out of the list: ${error.message}`);
      }
    return inOrder(stored);
  }

  async #findOnce(key: string, how: "known" | "fresh"): Promise<Found> {
    const { estate, journal, now } = this.options;
    const entries = journal.recall(KIND, key);
    const graves = journal.graves(KIND, key, now() - MEMORY);
    const named = await estate.controllers();
    const [controller] = named;
    const list = await estate.endpoints(controller, how);
    const isGone = (contact: Contact, shownBy: string | undefined) =>
      isGhost(contact, shownBy, { controller, list }, { entries, graves });
    for (const shownBy of [...named, ...this.#recentControllers(entries, named)]) {
      const { contacts, unreadable } =
        shownBy === controller ? list : await this.#listOf(shownBy, key, how, named);
      const holders = contacts.filter((one) => one.sipAddress === key && !isGone(one, shownBy));
      const contact = oneOf(key, holders, unreadable, entries);
      if (contact) return { contact, entry: entryOf(contact, entries, now()), entries, graves, list };
    }
    return { entries, graves, list };
  }

  /** Those that took a change of ours not long ago: they know of it sooner than any other. */
  #recentControllers(entries: readonly Entry[], named: readonly (string | undefined)[]): string[] {
    const { now } = this.options;
    const recent = entries
      .filter(({ at }) => now() - at < MEMORY)
      .flatMap(({ controller }) => controller ?? []);
    return [...new Set(recent)].filter((controller) => !named.includes(controller));
  }

  async #listOf(
    controller: string | undefined,
    key: string,
    how: "known" | "fresh",
    named: readonly (string | undefined)[],
  ): Promise<EndpointList> {
    try {
      return await this.options.estate.endpoints(controller, how);
    } catch (error) {
      if (!isRegistryError(error, "unavailable")) throw error;
      const why = named.includes(controller)
        ? "it is one of 'domainControllers'; leave it out there if it is gone for good"
        : "this machine made the last change of it there, less than a day ago; name another 'journal' if it is gone for good";
      throw new RegistryError(
        "unavailable",
        `cannot tell whether legacy endpoint '${key}' is there: '${controller}' is asked too, since ${why} (${error.message})`,
        { cause: error },
      );
    }
  }
}

/** The one of several contacts that is noted. Fails with `unavailable` where its pool cannot be told, and with `conflict`. */
function oneOf(
  key: string,
  holders: readonly Contact[],
  unreadable: EndpointList["unreadable"],
  entries: readonly Entry[],
): Contact | undefined {
  const noted = holders.find(({ dn }) => entries.some(({ object }) => object === dn));
  const found = noted ?? holders[0];
  if (holders.length > 1 && !noted)
    throw new RegistryError(
      "conflict",
      `cannot tell which is legacy endpoint '${key}': ${holders.length} contacts hold the address (${holders.map(({ dn }) => `'${dn}'`).join(", ")}); remove all but one with Remove-CsPersistentChatEndpoint`,
    );
  if (found?.poolFqdn === "" && unreadable.size > 0) {
    const [[pool, error] = []] = unreadable;
    throw new RegistryError(
      "unavailable",
      `cannot read legacy endpoint '${key}': it leads to none of the pools that can be read, and the endpoints of '${pool}' cannot be (${error?.message})`,
      { cause: error },
    );
  }
  return found;
}

export function storedEndpoint(contact: Contact, entry: Entry | undefined): StoredEndpoint {
  const { dn, sipAddress } = contact;
  const record: EndpointRecord = { sipAddress, ...contentOf(contact) };
  return {
    kind: KIND,
    key: sipAddress,
    record,
    revision: digest([dn, record.poolFqdn, record.displayName ?? null]),
    incarnation: entry?.incarnation ?? naturalIncarnation(dn),
    ...(entry?.owner !== undefined && { managedBy: entry.owner }),
    ...(entry?.adopted && { adopted: true }),
  };
}

export function contentOf({ poolFqdn, displayName }: Contact): Content {
  return { poolFqdn, ...(displayName !== undefined && { displayName }) };
}
