import { RegistryError } from "../../../registry/errors";
import type { SipAddress } from "../../../registry/sip-address";
import { type Calls, whyNot } from "../calls";
import type { Contact } from "../estate/endpoint-list";
import type { Estate } from "../estate/estate";
import { endpointResult } from "../estate/results";
import type { Content } from "../journal";
import { isLike } from "./recognition";

const NEW = "New-CsPersistentChatEndpoint";
const REMOVE = "Remove-CsPersistentChatEndpoint";

/** What is known beforehand of the contacts that may hold an address. */
export interface Beforehand {
  /** Those that were there, or are somebody else's: what is made now is none of them. */
  isOther(contact: Contact): boolean;
  /** Those that were taken away, which some domain controller may show still. */
  isGhost(contact: Contact): boolean;
}

/** What became of a change: it is so, it is not so, or it may become so yet. */
export type Result<T> =
  | { is: "done"; value: T }
  | { is: "not-done"; why: string; holder?: Contact; isShellGone?: true }
  | { is: "open"; why: string };

/** Milliseconds for which a server that refuses an address is asked again at most: in that time nobody answers it. */
const MOST_PATIENCE = 30_000;

/** Makes contacts and takes them away; what became of it is read from the directory, never from a message. */
export class ContactChanges {
  /** The addresses of which the user was told that the server is asked again. */
  readonly #retried = new Set<string>();

  constructor(
    private readonly calls: Calls,
    private readonly estate: Estate,
    /** Milliseconds for which a change is waited for until it is seen. */
    private readonly replicationTimeout: number,
  ) {}

  /**
   * Makes a contact; where it is not made, `holder` is whoever holds the address then. `wasHeld` says that the address was
   * given up only just now: a server that refuses it may have read an older state, and is asked again for a while.
   */
  async make(
    sipAddress: SipAddress,
    content: Content,
    beforehand: Beforehand,
    wasHeld: boolean,
  ): Promise<Result<{ dn: string }>> {
    const patience = wasHeld ? Math.min(this.replicationTimeout, MOST_PATIENCE) : 0;
    let result: Result<{ dn: string }> | undefined;
    let isUnderWay = false;
    try {
      await this.calls.lookFor(patience, async () => {
        if (result && "why" in result) this.#tellRetry(sipAddress, result.why, patience);
        isUnderWay = true;
        const { result: once, isFinal } = await this.#makeOnce(sipAddress, content, beforehand);
        isUnderWay = false;
        result = once;
        return isFinal || once.is !== "not-done" || once.holder !== undefined || undefined;
      });
    } catch (error) {
      // Where the registry is closed between two attempts, what came of the last one is known all the same.
      if (isUnderWay || result === undefined) throw error;
    }
    return result ?? { is: "not-done", why: "it was not tried" };
  }

  async #makeOnce(
    sipAddress: SipAddress,
    content: Content,
    { isOther, isGhost }: Beforehand,
  ): Promise<{ result: Result<{ dn: string }>; isFinal: boolean }> {
    const attempt = await this.calls.change(NEW, {
      SipAddress: sipAddress,
      PersistentChatPoolFqdn: content.poolFqdn,
      DisplayName: content.displayName,
      PassThru: true,
    });
    const why = whyNot(attempt);
    if (attempt.outcome === "not-begun")
      return { result: { is: "not-done", why, isShellGone: true }, isFinal: true };
    this.estate.forgetEndpoints();
    const { data: shown } = endpointResult.safeParse("objects" in attempt ? attempt.objects[0] : undefined);
    if (shown) {
      if (attempt.outcome === "failed")
        this.calls.tell(
          `legacy endpoint '${sipAddress}' was made, although the shell reported an error: ${why}`,
        );
      return { result: { is: "done", value: { dn: shown.Identity } }, isFinal: true };
    }
    if (attempt.outcome === "failed") {
      const holder = await this.#holderOf(sipAddress, isGhost);
      return { result: { is: "not-done", why, ...(holder && { holder }) }, isFinal: false };
    }
    const limit = attempt.outcome === "unknown" ? attempt.rest : this.replicationTimeout;
    const contact = await this.calls.lookFor(limit, async () => {
      const { contacts } = await this.estate.endpoints(await this.estate.bound(), "fresh");
      return contacts.find((one) => one.sipAddress === sipAddress && isLike(one, content) && !isOther(one));
    });
    if (contact) return { result: { is: "done", value: contact }, isFinal: true };
    const said = attempt.outcome === "unknown" ? why : `'${NEW}' gave nothing`;
    return {
      result: { is: "open", why: `${said}, and it was not there when that was looked for` },
      isFinal: true,
    };
  }

  /** Whether a removal would be accepted, as far as the server tells beforehand; rights on the object it does not. */
  async tryTakingAway({ dn }: Contact): Promise<Result<undefined>> {
    const attempt = await this.calls.change(REMOVE, { Identity: dn, Force: true, WhatIf: true });
    if (attempt.outcome === "done") return { is: "done", value: undefined };
    return { is: "not-done", why: whyNot(attempt) };
  }

  /** Takes a contact away; `byUs` is false where somebody else did. */
  async takeAway({ dn }: Contact): Promise<Result<{ byUs: boolean }>> {
    const attempt = await this.calls.change(REMOVE, { Identity: dn, Force: true });
    const why = whyNot(attempt);
    if (attempt.outcome === "not-begun") return { is: "not-done", why };
    this.estate.forgetEndpoints();
    if (attempt.outcome === "done") return { is: "done", value: { byUs: true } };
    try {
      const isGone = await this.calls.lookFor(attempt.outcome === "unknown" ? attempt.rest : 0, async () => {
        const { contacts } = await this.estate.endpoints(await this.estate.bound(), "fresh");
        return contacts.some((contact) => contact.dn === dn) ? undefined : true;
      });
      if (isGone) return { is: "done", value: { byUs: attempt.outcome === "unknown" } };
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      return { is: "open", why: `${why}, and whether it is gone cannot be told (${error.message})` };
    }
    if (attempt.outcome === "failed") return { is: "not-done", why };
    return { is: "open", why: `${why}, and it was still there when that was looked for` };
  }

  /** Where nobody can be seen to hold it, because nothing can be seen, nobody is told. */
  async #holderOf(
    sipAddress: SipAddress,
    isGhost: (contact: Contact) => boolean,
  ): Promise<Contact | undefined> {
    for (const controller of await this.estate.controllers()) {
      const list = await this.estate.endpointsIfReadable(controller);
      const holder = list?.contacts.find((one) => one.sipAddress === sipAddress && !isGhost(one));
      if (holder) return holder;
    }
    return undefined;
  }

  #tellRetry(sipAddress: SipAddress, why: string, patience: number): void {
    if (this.#retried.has(sipAddress)) return;
    this.#retried.add(sipAddress);
    this.calls.tell(
      `legacy endpoint '${sipAddress}': ${why}; the server may not know yet that the address is free, and is asked again for ${patience / 1000} s`,
    );
  }
}
