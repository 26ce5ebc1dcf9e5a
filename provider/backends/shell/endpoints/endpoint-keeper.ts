import { changedRecord, newRecord } from "../../../registry/changes";
import { isRegistryError, RegistryError } from "../../../registry/errors";
import { addressHeld, alreadyExists, notFound, revisionConflict } from "../../../registry/failures";
import { lowerCase } from "../../../registry/fqdn";
import type { ChangeOf, NewRecordOf } from "../../../registry/records";
import { type Actor, type Incarnation, isIncarnation, type Revision } from "../../../registry/registry";
import type { SipAddress } from "../../../registry/sip-address";
import { notDone } from "../calls";
import { isAdoption, means, naturalIncarnation } from "../incarnations";
import type { Entry } from "../journal";
import type { Keeper } from "../keeper";
import { KeyedLock } from "../keyed-lock";
import { assertOwnAddress, assertPossible, assertReadable, type Wanted } from "./endpoint-checks";
import {
  contentOf,
  EndpointFinder,
  type EndpointFinderOptions,
  type StoredEndpoint,
  storedEndpoint,
} from "./endpoint-finder";
import { EndpointReplacement, type EndpointReplacementOptions } from "./endpoint-replacement";

const KIND = "endpoint";
/** An incarnation that is forgotten is one whose resource missed so many changes of its own. */
const MOST_FORMER = 10;

export interface EndpointKeeperOptions extends EndpointFinderOptions, EndpointReplacementOptions {
  newIncarnation(): Incarnation;
}

/** The legacy endpoints, which are contacts in the directory. A change of one is its removal and another one made. */
export class EndpointKeeper implements Keeper<typeof KIND> {
  readonly #finder: EndpointFinder;
  readonly #replacement: EndpointReplacement;
  readonly #lock = new KeyedLock();

  constructor(private readonly options: EndpointKeeperOptions) {
    this.#finder = new EndpointFinder(options);
    this.#replacement = new EndpointReplacement(options);
  }

  async get(key: string): Promise<StoredEndpoint | undefined> {
    const { contact, entry } = await this.#finder.find(key, "known");
    return contact && storedEndpoint(contact, entry);
  }

  list(): Promise<StoredEndpoint[]> {
    return this.#finder.list();
  }

