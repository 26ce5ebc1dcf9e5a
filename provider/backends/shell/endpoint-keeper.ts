import { changedRecord, newRecord } from "../../registry/changes";
import { RegistryError } from "../../registry/errors";
import {
  addressHeld,
  alreadyExists,
  named,
  notFound,
  revisionConflict,
  unknownPool,
  unknownSipDomain,
} from "../../registry/failures";
import { lowerCase } from "../../registry/fqdn";
import type { ChangeOf, EndpointRecord, NewRecordOf } from "../../registry/records";
import type { Actor, Incarnation, Revision, Stored } from "../../registry/registry";
import { isSystemEndpoint, type SipAddress, sipDomainOf } from "../../registry/sip-address";
import type { Calls } from "./calls";
import type { Beforehand, ContactChanges } from "./contact-changes";
import type { Contact } from "./endpoint-list";
import { contactAt, type Estate } from "./estate";
import type { Content, Entry, Journal } from "./journal";
import { inOrder, type Keeper } from "./keeper";
import { KeyedLock } from "./keyed-lock";
import { digest, entryOf, means, naturalIncarnation, wasTakenAway } from "./recognition";

const KIND = "endpoint";
type StoredEndpoint = Stored<typeof KIND>;

/** For so long a domain controller that took a change of ours is asked too before its object counts as gone: one day. */
const MEMORY = 86_400_000;

export interface EndpointKeeperOptions {
  calls: Calls;
  estate: Estate;
  changes: ContactChanges;
  journal: Journal;
  replicationTimeout: number;
  newIncarnation(): Incarnation;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** An address as it is found: the contact that holds it, what is noted of it, and whose it is. */
interface Found {
  contact?: Contact;
  entries: Entry[];
  entry?: Entry;
}

/** The legacy endpoints, which are contacts in the directory. A change of one is its removal and another one made. */
export class EndpointKeeper implements Keeper<typeof KIND> {
  readonly #lock = new KeyedLock();

  constructor(private readonly options: EndpointKeeperOptions) {}

  async get(key: string): Promise<StoredEndpoint | undefined> {
    const { contact, entry } = await this.#find(key, "known");
    return contact && storedEndpoint(contact, entry);
  }

  async list(): Promise<StoredEndpoint[]> {
    const { estate, journal } = this.options;
    const { contacts } = await estate.endpoints(await estate.bound());
    const keys = [...new Set(contacts.map(({ sipAddress }) => sipAddress))];
    const found = keys.map((key) => {
      const entries = journal.recall(KIND, key);
      const contact = contacts.find(({ sipAddress }) => sipAddress === key) as Contact;
      return storedEndpoint(contact, entryOf(contact, entries));
    });
    return inOrder(found);
  }

