import { isRegistryError, type RegistryError } from "../../../registry/errors";
import { alreadyExists, revisionConflict } from "../../../registry/failures";
import type { SipAddress } from "../../../registry/sip-address";
import { type Calls, notDone } from "../calls";
import type { Contact } from "../estate/endpoint-list";
import type { Estate } from "../estate/estate";
import type { Content, Entry, Journal } from "../journal";
import type { Beforehand, ContactChanges, Result } from "./contact-changes";
import { contentOf, type Found, type StoredEndpoint, storedEndpoint } from "./endpoint-finder";
import type { Propagation } from "./propagation";
import { entryOf, isGhost, isLike, MEMORY } from "./recognition";

const KIND = "endpoint";
const NOBODY =
  "nobody answers the address now; 'pulumi up --refresh' makes it again, leading to where the program says then";

export interface EndpointReplacementOptions {
  calls: Calls;
  estate: Estate;
  changes: ContactChanges;
  propagation: Propagation;
  journal: Journal;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Carries out what is noted: makes contacts, takes them away, and does one after the other. */
export class EndpointReplacement {
  /** The errors that say what the world is left with. */
  readonly #told = new WeakSet<object>();

  constructor(private readonly options: EndpointReplacementOptions) {}

  /** Makes what an intent wants, where nobody holds the address. */
  async create(intent: Entry, found: Found): Promise<Result<StoredEndpoint>> {
    const made = await this.#make(intent, found, wanted(intent));
    if (made.is === "not-done") this.#undo(intent, found);
    return made.is === "done"
      ? { is: "done", value: await this.#finish(intent, found, made.value.dn) }
      : made;
  }

  /** Why a removal would be refused, as far as that is told before anything is changed. */
  async tryOut(contact: Contact): Promise<RegistryError | undefined> {
    const tried = await this.options.changes.tryTakingAway(contact);
    if (tried.is === "done") return undefined;
    return notDone("update", KIND, contact.sipAddress, `${tried.why}; nothing was changed`);
  }

  /**
   * Takes the old contact away and makes the new one; where that cannot be made, puts back what was there. Once begun it comes
   * to its end also where the registry is closed meanwhile, since nobody answers the address in between.
   */
  replace(contact: Contact, intent: Entry, found: Found): Promise<StoredEndpoint> {
    return this.options.calls.uninterrupted(async () => {
      await this.#takeAway("update", contact, intent, found, "it leads to where it did");
      try {
        const made = await this.#make(intent, found, wanted(intent));
        if (made.is === "done") return await this.#finish(intent, found, made.value.dn);
        throw await this.#putBack(contact, intent, found, made);
      } catch (error) {
        if (!isRegistryError(error, "unavailable") || this.#told.has(error)) throw error;
        const why = `the old one is removed, and whether the new one is there is not known (${error.message}); 'pulumi up --refresh' sees it, and makes it where it is not`;
        throw notDone("update", KIND, intent.key, why);
      }
    });
  }

  /** Whether it was this removal that took the contact away. */
  async remove(contact: Contact, intent: Entry, found: Found): Promise<boolean> {
    const byUs = await this.#takeAway("remove", contact, intent, found, "it is there still");
    this.options.journal.drop(intent);
    await this.options.propagation.awaitGone(contact.sipAddress, contact.dn);
    return byUs;
  }

  /** Fails where the contact is not taken away; with `conflict` where an update finds that somebody else did it. */
  async #takeAway(
    verb: "update" | "remove",
    contact: Contact,
    intent: Entry,
    found: Found,
    left: string,
  ): Promise<boolean> {
    const { changes } = this.options;
    const { dn, sipAddress } = contact;
    const taken = await changes.takeAway(contact);
    if (taken.is === "open")
      throw notDone(verb, KIND, sipAddress, `${taken.why}; it may be removed yet, and the next run sees it`);
    if (taken.is === "not-done") {
      this.#undo(intent, found);
      throw notDone(verb, KIND, sipAddress, `${taken.why}; ${left}`);
    }
    const { byUs } = taken.value;
    // Whoever took it away, it is gone where changes are taken.
    this.#bury(intent, dn);
    if (!byUs) this.#undo(intent, found);
    // Whoever took it away is at work on this address, too.
    if (!byUs && verb === "update") throw revisionConflict(verb, KIND, sipAddress);
    return byUs;
  }

  /** What is to be said where the new contact was not made; the old one is put back where it can be. */
  async #putBack(
    contact: Contact,
    intent: Entry,
    found: Found,
    made: Exclude<Result<unknown>, { is: "done" }>,
  ): Promise<RegistryError> {
    const { sipAddress } = contact;
    const old = contentOf(contact);
    const isShellGone = made.is === "not-done" && made.isShellGone === true;
    if (isShellGone) this.options.journal.drop(intent);
    if (made.is === "not-done" && made.holder) return this.#overtaken(intent, found, made.why, made.holder);
    if (made.is === "open" || isShellGone || old.poolFqdn === "")
      return this.#left(sipAddress, `the old one is removed, and ${made.why}`);
    const back = await this.#make(intent, found, old);
    if (back.is === "done") {
      await this.#finish(intent, found, back.value.dn, old);
      return this.#tell(
        notDone(
          "update",
          KIND,
          sipAddress,
          `${made.why}; the old one was put back, and leads to '${old.poolFqdn}'`,
        ),
      );
    }
    if (back.is === "not-done" && back.holder) return this.#overtaken(intent, found, back.why, back.holder);
    if (back.is === "not-done") this.options.journal.drop(intent);
    return this.#left(sipAddress, `${made.why}; the old one could not be put back either (${back.why})`);
  }

