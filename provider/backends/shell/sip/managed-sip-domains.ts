import { changedRecord, newRecord } from "../../../registry/changes";
import { alreadyExists, inUse, MOST_NAMED, notFound, revisionConflict } from "../../../registry/failures";
import { lowerCase } from "../../../registry/fqdn";
import type { ChangeOf, NewRecordOf, SipDomainRecord } from "../../../registry/records";
import {
  type Actor,
  type Incarnation,
  isIncarnation,
  type Revision,
  type Stored,
} from "../../../registry/registry";
import { sipDomainOf } from "../../../registry/sip-address";
import { type Attempt, type Calls, notDone, whyNot } from "../calls";
import type { Estate } from "../estate/estate";
import { digest, isAdoption, means, naturalIncarnation } from "../incarnations";
import type { Entry, Journal } from "../journal";
import { inOrder, type Keeper, unsupported } from "../keeper";
import { KeyedLock } from "../keyed-lock";
import { OTHER_DEFAULT, storedDomain } from "./observed-sip-domains";

const KIND = "sip-domain";
type StoredDomain = Stored<typeof KIND>;

export interface ManagedSipDomainsOptions {
  calls: Calls;
  estate: Estate;
  journal: Journal;
  newIncarnation(): Incarnation;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The SIP domains, made and removed by their cmdlets, where a setting says that they are. */
export class ManagedSipDomains implements Keeper<typeof KIND> {
  /** One write at a time, since the mark of the default passes from one domain to another. */
  readonly #lock = new KeyedLock();

  constructor(private readonly options: ManagedSipDomainsOptions) {}