  create(said: NewRecordOf<typeof KIND>, by: Actor, incarnation?: Incarnation): Promise<StoredEndpoint> {
    const record = newRecord(KIND, {
      ...said,
      sipAddress: lowerCase(said.sipAddress) as SipAddress,
      poolFqdn: lowerCase(said.poolFqdn),
    });
    return this.#lock.run(record.sipAddress, async () => {
      const { sipAddress, ...content } = record;
      const found = await this.#find(sipAddress, "fresh");
      if (found.contact) throw alreadyExists(storedEndpoint(found.contact, found.entry));
      await this.#assertPossible("create", sipAddress, content);
      const { replicationTimeout } = this.options;
      const isRecent = ({ verb, at }: Entry) =>
        verb === "remove" && this.options.now() - at < 2 * replicationTimeout;
      const patience = found.entries.some(isRecent) ? replicationTimeout : 0;
      const intent = await this.#note({
        key: sipAddress,
        by,
        verb: "create",
        after: content,
        former: incarnation,
      });
      const made = await this.options.changes.make(
        sipAddress,
        content,
        beforehand(found.entries, intent),
        patience,
      );
      if (made.is === "done") return this.#made(intent, content, made.value.dn);
      if (made.is === "not-done") this.options.journal.drop(intent);
      throw (await this.#holder(sipAddress)) ?? notDone("create", sipAddress, made.why, made.is);
    });
  }

  update(key: string, change: ChangeOf<typeof KIND>, expected: Revision, by: Actor): Promise<StoredEndpoint> {
    return this.#lock.run(key, async () => {
      const found = await this.#find(key, "fresh");
      const { contact, entry } = found;
      if (!contact) throw notFound("update", KIND, key);
      const old = storedEndpoint(contact, entry);
      if (old.revision !== expected) throw revisionConflict("update", KIND, key);
      const said =
        change.poolFqdn === undefined ? change : { ...change, poolFqdn: lowerCase(change.poolFqdn) };
      const next = changedRecord(KIND, old.record, said);
      if (!next) return old;
      const { sipAddress, ...content } = next;
      await this.#assertPossible("update", sipAddress, content);
      await this.#assertRemovable(contact);
      const intent = await this.#note({
        key,
        by: { ...by, managedBy: by.managedBy ?? old.managedBy },
        verb: "update",
        before: { object: contact.dn, ...contentOf(contact) },
        after: content,
        former: old.incarnation,
      });
      return this.#replace(contact, content, intent, found);
    });
  }

  async claim(key: string, expected: Revision, by: Actor, given?: Incarnation): Promise<StoredEndpoint> {
    return this.#lock.run(key, async () => {
      const { journal, newIncarnation } = this.options;
      const { contact, entries } = await this.#find(key, "known");
      if (!contact) throw notFound("claim", KIND, key);
      const { revision } = storedEndpoint(contact, undefined);
      if (revision !== expected) throw revisionConflict("claim", KIND, key);
      const natural = naturalIncarnation(contact.dn);
      const incarnation = given === undefined ? `${natural}.${newIncarnation()}` : natural;
      for (const other of entries) if (other.object === contact.dn) journal.drop(other);
      const entry = await this.#note({ key, by, verb: "claim", former: given });
      return this.#noted({ ...entry, incarnation: given === undefined ? incarnation : undefined }, contact);
    });
  }

  remove(key: string, { incarnation }: { incarnation: Incarnation }, by: Actor): Promise<boolean> {
    return this.#lock.run(key, async () => {
      const { changes, journal } = this.options;
      const { contact, entry } = await this.#find(key, "fresh");
      if (!contact || !means(incarnation, naturalIncarnation(contact.dn), entry)) return false;
      const intent = await this.#note({
        key,
        by: { ...by, managedBy: entry?.owner ?? by.managedBy },
        verb: "remove",
        before: { object: contact.dn, ...contentOf(contact) },
        former: entry?.former,
      });
      const taken = await changes.takeAway(contact);
      if (taken.is !== "done") {
        if (taken.is === "not-done") this.#restore(intent, entry);
        throw notDone("remove", key, taken.why, taken.is);
      }
      journal.write({ ...intent, done: true });
      await changes.awaitSeen(contact.sipAddress, contact.dn, "gone");
      return taken.value.byUs;
    });
  }

  /** Takes the old contact away and makes the new one; where that cannot be made, puts back what was there. */
  async #replace(
    contact: Contact,
    content: Content,
    intent: Entry,
    { entries, entry }: Found,
  ): Promise<StoredEndpoint> {
    const { changes, replicationTimeout } = this.options;
    const { sipAddress } = contact;
    const taken = await changes.takeAway(contact);
    if (taken.is !== "done") {
      if (taken.is === "not-done") this.#restore(intent, entry);
      throw notDone("update", sipAddress, `${taken.why}; it leads to where it did`, taken.is);
    }
    const known = beforehand(entries, intent);
    const made = await changes.make(sipAddress, content, known, replicationTimeout);
    if (made.is === "done") return this.#made(intent, content, made.value.dn);
    const nobody = `nobody answers the address now: run again to have it made`;
    if (made.is === "open" || contact.poolFqdn === "")
      throw notDone("update", sipAddress, `the old one is removed, and ${made.why}; ${nobody}`, made.is);
    const back = await changes.make(sipAddress, contentOf(contact), known, 0);
    if (back.is !== "done")
      throw notDone(
        "update",
        sipAddress,
        `${made.why}; the old one could not be put back either (${back.why}); ${nobody}`,
        back.is,
      );
    await this.#made(intent, contentOf(contact), back.value.dn);
    throw notDone(
      "update",
      sipAddress,
      `${made.why}; the old one was put back, and leads to '${contact.poolFqdn}'`,
    );
  }

  /** The contact that holds an address, in the view of whoever knows: what a lagging domain controller lacks is not gone. */
  async #find(key: string, how: "known" | "fresh"): Promise<Found> {
    const { estate, journal, now } = this.options;
    const entries = journal.recall(KIND, key);
    const recent = entries.filter(({ at }) => now() - at < MEMORY).map(({ controller }) => controller);
    const controllers = new Set([...(await estate.controllers()), ...recent.filter(Boolean)]);
    const ours = entries.map(({ object }) => object);
    for (const controller of controllers) {
      const list = await estate.endpoints(controller, how);
      const contact = contactAt(list, key, ours);
      // What was taken away may be seen elsewhere for a while; it is the truth where it was taken away.
      if (contact === undefined || wasTakenAway(contact, entries, controller)) continue;
      return { contact, entries, entry: entryOf(contact, entries) };
    }
    return { entries };
  }

  /** Everything that can be known to fail is refused before anything is changed. */
  async #assertPossible(
    verb: "create" | "update",
    sipAddress: SipAddress,
    { poolFqdn }: Content,
  ): Promise<void> {
    const { estate } = this.options;
    if (isSystemEndpoint(sipAddress))
      throw new RegistryError(
        "invalid",
        `cannot ${verb} ${named(KIND, sipAddress)}: addresses of this form are those of the automatic endpoints, which the product makes by itself; declare another one`,
      );
    const [domains, pools, user] = await Promise.all([
      estate.domains("fresh"),
      estate.poolNames("fresh"),
      estate.users.holderOf(sipAddress),
    ]);
    const domain = sipDomainOf(sipAddress);
    if (!domains.some((known) => known.domain === domain))
      throw unknownSipDomain(verb, KIND, sipAddress, domain);
    if (!pools.includes(poolFqdn)) throw unknownPool(verb, KIND, sipAddress, poolFqdn);
    if (user) throw addressHeld(KIND, sipAddress, { kind: "sip-user", displayName: user.displayName });
    const unreadable = (await estate.endpoints(await estate.bound())).unreadable.get(poolFqdn);
    if (unreadable)
      throw new RegistryError(
        "unavailable",
        `cannot ${verb} ${named(KIND, sipAddress)}: the endpoints of the pool '${poolFqdn}' cannot be read (${unreadable.message})`,
        { cause: unreadable },
      );
  }

  async #assertRemovable(contact: Contact): Promise<void> {
    const tried = await this.options.changes.tryTakingAway(contact);
    if (tried.is !== "done") throw notDone("update", contact.sipAddress, `${tried.why}; nothing was changed`);
  }

  /** Why an address could not be had, where somebody holds it now. */
  async #holder(sipAddress: SipAddress): Promise<RegistryError | undefined> {
    const { contact, entry } = await this.#find(sipAddress, "fresh");
    if (contact) return alreadyExists(storedEndpoint(contact, entry));
    const user = await this.options.estate.users.holderOf(sipAddress);
    return user && addressHeld(KIND, sipAddress, { kind: "sip-user", displayName: user.displayName });
  }

  async #note(
    said: { key: string; by: Actor } & Pick<Entry, "verb" | "before" | "after" | "former">,
  ): Promise<Entry> {
    const { estate, journal, now } = this.options;
    const { key, by, ...rest } = said;
    const controller = await estate.bound();
    const entry: Entry = {
      kind: KIND,
      key,
      owner: by.managedBy,
      ...rest,
      controller,
      at: now(),
      done: false,
    };
    journal.write(entry);
    return entry;
  }

  #noted(entry: Entry, contact: Contact): StoredEndpoint {
    const done = { ...entry, object: contact.dn, done: true };
    this.options.journal.write(done);
    return storedEndpoint(contact, done);
  }

  /** Puts the entry back that an intent took the place of, since nothing came of it. */
  #restore(intent: Entry, entry: Entry | undefined): void {
    const { journal } = this.options;
    journal.drop(intent);
    if (entry) journal.write(entry);
  }

  async #made(intent: Entry, content: Content, dn: string): Promise<StoredEndpoint> {
    const { changes, estate } = this.options;
    const sipAddress = intent.key as SipAddress;
    this.#noted(intent, { dn, sipAddress, ...content });
    await changes.awaitSeen(sipAddress, dn, "there");
    const { contacts } = await estate.endpoints(await estate.bound());
    const contact = contacts.find((one) => one.dn === dn) ?? { dn, sipAddress, ...content };
    await this.#yieldToTwin(contact, contacts, intent);
    return this.#noted(intent, contact);
  }

  /** Where the server let two contacts take one address at once, the one whose name comes first stays. */
  async #yieldToTwin(contact: Contact, contacts: readonly Contact[], intent: Entry): Promise<void> {
    const { changes, journal } = this.options;
    const entries = journal.recall(KIND, intent.key);
    const bound = await this.options.estate.bound();
    const twin = contacts.find(
      (one) =>
        one.sipAddress === contact.sipAddress && one.dn < contact.dn && !wasTakenAway(one, entries, bound),
    );
    if (twin === undefined) return;
    const taken = await changes.takeAway(contact);
    if (taken.is === "done") journal.drop(intent);
    throw alreadyExists(storedEndpoint(twin, entryOf(twin, entries)));
  }
}

function storedEndpoint(contact: Contact, entry: Entry | undefined): StoredEndpoint {
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

function contentOf({ poolFqdn, displayName }: Contact): Content {
  return { poolFqdn, ...(displayName !== undefined && { displayName }) };
}

function beforehand(entries: readonly Entry[], intent: Entry): Beforehand {
  const isGhost = (contact: Contact) =>
    contact.dn === intent.before?.object || wasTakenAway(contact, entries, undefined);
  const isForeign = ({ dn }: Contact) =>
    entries.some(({ object, owner }) => object === dn && owner !== intent.owner);
  return { isGhost, isOther: (contact) => isGhost(contact) || isForeign(contact) };
}

function notDone(
  verb: string,
  key: string,
  why: string,
  is: "not-done" | "open" = "not-done",
): RegistryError {
  const later = is === "open" ? "; if it is done after all, the next run sees it" : "";
  return new RegistryError("unavailable", `cannot ${verb} ${named(KIND, key)}: ${why}${later}`);
}