  create(said: NewRecordOf<typeof KIND>, by: Actor, incarnation?: Incarnation): Promise<StoredEndpoint> {
    const record = newRecord(KIND, {
      ...said,
      sipAddress: lowerCase(said.sipAddress) as SipAddress,
      poolFqdn: lowerCase(said.poolFqdn),
    });
    const { sipAddress, ...content } = record;
    return this.#lock.run(sipAddress, async () => {
      const found = await this.#checked({ verb: "create", ...record });
      if (found.contact) throw alreadyExists(storedEndpoint(found.contact, found.entry));
      const former = incarnation === undefined ? undefined : [incarnation];
      const intent = await this.#begin(sipAddress, by, { verb: "create", after: content, former });
      const made = await this.#replacement.create(intent, found);
      if (made.is === "done") return made.value;
      if (made.is === "open")
        throw notDone(
          "create",
          KIND,
          sipAddress,
          `${made.why}; if it is made after all, the next run sees it`,
        );
      throw await this.#refusal({ verb: "create", ...record }, made.why);
    });
  }

  update(key: string, change: ChangeOf<typeof KIND>, expected: Revision, by: Actor): Promise<StoredEndpoint> {
    return this.#lock.run(key, async () => {
      const found = await this.#finder.findToChange("update", key);
      const { contact, entry } = found;
      if (!contact) throw notFound("update", KIND, key);
      const old = storedEndpoint(contact, entry);
      if (old.revision !== expected) throw revisionConflict("update", KIND, key);
      const poolFqdn = change.poolFqdn === undefined ? undefined : lowerCase(change.poolFqdn);
      const next = changedRecord(KIND, old.record, { ...change, poolFqdn });
      if (!next) return old;
      await this.#checked({ verb: "update", ...next });
      const refusal = await this.#replacement.tryOut(contact);
      if (refusal) throw (await this.#isAsSeen(contact)) ? refusal : revisionConflict("update", KIND, key);
      const { sipAddress: _, ...content } = next;
      const owner = { ...by, managedBy: by.managedBy ?? old.managedBy };
      const intent = await this.#begin(key, owner, {
        verb: "update",
        before: { object: contact.dn, ...contentOf(contact) },
        after: content,
        former: [old.incarnation, ...(entry?.former ?? [])].slice(0, MOST_FORMER),
        adopted: entry?.adopted,
      });
      return this.#replacement.replace(contact, intent, found);
    });
  }

  claim(key: string, expected: Revision, by: Actor, given?: Incarnation): Promise<StoredEndpoint> {
    return this.#lock.run(key, async () => {
      const { journal, newIncarnation, estate, now } = this.options;
      const { contact, entry, entries } = await this.#finder.find(key, "fresh");
      if (!contact) throw notFound("claim", KIND, key);
      if (storedEndpoint(contact, undefined).revision !== expected)
        throw revisionConflict("claim", KIND, key);
      const natural = naturalIncarnation(contact.dn);
      const isKnown = given !== undefined && isIncarnation(given, { incarnation: natural });
      const claimed: Entry = {
        kind: KIND,
        key,
        owner: by.managedBy,
        verb: "claim",
        object: contact.dn,
        // Another one from now on: whoever knows an earlier one means another resource.
        incarnation: isKnown ? given : `${natural}.${newIncarnation()}`,
        former: given === undefined || isKnown ? undefined : [given],
        controller: await estate.bound(),
        adopted: isAdoption(given, entry, by),
        at: now(),
        done: true,
      };
      journal.write(claimed);
      for (const other of entries)
        if (other.object === contact.dn && other.owner !== claimed.owner) journal.drop(other);
      return storedEndpoint(contact, claimed);
    });
  }

  remove(key: string, { incarnation }: { incarnation: Incarnation }, by: Actor): Promise<boolean> {
    return this.#lock.run(key, async () => {
      const found = await this.#finder.findToChange("remove", key);
      const { contact, entry } = found;
      if (!contact || !means(incarnation, naturalIncarnation(contact.dn), entry)) return false;
      const owner = { ...by, managedBy: entry?.owner ?? by.managedBy };
      const intent = await this.#begin(key, owner, {
        verb: "remove",
        before: { object: contact.dn, ...contentOf(contact) },
        incarnation: entry?.incarnation,
        former: entry?.former,
      });
      return this.#replacement.remove(contact, intent, found);
    });
  }

  /** Everything that can be known to fail is refused before anything is changed. */
  async #checked(wanted: Wanted) {
    assertOwnAddress(wanted);
    const [found] = await Promise.all([
      this.#finder.find(wanted.sipAddress, "fresh"),
      assertPossible(this.options.estate, wanted),
    ]);
    assertReadable(found.list, wanted);
    return found;
  }

  /** Whether nobody took a contact away since it was found. */
  async #isAsSeen({ sipAddress, dn }: { sipAddress: SipAddress; dn: string }): Promise<boolean> {
    const { contact } = await this.#finder.find(sipAddress, "fresh");
    return contact?.dn === dn;
  }

  /** Why an address could not be had: who holds it now, what is gone that it needs, or what the shell said. */
  async #refusal(wanted: Wanted, why: string): Promise<RegistryError> {
    const { sipAddress } = wanted;
    const refused = notDone("create", KIND, sipAddress, why);
    try {
      const { contact, entry } = await this.#finder.find(sipAddress, "fresh");
      const user = contact ? undefined : await this.options.estate.users.holderOf(sipAddress);
      const held = contact
        ? alreadyExists(storedEndpoint(contact, entry))
        : user &&
          addressHeld("create", KIND, sipAddress, { kind: "sip-user", displayName: user.displayName });
      if (!held) {
        // What was possible when it was looked at may be so no more.
        await assertPossible(this.options.estate, wanted);
        return refused;
      }
      this.options.calls.tell(`legacy endpoint '${sipAddress}': ${why}`);
      return new RegistryError(held.code, `${held.message} (${why})`, { cause: refused });
    } catch (error) {
      // What the shell said matters more than that nothing more can be read.
      if (isRegistryError(error, "unavailable")) return refused;
      throw error;
    }
  }

  /** Notes what is going to be done, before it is. */
  async #begin(
    key: string,
    by: Actor,
    said: Pick<Entry, "verb" | "before" | "after" | "incarnation" | "former" | "adopted">,
  ): Promise<Entry> {
    const { estate, journal, now } = this.options;
    const controller = await estate.bound();
    const entry: Entry = {
      kind: KIND,
      key,
      owner: by.managedBy,
      ...said,
      controller,
      at: now(),
      done: false,
    };
    journal.write(entry);
    return entry;
  }
}
