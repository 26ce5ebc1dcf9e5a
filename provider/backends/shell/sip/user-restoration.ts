import { RegistryError } from "../../../registry/errors";
import { named } from "../../../registry/failures";
import { differencesFrom, type SipUserSnapshot } from "../../../registry/sip-users";
import type { UserAccount } from "../estate/user-accounts";
import { unsupported } from "../keeper";
import type { Arguments } from "../session/cmdlets";
import { notChanged } from "./user-changes";
import { spelt, type UserPartsOptions } from "./user-release";

const KIND = "sip-user";
/** Milliseconds for which a server that refuses the address is asked again at most. */
const MOST_PATIENCE = 30_000;

export interface UserRestorationOptions extends UserPartsOptions {
  replicationTimeout: number;
}

/** Makes users again what they were. */
export class UserRestoration {
  constructor(private readonly options: UserRestorationOptions) {}

  async restore(snapshot: SipUserSnapshot): Promise<void> {
    const { calls, views } = this.options;
    const { account, sipAddress } = snapshot;
    await views.assertOnlyHeldBy(account, "restore", sipAddress);
    if ((await this.#account(snapshot)).sipAddress !== sipAddress)
      await views.awaitOthersGone(account, sipAddress);
    await calls.uninterrupted(async () => {
      await this.#giveAddress(snapshot);
      await this.#giveRest(snapshot);
    });
    await views.awaitHeldBy(account, sipAddress);
    const live = await this.#account(snapshot);
    if (live.sipAddress !== sipAddress)
      throw new RegistryError(
        "unavailable",
        `cannot restore ${named(KIND, sipAddress)}: it held the address again, and somebody has it give the address up since; see who does, and run again`,
      );
    const lost = differencesFrom(snapshot, live);
    if (lost.length > 0)
      throw unsupported(
        "restore",
        KIND,
        sipAddress,
        `it holds the address again, and what the cmdlets cannot give back is not as in the snapshot (${lost.join(", ")}); set that by hand, and run again`,
      );
  }

  async #account({ account, attributes, sipAddress }: SipUserSnapshot): Promise<UserAccount> {
    const live = await this.options.estate.accounts.byIdentifier(account);
    if (live) return live;
    throw unsupported(
      "restore",
      KIND,
      sipAddress,
      `the account '${attributes.dn}' is gone; restore it from the Active Directory recycle bin (Get-ADObject -IncludeDeletedObjects, Restore-ADObject), and run again`,
    );
  }

  /** Gives the address to a user who has another one, or to an account that is no user. */
  async #giveAddress(snapshot: SipUserSnapshot): Promise<void> {
    const { calls, changes, replicationTimeout, views } = this.options;
    const { account, attributes, sipAddress } = snapshot;
    const live = await this.#account(snapshot);
    if (live.sipAddress === sipAddress) return;
    const given = { SipAddress: spelt(attributes.primaryUserAddress, sipAddress) };
    const isSo = (user: UserAccount) => user.sipAddress === sipAddress;
    const { registrarPool } = attributes;
    if (live.sipAddress === undefined && typeof registrarPool !== "string")
      throw unsupported(
        "restore",
        KIND,
        sipAddress,
        "the snapshot has no registrarPool to enable it on; enable it by hand, and run again",
      );
    let why = "";
    // A server that refuses the address may not know yet that whoever had it in between is gone.
    const isDone = await calls.lookFor(Math.min(replicationTimeout, MOST_PATIENCE), async () => {
      const changed =
        live.sipAddress === undefined && typeof registrarPool === "string"
          ? await changes.change("Enable-CsUser", live, { ...given, RegistrarPool: registrarPool }, isSo)
          : await changes.change("Set-CsUser", live, given, isSo);
      if (changed.is === "done") return true;
      why = changed.why;
      if (changed.is === "open") return false;
      await views.assertOnlyHeldBy(account, "restore", sipAddress);
      return undefined;
    });
    if (!isDone) throw notChanged("restore", sipAddress, live, why);
  }

  /** Gives back what else is otherwise, as far as a cmdlet sets it. */
  async #giveRest(snapshot: SipUserSnapshot): Promise<void> {
    const live = await this.#account(snapshot);
    const names = differencesFrom(snapshot, live);
    const given = settable(snapshot, names);
    if (Object.keys(given).length === 0) return;
    const changed = await this.options.changes.change("Set-CsUser", live, given, (user) => {
      const left = differencesFrom(snapshot, user);
      return Object.keys(settable(snapshot, left)).length === 0;
    });
    if (changed.is !== "done") throw notChanged("restore", snapshot.sipAddress, live, changed.why);
  }
}

/** What `Set-CsUser` is given to make attributes again what they were. */
function settable(
  { attributes, sipAddress }: SipUserSnapshot,
  names: readonly string[],
): Arguments<"Set-CsUser"> {
  const { enabled, enterpriseVoiceEnabled, lineUri } = attributes;
  const given: Arguments<"Set-CsUser"> = {};
  if (names.includes("primaryUserAddress"))
    given.SipAddress = spelt(attributes.primaryUserAddress, sipAddress);
  if (names.includes("enabled") && typeof enabled === "boolean") given.Enabled = enabled;
  if (names.includes("enterpriseVoiceEnabled") && typeof enterpriseVoiceEnabled === "boolean")
    given.EnterpriseVoiceEnabled = enterpriseVoiceEnabled;
  if (names.includes("lineUri")) given.LineURI = typeof lineUri === "string" ? lineUri : null;
  return given;
}
