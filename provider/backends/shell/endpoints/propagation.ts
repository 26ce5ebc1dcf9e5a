import type { SipAddress } from "../../../registry/sip-address";
import type { Calls } from "../calls";
import type { Contact, EndpointList } from "../estate/endpoint-list";
import type { Estate } from "../estate/estate";

/** What a domain controller does that does not know of a change. */
const LATE = {
  there: "does not show the new contact yet",
  gone: "shows the removed contact still",
} as const;

/** Waits for what was done to be seen. */
export class Propagation {
  constructor(
    private readonly calls: Calls,
    private readonly estate: Estate,
    /** Milliseconds for which it is waited for. */
    private readonly replicationTimeout: number,
  ) {}

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
        const list = await this.estate.endpointsIfReadable(controller);
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
}
