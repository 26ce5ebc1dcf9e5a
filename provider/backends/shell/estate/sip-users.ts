import { RegistryError } from "../../../registry/errors";
import { lowerCase } from "../../../registry/fqdn";
import type { SipAddress } from "../../../registry/sip-address";
import type { Calls } from "../calls";
import { parsed, userResult } from "./results";

const GET = "Get-CsUser";
const DOING = "look for SIP users";
const ADDRESS = "msRTCSIP-PrimaryUserAddress";
/** Addresses of one search: a filter has a limit of length that is not documented. */
const MOST_ADDRESSES = 100;

/** A user who holds an address. */
export interface SipUser {
  dn: string;
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
  #brackets: Promise<boolean> | undefined;

  constructor(
    private readonly calls: Calls,
    private readonly controller: () => Promise<string | undefined>,
  ) {}

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
    return this.#list([`${ADDRESS}=*`], await this.#hasBrackets());
  }

  /** Some of the users whose address is in a SIP domain. */
  async someIn(domain: string, most: number): Promise<SipUser[]> {
    const condition = `${ADDRESS}=sip:*@${escaped(domain)}`;
    return this.#list([condition], await this.#hasBrackets(), { ResultSize: most });
  }

  /** Whether anybody is seen: where nobody is, an empty list of something else may be a lack of rights. */
  async areSeen(): Promise<boolean> {
    return (await this.#list([`${ADDRESS}=*`], await this.#hasBrackets(), { ResultSize: 1 })).length > 0;
  }

  #close(search: Search): void {
    if (this.#joinable === search) this.#joinable = undefined;
  }

  async #search(search: Search): Promise<SipUser[]> {
    const brackets = await this.#hasBrackets();
    const controller = await this.controller();
    // Whoever comes before the filter is made is still in it.
    this.#close(search);
    const conditions = [...search.addresses].map((address) => `${ADDRESS}=${escaped(address)}`);
    return this.#list(conditions, brackets, {}, controller);
  }

  async #list(
    conditions: readonly string[],
    brackets: boolean,
    more: { ResultSize?: number } = {},
    controller?: string,
  ): Promise<SipUser[]> {
    const view = controller ?? (await this.controller());
    const given = {
      LdapFilter: filterOf(conditions, brackets),
      ...more,
      ...(view !== undefined && { DomainController: view }),
    };
    return parsed(DOING, GET, userResult, await this.calls.list(DOING, GET, given)).map(
      ({ Identity, SipAddress, DisplayName }) => ({
        dn: Identity,
        sipAddress: SipAddress as SipAddress,
        ...(DisplayName !== undefined && { displayName: DisplayName }),
      }),
    );
  }

  /**
   * Whether the cmdlet wants brackets around a filter, which RFC 4515 has and the examples of its help do not: found out by a
   * filter that anybody meets, as one that is read otherwise might find nobody instead of failing.
   */
  #hasBrackets(): Promise<boolean> {
    this.#brackets ??= this.#findBrackets().catch((error: unknown) => {
      this.#brackets = undefined;
      throw error;
    });
    return this.#brackets;
  }

  async #findBrackets(): Promise<boolean> {
    const failures: RegistryError[] = [];
    let isTaken = true;
    for (const brackets of [true, false])
      try {
        if ((await this.#list([`${ADDRESS}=*`], brackets, { ResultSize: 1 })).length > 0) return brackets;
        if (failures.length > 0) isTaken = brackets;
      } catch (error) {
        if (!(error instanceof RegistryError)) throw error;
        failures.push(error);
        if (brackets) isTaken = false;
      }
    if (failures.length === 2) throw failures[0];
    return isTaken;
  }
}

/** One search for any of the conditions. */
function filterOf(conditions: readonly string[], brackets: boolean): string {
  const [only = "", ...others] = conditions;
  if (others.length === 0) return brackets ? `(${only})` : only;
  const any = `|${conditions.map((condition) => `(${condition})`).join("")}`;
  return brackets ? `(${any})` : any;
}

/** A value in a filter: RFC 4515, section 3. */
function escaped(value: string): string {
  return value.replace(
    /[\\*()\0]/g,
    (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
