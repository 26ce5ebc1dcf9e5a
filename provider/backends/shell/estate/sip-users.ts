import { lowerCase } from "../../../registry/fqdn";
import type { SipAddress } from "../../../registry/sip-address";
import { parsed, userResult } from "./results";
import { ADDRESS, escaped, holds, type SearchOptions, type UserSearch } from "./user-search";

const GET = "Get-CsUser";
const DOING = "look for SIP users";
/** Addresses of one search: a filter has a limit of length that is not documented. */
const MOST_ADDRESSES = 100;

/** A user who holds an address. */
export interface SipUser {
  dn: string;
  /** Absent where the shell does not tell. */
  account?: string;
  sipAddress: SipAddress;
  displayName?: string;
}

interface Search {
  addresses: Set<string>;
  found: Promise<SipUser[]>;
}

/** Finds users by their address, on one domain controller. Who asks before a search begins shares it. */
export class SipUsers {
  #joinable: Search | undefined;
  #latest: Promise<SipUser[]> = Promise.resolve([]);

  constructor(private readonly search: UserSearch) {}

  /** The user who holds an address, if there is one. Not older than the call. Fails with `unavailable`. */
  async holderOf(address: string): Promise<SipUser | undefined> {
    if (this.#joinable === undefined || this.#joinable.addresses.size >= MOST_ADDRESSES) {
      const search: Search = { addresses: new Set(), found: this.#latest };
      // One at a time, so that those who come meanwhile share the next one.
      search.found = this.#latest
        .catch(() => [])
        .then(() => this.#search(search))
        .finally(() => this.#close(search));
      // Whoever waits for it is told; without anybody who does, it is nobody's concern.
      search.found.catch(() => {});
      this.#latest = search.found;
      this.#joinable = search;
    }
    const search = this.#joinable;
    search.addresses.add(lowerCase(address));
    return (await search.found).find(({ sipAddress }) => sipAddress === lowerCase(address));
  }

  /** All users who have an address, which may be very many. */
  async all(): Promise<SipUser[]> {
    return this.#list([`${ADDRESS}=*`]);
  }

  /** Some of the users whose address is in a SIP domain. */
  async someIn(domain: string, most: number): Promise<SipUser[]> {
    return this.#list([`${ADDRESS}=sip:*@${escaped(domain)}`], { most });
  }

  /** Whether anybody is seen: where nobody is, an empty list of something else may be a lack of rights. */
  async areSeen(): Promise<boolean> {
    return (await this.#list([`${ADDRESS}=*`], { most: 1 })).length > 0;
  }

  /** Everybody who holds an address on a domain controller; not older than the call. */
  async holdersOn(controller: string | undefined, address: string): Promise<SipUser[]> {
    return this.#list([holds(address)], { controller });
  }

  #close(search: Search): void {
    if (this.#joinable === search) this.#joinable = undefined;
  }

  async #search(search: Search): Promise<SipUser[]> {
    const controller = await this.search.begin();
    // Whoever comes before the filter is made is still in it.
    this.#close(search);
    return this.#list([...search.addresses].map(holds), { controller });
  }

  async #list(conditions: readonly string[], more: SearchOptions = {}): Promise<SipUser[]> {
    return parsed(DOING, GET, userResult, await this.search.list(DOING, GET, conditions, more)).map(
      ({ Identity, Guid, SipAddress, DisplayName }) => ({
        dn: Identity,
        ...(Guid !== undefined && { account: lowerCase(Guid) }),
        sipAddress: SipAddress as SipAddress,
        ...(DisplayName !== undefined && { displayName: DisplayName }),
      }),
    );
  }
}
