import { RegistryError } from "../../registry/errors";
import { named } from "../../registry/failures";
import type { EndpointRecord } from "../../registry/records";
import type { Stored } from "../../registry/registry";
import type { Calls } from "./calls";
import type { Contact, EndpointList } from "./endpoint-list";
import { contactAt, type Estate } from "./estate";
import type { Content, Entry, Journal } from "./journal";
import { inOrder } from "./keeper";
import { digest, entryOf, naturalIncarnation, wasTakenAway } from "./recognition";

const KIND = "endpoint";
export type StoredEndpoint = Stored<typeof KIND>;

/** For so long a domain controller that took a change of ours is asked too before its object counts as gone: one day. */
const MEMORY = 86_400_000;

/** What there is of an address. */
export interface Found {
  /** The contact that holds it. */
  contact?: Contact;
  /** The entry that tells whose the contact is. */
  entry?: Entry;
  /** All that is noted of the address, the latest first. */
  entries: Entry[];
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
    const { estate, journal, now } = this.options;
    const entries = journal.recall(KIND, key);
    const recent = entries
      .filter(({ at }) => now() - at < MEMORY)
      .flatMap(({ controller }) => controller ?? []);
    const controllers = [...new Set([...(await estate.controllers()), ...recent])];
    const list = await estate.endpoints(controllers[0], how);
    for (const controller of controllers) {
      const contact = contactAt(await this.#listOf(controller, how, list, controllers[0]), key, entries);
      if (contact === undefined || wasTakenAway(contact, entries, controller)) continue;
      return { contact, entries, entry: entryOf(contact, entries), list };
    }
    return { entries, list };
  }

  /** The same, for a change, which is made where changes are taken: a contact that is not there yet is waited for. */
  async findToChange(verb: string, key: string): Promise<Found> {
    const { calls, replicationTimeout } = this.options;
    const isThere = ({ contact, list }: Found) =>
      contact === undefined || list.contacts.some(({ dn }) => dn === contact.dn);
    const first = await this.find(key, "fresh");
    if (isThere(first)) return first;
    const found = await calls.lookFor(replicationTimeout, async () => {
      const next = await this.find(key, "fresh");
      return isThere(next) ? next : undefined;
    });
    if (found) return found;
    throw new RegistryError(
      "unavailable",
      `cannot ${verb} ${named(KIND, key)}: waited ${replicationTimeout / 1000} s for it on '${await this.options.estate.bound()}', which takes the changes, and another domain controller alone has it; run again once it is replicated ('repadmin /showrepl' tells why it is not)`,
    );
  }

  /** All endpoints, in the order of their addresses. */
  async list(): Promise<StoredEndpoint[]> {
    const { estate, journal } = this.options;
    const list = await estate.endpoints(await estate.bound());
    const keys = new Set(list.contacts.map(({ sipAddress }) => sipAddress));
    const stored = [...keys].flatMap((key) => {
      const entries = journal.recall(KIND, key);
      const contact = contactAt(list, key, entries);
      return contact ? [storedEndpoint(contact, entryOf(contact, entries))] : [];
    });
    return inOrder(stored);
  }

  async #listOf(controller: string | undefined, how: "known" | "fresh", first: EndpointList, bound?: string) {
    return controller === bound ? first : this.options.estate.endpoints(controller, how);
  }
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
  };
}

export function contentOf({ poolFqdn, displayName }: Contact): Content {
  return { poolFqdn, ...(displayName !== undefined && { displayName }) };
}
