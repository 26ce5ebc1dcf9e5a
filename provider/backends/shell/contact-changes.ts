import { RegistryError } from "../../registry/errors";
import type { SipAddress } from "../../registry/sip-address";
import { because, type Calls } from "./calls";
import type { Contact, EndpointList } from "./endpoint-list";
import type { Estate } from "./estate";
import type { Content } from "./journal";
import { isLike } from "./recognition";
import { endpointResult } from "./results";

const NEW = "New-CsPersistentChatEndpoint";
const REMOVE = "Remove-CsPersistentChatEndpoint";

/** What a domain controller does that does not know of a change. */
const LATE = {
  there: "does not show the new contact yet",
  gone: "shows the removed contact still",
} as const;

/** What is known beforehand of the contacts that may hold an address. */
export interface Beforehand {
  /** Those that were there, or are somebody else's: what is made now is none of them. */
  isOther(contact: Contact): boolean;
  /** Those that were taken away, which some domain controller may show still. */
  isGhost(contact: Contact): boolean;
}

/** What became of a change: it is so, it is not so, or it may become so yet. */
export type Result<T> = { is: "done"; value: T } | { is: "not-done" | "open"; why: string };

/** Makes contacts and takes them away; what became of it is read from the directory, never from a message. */
export class ContactChanges {
  constructor(
    private readonly calls: Calls,
    private readonly estate: Estate,
    /** Milliseconds for which a change is waited for until it is seen. */
    private readonly replicationTimeout: number,
  ) {}

  /**
   * Makes a contact. Where the address was free just now, and the server says otherwise, it may have read an older state:
   * `patience` says for how many milliseconds to try.
   */
  async make(
    sipAddress: SipAddress,
    content: Content,
    beforehand: Beforehand,
    patience: number,
  ): Promise<Result<{ dn: string }>> {
    let last: Result<{ dn: string }> = { is: "not-done", why: "" };
    await this.calls.lookFor(patience, async () => {
      last = await this.#makeOnce(sipAddress, content, beforehand);
      if (last.is !== "not-done" || patience === 0) return true;
      return (await this.#isHeld(sipAddress, beforehand)) || undefined;
    });
    return last;
  }

  async #makeOnce(
    sipAddress: SipAddress,
    content: Content,
    { isOther }: Beforehand,
  ): Promise<Result<{ dn: string }>> {
    const attempt = await this.calls.change(`create legacy endpoint '${sipAddress}'`, NEW, {
      SipAddress: sipAddress,
      PersistentChatPoolFqdn: content.poolFqdn,
      DisplayName: content.displayName,
      PassThru: true,
    });
    this.estate.forgetEndpoints();
    const { data: shown } = endpointResult.safeParse("objects" in attempt ? attempt.objects[0] : undefined);
    if (shown) return { is: "done", value: { dn: shown.Identity } };
    if (attempt.outcome === "failed") return { is: "not-done", why: because(attempt.error) };
    const limit = attempt.outcome === "unknown" ? attempt.rest : this.replicationTimeout;
    const contact = await this.calls.lookFor(limit, async () => {
      const { contacts } = await this.estate.endpoints(await this.estate.bound(), "fresh");
      return contacts.find((one) => one.sipAddress === sipAddress && isLike(one, content) && !isOther(one));
    });
    if (contact) return { is: "done", value: contact };
    const said = attempt.outcome === "unknown" ? because(attempt.error) : `'${NEW}' gave nothing`;
    return { is: "open", why: `${said}; when it was looked for after that, it was not there` };
  }

  /** Whether a removal would be accepted, as far as the server tells beforehand; rights on the object it does not. */
  async tryTakingAway({ dn, sipAddress }: Contact): Promise<Result<undefined>> {
    const given = { Identity: dn, Force: true, WhatIf: true };
    const attempt = await this.calls.change(`update legacy endpoint '${sipAddress}'`, REMOVE, given);
    if (attempt.outcome === "done") return { is: "done", value: undefined };
    return { is: "not-done", why: because(attempt.error) };
  }

  /** Takes a contact away; `byUs` is false where somebody else did. */
  async takeAway({ dn, sipAddress }: Contact): Promise<Result<{ byUs: boolean }>> {
    const given = { Identity: dn, Force: true };
    const attempt = await this.calls.change(`remove legacy endpoint '${sipAddress}'`, REMOVE, given);
    this.estate.forgetEndpoints();
    if (attempt.outcome === "done") return { is: "done", value: { byUs: true } };
    const limit = attempt.outcome === "unknown" ? attempt.rest : 0;
    const isGone = await this.calls.lookFor(limit, async () => {
      const { contacts } = await this.estate.endpoints(await this.estate.bound(), "fresh");
      return contacts.some((contact) => contact.dn === dn) ? undefined : true;
    });
    if (isGone) return { is: "done", value: { byUs: attempt.outcome === "unknown" } };
    const why = because(attempt.error);
    if (attempt.outcome === "failed") return { is: "not-done", why };
    return { is: "open", why: `${why}; when it was looked for after that, it was still there` };
  }

  /**
   * Waits until every domain controller shows a contact that was made, and tells the user where it is missing when the time
   * is over. Gives what the one that took the change shows.
   */
  async awaitThere(sipAddress: SipAddress, dn: string): Promise<readonly Contact[]> {
    return this.#await(sipAddress, "there", ({ contacts }) =>
      contacts.some((contact) => contact.dn === dn && contact.poolFqdn !== ""),
    );
  }

  /** The same for a contact that was taken away. */
  async awaitGone(sipAddress: SipAddress, dn: string): Promise<void> {
    await this.#await(sipAddress, "gone", ({ contacts }) => !contacts.some((contact) => contact.dn === dn));
  }

  async #await(
    sipAddress: SipAddress,
    what: keyof typeof LATE,
    isSeen: (list: EndpointList) => boolean,
  ): Promise<readonly Contact[]> {
    let missing = await this.estate.controllers();
    const [bound] = missing;
    let shown: readonly Contact[] = [];
    await this.calls.lookFor(this.replicationTimeout, async () => {
      const still: typeof missing = [];
      for (const controller of missing) {
        const list = await this.#read(controller);
        if (list && controller === bound) shown = list.contacts;
        if (!list || !isSeen(list)) still.push(controller);
      }
      missing = still;
      return missing.length === 0 ? true : undefined;
    });
    if (missing.length > 0) {
      const places = missing.map((controller) => `'${controller ?? "the directory"}'`).join(", ");
      this.calls.tell(
        `legacy endpoint '${sipAddress}': waited ${this.replicationTimeout / 1000} s until all domain controllers know of the change, and ${places} ${LATE[what]}; 'repadmin /showrepl' there tells why`,
      );
    }
    return shown;
  }

  /** Nothing of one that cannot be read: the change is made all the same. */
  async #read(controller: string | undefined): Promise<EndpointList | undefined> {
    try {
      return await this.estate.endpoints(controller, "fresh");
    } catch (error) {
      if (error instanceof RegistryError && error.code === "unavailable") return undefined;
      throw error;
    }
  }

  async #isHeld(sipAddress: SipAddress, { isGhost }: Beforehand): Promise<boolean> {
    for (const controller of await this.estate.controllers()) {
      const { contacts } = await this.estate.endpoints(controller, "fresh");
      if (contacts.some((one) => one.sipAddress === sipAddress && !isGhost(one))) return true;
    }
    return (await this.estate.users.holderOf(sipAddress)) !== undefined;
  }
}
