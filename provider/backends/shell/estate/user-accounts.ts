import { RegistryError } from "../../../registry/errors";
import { lowerCase } from "../../../registry/fqdn";
import type { SipAddress } from "../../../registry/sip-address";
import type { UserAttributes } from "../../../registry/sip-users";
import { type AccountResult, accountResult, CREDENTIALS, canonicalAddress, parsed } from "./results";
import { userAttributes } from "./user-attributes";
import { holds, isAccount, type UserSearch } from "./user-search";

const MOST_ATTEMPTS = 3;

/** An account as a domain controller has it. */
export interface UserAccount {
  /** Its identifier, which no other account ever has. */
  account: string;
  dn: string;
  /** Absent where the account is no SIP user. */
  sipAddress?: SipAddress;
  displayName?: string;
  attributes: UserAttributes;
}

/** Finds accounts with all that is known of them. What is not found is absent: a list that cannot be true is `unavailable`. */
export class UserAccounts {
  constructor(private readonly search: UserSearch) {}

  /** The account with an identifier, whatever its address. */
  byIdentifier(identifier: string, controller?: string): Promise<UserAccount | undefined> {
    return untilAlike(() => this.#byIdentifier(identifier, controller));
  }

  /** The user who holds an address. */
  byAddress(sipAddress: SipAddress): Promise<UserAccount | undefined> {
    return untilAlike(() => this.#byAddress(sipAddress));
  }

  async #byIdentifier(identifier: string, controller?: string): Promise<UserAccount | undefined> {
    const doing = `look for the account '${identifier}'`;
    const [account] = await this.#list(doing, "Get-CsAdUser", isAccount(identifier), controller);
    if (!account) {
      await this.#assertSeen(doing, controller);
      return undefined;
    }
    const [user] = await this.#list(doing, "Get-CsUser", isAccount(identifier), controller);
    if (user || !account.SipAddress) return accountOf(account, user);
    throw unlike(doing, account.Identity, "Get-CsUser");
  }

  async #byAddress(sipAddress: SipAddress): Promise<UserAccount | undefined> {
    const doing = `read SIP user '${sipAddress}'`;
    const [user, ...others] = await this.#list(doing, "Get-CsUser", holds(sipAddress));
    if (others.length > 0)
      throw new RegistryError(
        "unavailable",
        `cannot ${doing}: ${others.length + 1} users hold the address; leave it to one of them`,
      );
    if (!user) {
      await this.assertFree(sipAddress);
      return undefined;
    }
    const [account] = await this.#list(doing, "Get-CsAdUser", isAccount(user.Guid));
    if (account) return accountOf(account, user);
    throw unlike(doing, user.Identity, "Get-CsAdUser");
  }

  /** Fails unless it proves something that `Get-CsUser` shows nobody with an address (see `untilAlike`). */
  async assertFree(sipAddress: SipAddress, controller?: string): Promise<void> {
    const doing = `tell who holds '${sipAddress}'`;
    const [account] = await this.#list(doing, "Get-CsAdUser", holds(sipAddress), controller);
    if (account) throw unlike(doing, account.Identity, "Get-CsUser");
    await this.#assertSeen(doing, controller);
  }

  /** Fails where a domain controller shows no account at all: nobody's absence is proved there. */
  async #assertSeen(doing: string, controller?: string): Promise<void> {
    if ((await this.#list(doing, "Get-CsAdUser", "objectClass=user", controller, 1)).length > 0) return;
    throw new RegistryError(
      "unavailable",
      `cannot ${doing}: 'Get-CsAdUser' shows no account at all, and that cannot be; ${CREDENTIALS}`,
    );
  }

  async #list(
    doing: string,
    cmdlet: "Get-CsUser" | "Get-CsAdUser",
    condition: string,
    controller?: string,
    most?: number,
  ): Promise<AccountResult[]> {
    const found = await this.search.list(doing, cmdlet, [condition], { controller, most });
    return parsed(doing, cmdlet, accountResult, found);
  }
}

/** Two lists of one moment cannot both be true. Somebody may have changed the account between the two, but not each time. */
class Unlike extends RegistryError {}

function unlike(doing: string, dn: string, cmdlet: string): Unlike {
  return new Unlike(
    "unavailable",
    `cannot ${doing}: '${cmdlet}' does not show '${dn}', and that cannot be; ${CREDENTIALS}`,
  );
}

/** Reads again where two lists did not fit together, a few times. */
export async function untilAlike<T>(read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof Unlike) || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

function accountOf(account: AccountResult, user: AccountResult | undefined): UserAccount {
  const { Guid, Identity, DisplayName, SipAddress } = user ?? account;
  return {
    account: lowerCase(Guid),
    dn: Identity,
    ...(SipAddress && { sipAddress: canonicalAddress(SipAddress) }),
    ...(DisplayName !== undefined && { displayName: DisplayName }),
    attributes: userAttributes(account, user),
  };
}
