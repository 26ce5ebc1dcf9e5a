import { RegistryError } from "../../registry/errors";
import { alreadyExists, named, revisionConflict } from "../../registry/failures";
import type { SipAddress } from "../../registry/sip-address";
import type { Beforehand, ContactChanges, Result } from "./contact-changes";
import { contentOf, type Found, type StoredEndpoint, storedEndpoint } from "./endpoint-finder";
import type { Contact } from "./endpoint-list";
import type { Estate } from "./estate";
import type { Content, Entry, Journal } from "./journal";
import { entryOf, wasTakenAway } from "./recognition";

const KIND = "endpoint";
const NOBODY = "nobody answers the address now; run again to have it made";

export interface EndpointReplacementOptions {
  estate: Estate;
  changes: ContactChanges;
  journal: Journal;
  replicationTimeout: number;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Carries out what is noted: makes contacts, takes them away, and does one after the other. */
export class EndpointReplacement {
  constructor(private readonly options: EndpointReplacementOptions) {}

  /**
   * Makes what an intent wants. Where this machine took a contact of the same address away shortly before, the server may not
   * know yet that the address is free.
   */
  make(intent: Entry, entries: readonly Entry[], content: Content = wanted(intent)) {
    const { changes, now, replicationTimeout } = this.options;
    const isRecent = ({ verb, at }: Entry) => verb !== "claim" && now() - at < 2 * replicationTimeout;
    const wasHeld = intent.before !== undefined || entries.some((entry) => entry.before && isRecent(entry));
    const patience = wasHeld && content === intent.after ? replicationTimeout : 0;
    return changes.make(intent.key as SipAddress, content, beforehand(entries, intent), patience);
  }

  /** Notes that a contact was made, and waits until it is seen. */
  async finish(intent: Entry, dn: string, content: Content = wanted(intent)): Promise<StoredEndpoint> {
    const { changes, journal } = this.options;
    const sipAddress = intent.key as SipAddress;
    const done: Entry = { ...intent, object: dn, done: true };
    journal.write(done);
    const shown = await changes.awaitThere(sipAddress, dn);
    const contact = shown.find((one) => one.dn === dn) ?? { dn, sipAddress, ...content };
    await this.#yieldToTwin(contact, shown, done);
    return storedEndpoint(contact, done);
  }

  /** Why a removal would be refused, as far as that is told before anything is changed. */
  async tryOut(contact: Contact): Promise<RegistryError | undefined> {
    const tried = await this.options.changes.tryTakingAway(contact);
    if (tried.is === "done") return undefined;
    return notDone("update", contact.sipAddress, `${tried.why}; nothing was changed`);
  }

  /** Takes the old contact away and makes the new one; where that cannot be made, puts back what was there. */
  async replace(contact: Contact, intent: Entry, { entries, entry }: Found): Promise<StoredEndpoint> {
    const { sipAddress } = contact;
    const taken = await this.options.changes.takeAway(contact);
    if (taken.is !== "done")
      throw this.#kept("update", intent, entry, { ...taken, why: `${taken.why}; it leads to where it did` });
    if (!taken.value.byUs) {
      // Whoever took it away is at work on this address, too.
      this.#undo(intent, entry);
      throw revisionConflict("update", KIND, sipAddress);
    }
    const made = await this.make(intent, entries);
    if (made.is === "done") return this.finish(intent, made.value.dn);
    if (made.is === "open" || contact.poolFqdn === "")
      throw notDone("update", sipAddress, `the old one is removed, and ${made.why}; ${NOBODY}`, made.is);
    const old = contentOf(contact);
    const back = await this.make(intent, entries, old);
    if (back.is !== "done") {
      const why = `${made.why}; the old one could not be put back either (${back.why}); ${NOBODY}`;
      throw notDone("update", sipAddress, why, back.is);
    }
    await this.finish(intent, back.value.dn, old);
    throw notDone(
      "update",
      sipAddress,
      `${made.why}; the old one was put back, and leads to '${old.poolFqdn}'`,
    );
  }

  /** Whether it was this removal that took the contact away. */
  async remove(contact: Contact, intent: Entry, entry: Entry | undefined): Promise<boolean> {
    const { changes, journal } = this.options;
    const taken = await changes.takeAway(contact);
    if (taken.is !== "done") throw this.#kept("remove", intent, entry, taken);
    journal.write({ ...intent, done: true });
    await changes.awaitGone(contact.sipAddress, contact.dn);
    return taken.value.byUs;
  }

  /** The failure of a removal that came to nothing: the intent must not take the place of what was noted before. */
  #kept(
    verb: string,
    intent: Entry,
    entry: Entry | undefined,
    { is, why }: Exclude<Result<unknown>, { is: "done" }>,
  ): RegistryError {
    if (is === "not-done") this.#undo(intent, entry);
    return notDone(verb, intent.key, why, is);
  }

  /** Notes again what was noted before an intent to no effect. */
  #undo(intent: Entry, entry: Entry | undefined): void {
    const { journal } = this.options;
    journal.drop(intent);
    if (entry) journal.write(entry);
  }

  /**
   * Where the server let two contacts take one address, the later one goes: whoever made the other one may have been told that
   * it is done. Of two that see each other both go, and are made again.
   */
  async #yieldToTwin(contact: Contact, shown: readonly Contact[], done: Entry): Promise<void> {
    const { changes, estate, journal } = this.options;
    const entries = journal.recall(KIND, done.key);
    const bound = await estate.bound();
    const twin = shown.find(
      (one) =>
        one.sipAddress === contact.sipAddress && one.dn !== contact.dn && !wasTakenAway(one, entries, bound),
    );
    if (twin === undefined) return;
    const taken = await changes.takeAway(contact);
    if (taken.is === "done") journal.drop(done);
    throw alreadyExists(storedEndpoint(twin, entryOf(twin, entries)));
  }
}

/** A change that did not come about, in one sentence; `open` where it may do so yet. */
export function notDone(
  verb: string,
  key: string,
  why: string,
  is: "not-done" | "open" = "not-done",
): RegistryError {
  const later = is === "open" ? "; if it is done after all, the next run sees it" : "";
  return new RegistryError("unavailable", `cannot ${verb} ${named(KIND, key)}: ${why}${later}`);
}

function wanted({ after }: Entry): Content {
  if (after) return after;
  throw new TypeError("an intent to make something says what");
}

function beforehand(entries: readonly Entry[], intent: Entry): Beforehand {
  const isGhost = (contact: Contact) =>
    contact.dn === intent.before?.object || wasTakenAway(contact, entries, undefined);
  const isForeign = ({ dn }: Contact) =>
    entries.some(({ object, owner }) => object === dn && owner !== intent.owner);
  return { isGhost, isOther: (contact) => isGhost(contact) || isForeign(contact) };
}