  async get(key: string): Promise<StoredDomain | undefined> {
    const record = (await this.#find(key, "known")) ?? (await this.#find(key, "fresh"));
    if (!record) this.#disown(key);
    return this.#stored(record);
  }

  async list(): Promise<StoredDomain[]> {
    const domains = await this.options.estate.domains();
    return inOrder(domains.flatMap((record) => this.#stored(record) ?? []));
  }

  create(said: NewRecordOf<typeof KIND>, by: Actor): Promise<StoredDomain> {
    const { domain, isDefault } = newRecord(KIND, { ...said, domain: lowerCase(said.domain) });
    return this.#lock.run("", async () => {
      const live = this.#stored(await this.#find(domain, "fresh"));
      if (live) throw alreadyExists(live);
      this.#disown(domain);
      const attempt = await this.options.calls.change("New-CsSipDomain", {
        Identity: domain,
        IsDefault: isDefault ? true : undefined,
      });
      const made = await this.#look(attempt, async () => this.#find(domain, "fresh"));
      if (!made) throw notDone("create", KIND, domain, whyNot(attempt));
      // What is there although the cmdlet failed is somebody else's.
      if (attempt.outcome === "failed") throw alreadyExists(storedDomain(made));
      this.#note({ key: domain, by, verb: "create", incarnation: this.#firstIncarnation(domain) });
      return this.#stored(made) ?? storedDomain(made);
    });
  }

  update(key: string, said: ChangeOf<typeof KIND>, expected: Revision): Promise<StoredDomain> {
    return this.#lock.run("", async () => {
      const record = await this.#find(key, "fresh");
      const live = this.#stored(record);
      if (!record || !live) throw notFound("update", KIND, key);
      if (live.revision !== expected) throw revisionConflict("update", KIND, key);
      const next = changedRecord(KIND, record, said);
      if (!next) return live;
      if (!next.isDefault) throw unsupported("update", KIND, key, OTHER_DEFAULT);
      const given = { Identity: key, IsDefault: true, Force: true };
      const attempt = await this.options.calls.change("Set-CsSipDomain", given);
      const marked = await this.#look(attempt, async () => {
        const found = await this.#find(key, "fresh");
        return found?.isDefault ? found : undefined;
      });
      const stored = this.#stored(marked);
      if (!stored) throw notDone("update", KIND, key, whyNot(attempt));
      return stored;
    });
  }

  claim(key: string, expected: Revision, by: Actor, given?: Incarnation): Promise<StoredDomain> {
    return this.#lock.run("", async () => {
      const { journal } = this.options;
      const record = await this.#find(key, "fresh");
      const live = this.#stored(record);
      if (!record || !live) throw notFound("claim", KIND, key);
      if (live.revision !== expected) throw revisionConflict("claim", KIND, key);
      const isKnown = given !== undefined && isIncarnation(given, { incarnation: naturalIncarnation(key) });
      const earlier = journal.recall(KIND, key);
      const adopted = isAdoption(given, this.#entryOf(key), by);
      const incarnation = isKnown ? given : this.#newIncarnation(key);
      this.#note({ key, by, verb: "claim", incarnation, adopted });
      for (const entry of earlier) if (entry.owner !== by.managedBy) journal.drop(entry);
      return this.#stored(record) ?? live;
    });
  }

  remove(key: string, { incarnation }: { incarnation: Incarnation }, by: Actor): Promise<boolean> {
    return this.#lock.run("", async () => {
      const { calls, journal } = this.options;
      const record = await this.#find(key, "fresh");
      const entry = this.#entryOf(key);
      if (!record || !means(incarnation, naturalIncarnation(key), entry)) return false;
      if (record.isDefault) throw unsupported("remove", KIND, key, OTHER_DEFAULT);
      await this.#assertUnused(key);
      const given = { Identity: key, Force: true };
      const attempt = await calls.change("Remove-CsSipDomain", given);
      const isGone = await this.#look(attempt, async () =>
        (await this.#find(key, "fresh")) ? undefined : true,
      );
      // Somebody may have begun to use it after it was looked at.
      if (!isGone) await this.#assertUnused(key);
      if (!isGone) throw notDone("remove", KIND, key, whyNot(attempt));
      for (const old of journal.recall(KIND, key)) journal.drop(old);
      this.#note({ key, by, verb: "remove" });
      return attempt.outcome !== "failed";
    });
  }

  async #find(key: string, how: "known" | "fresh"): Promise<SipDomainRecord | undefined> {
    return (await this.options.estate.domains(how)).find(({ domain }) => domain === key);
  }

  #stored(record: SipDomainRecord | undefined): StoredDomain | undefined {
    if (!record) return undefined;
    const stored = storedDomain(record);
    const entry = this.#entryOf(record.domain);
    const incarnation = entry?.incarnation ?? stored.incarnation;
    return {
      ...stored,
      revision: digest([record, incarnation]),
      incarnation,
      ...(entry?.owner !== undefined && { managedBy: entry.owner }),
      ...(entry?.adopted && { adopted: true }),
    };
  }

  /** The entry that tells whose a domain is that is there. */
  #entryOf(domain: string): Entry | undefined {
    return this.options.journal.recall(KIND, domain).find(({ verb }) => verb !== "remove");
  }

  /** Whoever makes a domain again that is gone is somebody else, as far as its name tells. */
  #disown(domain: string): void {
    const { journal } = this.options;
    for (const entry of journal.recall(KIND, domain))
      if (entry.verb !== "remove") journal.write({ ...entry, verb: "remove" });
  }

  #newIncarnation(domain: string): Incarnation {
    return `${naturalIncarnation(domain)}.${this.options.newIncarnation()}`;
  }

  /** The name alone does not tell a domain from one that was removed before. */
  #firstIncarnation(domain: string): Incarnation | undefined {
    return this.options.journal.recall(KIND, domain).length === 0 ? undefined : this.#newIncarnation(domain);
  }

  /**
   * Notes what was done, once it is seen: nothing but its name tells a domain from one that somebody else made, so that a note of
   * what was only wanted would take the company's own for ours.
   */
  #note({ by, ...said }: { key: string; by: Actor } & Pick<Entry, "verb" | "incarnation" | "adopted">): void {
    const { journal, now } = this.options;
    journal.write({ kind: KIND, owner: by.managedBy, ...said, object: said.key, at: now(), done: true });
  }

  /** What `look` sees after an attempt, as long as something of it may come yet. */
  #look<T>(attempt: Attempt, look: () => Promise<T | undefined>): Promise<T | undefined> {
    this.options.estate.forgetDomains();
    return this.options.calls.lookFor(attempt.outcome === "unknown" ? attempt.rest : 0, look);
  }

  /** The server refuses only what users are in; what it makes of endpoints is not documented. */
  async #assertUnused(domain: string): Promise<void> {
    const { estate } = this.options;
    const { contacts } = await estate.endpoints(await estate.bound(), "fresh");
    const endpoints = contacts
      .filter(({ sipAddress }) => sipDomainOf(sipAddress) === domain)
      .map(({ sipAddress }) => ({ kind: "endpoint" as const, key: sipAddress as string }));
    const users = (await estate.users.someIn(domain, MOST_NAMED + 1)).map(({ sipAddress }) => ({
      kind: "sip-user" as const,
      key: sipAddress as string,
    }));
    const all = [...endpoints, ...users].sort((one, other) => (one.key < other.key ? -1 : 1));
    if (all.length > 0) throw inUse(KIND, domain, all, all.length);
  }
}
