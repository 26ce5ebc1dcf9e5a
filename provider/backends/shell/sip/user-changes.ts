import { isRegistryError, RegistryError } from "../../../registry/errors";
import { named } from "../../../registry/failures";
import type { SipAddress } from "../../../registry/sip-address";
import { type Calls, whyNot } from "../calls";
import type { Estate } from "../estate/estate";
import type { UserAccount } from "../estate/user-accounts";
import type { Arguments } from "../session/cmdlets";

type Cmdlet = "Set-CsUser" | "Disable-CsUser" | "Enable-CsUser";

/** What became of a change of a user: it is so, it is not so, or it may become so yet. */
export type Changed = { is: "done" } | { is: "not-done" | "open"; why: string };

/** Changes users; what became of it is read from the directory, never from a message. */
export class UserChanges {
  constructor(
    private readonly calls: Calls,
    private readonly estate: Estate,
  ) {}

  /** Asks for a change of an account, and looks whether it `isSo`, on the domain controller that took it. */
  async change<C extends Cmdlet>(
    cmdlet: C,
    { account, dn }: UserAccount,
    given: Arguments<C>,
    isSo: (user: UserAccount) => boolean,
  ): Promise<Changed> {
    if (dn.includes("*"))
      return {
        is: "not-done",
        why: `its distinguished name '${dn}' holds '*', which stands for any number of accounts; rename the account`,
      };
    const controller = await this.estate.bound();
    const attempt = await this.calls.change(cmdlet, { ...given, Identity: dn, DomainController: controller });
    const why = whyNot(attempt);
    if (attempt.outcome === "not-begun") return { is: "not-done", why };
    try {
      const seen = await this.calls.lookFor(attempt.outcome === "unknown" ? attempt.rest : 0, async () => {
        const user = await this.estate.accounts.byIdentifier(account, controller);
        return (user !== undefined && isSo(user)) || undefined;
      });
      if (seen) {
        if (attempt.outcome === "failed")
          this.calls.tell(`'${dn}' was changed, although the shell reported an error: ${why}`);
        return { is: "done" };
      }
    } catch (error) {
      if (!isRegistryError(error, "unavailable")) throw error;
      return { is: "open", why: `${why}, and what became of it cannot be told (${error.message})` };
    }
    if (attempt.outcome !== "unknown") return { is: "not-done", why };
    return { is: "open", why: `${why}, and it was not so when that was looked at; it may be done yet` };
  }
}

/** A change of a user that did not come about, with what may be the cause beside the shell's own words. */
export function notChanged(
  verb: string,
  sipAddress: SipAddress,
  { attributes }: UserAccount,
  why: string,
): RegistryError {
  const { adminCount } = attributes;
  const isProtected = adminCount !== undefined && adminCount !== null && Number(adminCount) > 0;
  const cause = isProtected
    ? `; the account is, or was, in a protected group (adminCount ${adminCount}), and Active Directory lets only domain administrators change it: run as one of them`
    : "";
  return new RegistryError(
    "unavailable",
    `cannot ${verb} ${named("sip-user", sipAddress)}: ${why}${cause}; where the cmdlets cannot change the user at all, as one that is homed on OCS 2007 R2, do it with a command of your own`,
  );
}