  /** Somebody holds the address after a removal of ours: what was to be made, by all appearances ours, or another one. */
  #overtaken(intent: Entry, found: Found, why: string, holder: Contact): RegistryError {
    const isOurs = isLike(holder, wanted(intent)) && !this.#beforehand(intent, found).isOther(holder);
    if (!isOurs) this.options.journal.drop(intent);
    return this.#tell(
      notDone(
        "update",
        KIND,
        holder.sipAddress,
        isOurs
          ? `${why}; all the same a contact leads the address to '${holder.poolFqdn}' now, and the next run takes it over`
          : `${why}; the old one is removed, and a contact that somebody else made leads the address to '${holder.poolFqdn}' now`,
      ),
    );
  }

  #left(key: string, why: string): RegistryError {
    return this.#tell(notDone("update", KIND, key, `${why}; ${NOBODY}`));
  }

  /** Notes of an error that it says what the world is left with. */
  #tell(error: RegistryError): RegistryError {
    this.#told.add(error);
    return error;
  }

  #make(intent: Entry, found: Found, content: Content) {
    const wasHeld = intent.before !== undefined || found.graves.length > 0;
    return this.options.changes.make(
      intent.key as SipAddress,
      content,
      this.#beforehand(intent, found),
      wasHeld && content === intent.after,
    );
  }

  /** Notes that a contact was made, and waits until it is seen. */
  async #finish(
    intent: Entry,
    found: Found,
    dn: string,
    content: Content = wanted(intent),
  ): Promise<StoredEndpoint> {
    const { calls, journal, propagation } = this.options;
    const sipAddress = intent.key as SipAddress;
    const done: Entry = { ...intent, object: dn, done: true };
    journal.write(done);
    const shown = await propagation.awaitThere(sipAddress, dn).catch((error: unknown) => {
      if (!isRegistryError(error, "unavailable")) throw error;
      // It is made, whatever can be seen of it.
      calls.tell(
        `legacy endpoint '${sipAddress}' leads to '${content.poolFqdn}' now; whether all domain controllers know could not be seen (${error.message})`,
      );
      return [];
    });
    const contact = shown.find((one) => one.dn === dn) ?? { dn, sipAddress, ...content };
    await this.#yieldToTwin(contact, shown, done, found);
    return storedEndpoint(contact, done);
  }

  /**
   * Where the server let two contacts take one address, the later one goes: whoever made the other one may have been told that
   * it is done. Of two that see each other both go, and are made again.
   */
  async #yieldToTwin(contact: Contact, shown: readonly Contact[], done: Entry, found: Found): Promise<void> {
    const { calls, changes, journal, now } = this.options;
    const entries = journal.recall(KIND, done.key);
    const graves = journal.graves(KIND, done.key, now() - MEMORY);
    const twin = shown.find(
      (one) =>
        one.sipAddress === contact.sipAddress &&
        one.dn !== contact.dn &&
        !graves.some(({ object }) => object === one.dn),
    );
    if (twin === undefined) return;
    const taken = await changes.takeAway(contact);
    if (taken.is === "done") {
      this.#undo(done, found);
      this.#bury(done, contact.dn);
    } else
      calls.tell(
        `legacy endpoint '${done.key}' has two contacts now, and '${contact.dn}', made just now, could not be removed: ${taken.why}`,
      );
    throw alreadyExists(storedEndpoint(twin, entryOf(twin, entries, now())));
  }

  #bury({ key, controller }: Entry, object: string): void {
    const { journal, now } = this.options;
    journal.bury(KIND, key, { object, controller }, now(), now() - MEMORY);
  }

  #beforehand(intent: Entry, { entries, graves, list }: Found): Beforehand {
    const bound = { controller: intent.controller, list };
    const isTaken = (contact: Contact) =>
      contact.dn === intent.before?.object || isGhost(contact, undefined, bound, { entries, graves });
    const isForeign = ({ dn }: Contact) =>
      entries.some(({ object, owner }) => object === dn && owner !== intent.owner);
    return { isGhost: isTaken, isOther: (contact) => isTaken(contact) || isForeign(contact) };
  }

  /** Puts what its owner had noted before in the place of an intent that came to nothing: it may be that which was done. */
  #undo(intent: Entry, { entries }: Found): void {
    const { journal } = this.options;
    const earlier = entries.find(({ owner }) => owner === intent.owner);
    if (earlier) journal.write(earlier);
    else journal.drop(intent);
  }
}

function wanted({ after }: Entry): Content {
  if (after) return after;
  throw new TypeError("an intent to make something says what");
}
