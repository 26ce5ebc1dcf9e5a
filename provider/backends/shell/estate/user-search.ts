import { RegistryError } from "../../../registry/errors";
import type { Calls } from "../calls";
import type { CallResult } from "../session/session";

/** The attribute that has the address of a user. */
export const ADDRESS = "msRTCSIP-PrimaryUserAddress";
const ANYBODY = `${ADDRESS}=*`;

export interface SearchOptions {
  /** The domain controller that is asked; left out, the one that takes changes. */
  controller?: string;
  /** How many are listed at most; left out, all. */
  most?: number;
}

/** Searches the users or the accounts of the directory by LDAP filters. Every method fails with `unavailable`. */
export class UserSearch {
  #brackets: Promise<boolean> | undefined;

  constructor(
    private readonly calls: Calls,
    private readonly controller: () => Promise<string | undefined>,
  ) {}

  /** Finds out all that a search needs, and tells the domain controller that takes changes. */
  async begin(): Promise<string | undefined> {
    await this.#hasBrackets();
    return this.controller();
  }

  /** What meets any of the conditions; `doing` is a verb and its object. */
  async list(
    doing: string,
    cmdlet: "Get-CsUser" | "Get-CsAdUser",
    conditions: readonly string[],
    options: SearchOptions = {},
  ): Promise<CallResult["results"]> {
    return this.#list(doing, cmdlet, conditions, await this.#hasBrackets(), options);
  }

  async #list(
    doing: string,
    cmdlet: "Get-CsUser" | "Get-CsAdUser",
    conditions: readonly string[],
    brackets: boolean,
    { controller, most }: SearchOptions,
  ): Promise<CallResult["results"]> {
    return this.calls.list(doing, cmdlet, {
      LdapFilter: filterOf(conditions, brackets),
      ResultSize: most,
      DomainController: controller ?? (await this.controller()),
    });
  }

  /**
   * Whether the cmdlets want brackets around a filter, which RFC 4515 has and the examples of their help do not: found out by a
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
        const found = await this.#list("look for SIP users", "Get-CsUser", [ANYBODY], brackets, { most: 1 });
        if (found.length > 0) return brackets;
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

/** The condition that whoever holds an address meets. */
export function holds(address: string): string {
  return `${ADDRESS}=${escaped(address)}`;
}

/** The condition that an account meets: its identifier is an octet string in the directory, the first three parts little-endian. */
export function isAccount(guid: string): string {
  const [first = "", second = "", third = "", ...rest] = guid.toLowerCase().split("-");
  const octets = (text: string) => text.match(/../g) ?? [];
  const all = [...[first, second, third].flatMap((part) => octets(part).reverse()), ...octets(rest.join(""))];
  return `objectGUID=${all.map((octet) => `\\${octet}`).join("")}`;
}

/** A value in a filter: RFC 4515, section 3. */
export function escaped(value: string): string {
  return value.replace(
    /[\\*()\0]/g,
    (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** One search for any of the conditions. */
function filterOf(conditions: readonly string[], brackets: boolean): string {
  const [only = "", ...others] = conditions;
  if (others.length === 0) return brackets ? `(${only})` : only;
  const any = `|${conditions.map((condition) => `(${condition})`).join("")}`;
  return brackets ? `(${any})` : any;
}
