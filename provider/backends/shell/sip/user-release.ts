import { isRegistryError, RegistryError } from "../../../registry/errors";
import { named, parkedAtItself, unknownParkingDomain, userChanged } from "../../../registry/failures";
import { parseSipAddress, type SipAddress, sipDomainOf } from "../../../registry/sip-address";
import { differencesFrom, type Release, type SipUserSnapshot } from "../../../registry/sip-users";
import type { Calls } from "../calls";
import type { Estate } from "../estate/estate";
import { canonicalAddress } from "../estate/results";
import type { UserAccount } from "../estate/user-accounts";
import { policiesOf } from "../estate/user-attributes";
import { unsupported } from "../keeper";
import { notChanged, type UserChanges } from "./user-changes";
import type { UserViews } from "./user-views";

const KIND = "sip-user";
/** What a change of the address changes too. */
const WITH_ADDRESS = ["primaryUserAddress", "proxyAddresses"];

export interface UserPartsOptions {
  calls: Calls;
  estate: Estate;
  changes: UserChanges;
  views: UserViews;
}

/** Has users give their addresses up. */
export class UserRelease {
  constructor(private readonly options: UserPartsOptions) {}

  async release(snapshot: SipUserSnapshot, release: Release): Promise<void> {
    const { calls, views } = this.options;
    const { account, sipAddress } = snapshot;
    const giveUp = await this.#way(snapshot, release);
    await views.assertOnlyHeldBy(account, "release", sipAddress);
    if (giveUp) await calls.uninterrupted(giveUp);
    await views.awaitAbsent(account, sipAddress);
  }

  /** What has the user give the address up; nothing where somebody else does. */
  async #way(snapshot: SipUserSnapshot, release: Release): Promise<(() => Promise<void>) | undefined> {
    const { sipAddress } = snapshot;
    switch (release.way) {
      case "elsewhere":
        return undefined;
      case "delete":
        throw unsupported(
          "release",
          KIND,
          sipAddress,
          "no cmdlet deletes an account, or brings one back; delete it by other means, and restore it from the Active Directory recycle bin (release: elsewhere waits for both), or park it (release: rename)",
        );
      case "disable": {
        assertEnabledAgain(snapshot);
        return () => this.#disable(snapshot);
      }
      case "rename": {
        const parked = await this.#parking(sipAddress, release.parkedAddress);
        return () => this.#rename(snapshot, parked);
      }
    }
  }

  async #parking(sipAddress: SipAddress, parkedAddress: SipAddress): Promise<SipAddress> {
    const parsed = parseSipAddress(parkedAddress);
    if ("problem" in parsed)
      throw new RegistryError(
        "invalid",
        `cannot release ${named(KIND, sipAddress)}: the address to park it at is not a SIP URI: ${parsed.problem}; name another one`,
      );
    const parked = parsed.value;
    if (parked === sipAddress) throw parkedAtItself(sipAddress);
    const domain = sipDomainOf(parked);
    // The cmdlets for users are known not to look at it.
    if ((await this.options.estate.domains("fresh")).some((known) => known.domain === domain)) return parked;
    throw unknownParkingDomain(sipAddress, parked, domain);
  }

  async #rename(snapshot: SipUserSnapshot, parked: SipAddress): Promise<void> {
    const { changes, estate, views } = this.options;
    const { account, sipAddress } = snapshot;
    const live = await estate.accounts.byIdentifier(account);
    // Whoever gave it up, and to whatever: it is done.
    if (live?.sipAddress !== sipAddress) return;
    const user = asSnapshot(snapshot, live);
    await views.assertParking(account, sipAddress, parked);
    const done = await changes.change(
      "Set-CsUser",
      user,
      { SipAddress: parked },
      (after) => after.sipAddress !== sipAddress,
    );
    if (done.is === "open") throw notChanged("release", sipAddress, user, done.why);
    try {
      if (done.is === "not-done") asSnapshot(snapshot, await estate.accounts.byIdentifier(account));
      else await this.#assertOnlyAddressChanged(snapshot);
      await views.assertParking(account, sipAddress, parked);
    } catch (error) {
      if (done.is === "done") await this.#giveBack(snapshot, user, error);
      throw error;
    }
    if (done.is === "not-done") throw notChanged("release", sipAddress, user, done.why);
  }

  /** Somebody may have changed the user after it was looked at. */
  async #assertOnlyAddressChanged(snapshot: SipUserSnapshot): Promise<void> {
    const live = await this.options.estate.accounts.byIdentifier(snapshot.account);
    const names = live ? differencesFrom(snapshot, live) : ["account"];
    const others = names.filter((name) => !WITH_ADDRESS.includes(name));
    if (others.length > 0) throw userChanged(snapshot.sipAddress, others);
  }

  /** Takes a release back that should not have been. */
  async #giveBack({ sipAddress }: SipUserSnapshot, user: UserAccount, cause: unknown): Promise<void> {
    const back = await this.options.changes.change(
      "Set-CsUser",
      user,
      { SipAddress: spelt(user.attributes.primaryUserAddress, sipAddress) },
      (live) => live.sipAddress === sipAddress,
    );
    if (back.is === "done" || !isRegistryError(cause)) return;
    throw new RegistryError(
      cause.code,
      `${cause.message}; it has given the address up, which could not be given back to it (${back.why})`,
      { cause },
    );
  }

  async #disable(snapshot: SipUserSnapshot): Promise<void> {
    const { changes, estate } = this.options;
    const { account, sipAddress } = snapshot;
    const live = await estate.accounts.byIdentifier(account);
    if (live?.sipAddress !== sipAddress) return;
    const user = asSnapshot(snapshot, live);
    const done = await changes.change("Disable-CsUser", user, {}, (after) => after.sipAddress !== sipAddress);
    if (done.is === "done") return;
    if (done.is === "not-done") asSnapshot(snapshot, await estate.accounts.byIdentifier(account));
    throw notChanged("release", sipAddress, user, done.why);
  }
}

/** An address as the directory spells it, as far as that is known. */
export function spelt(text: unknown, sipAddress: SipAddress): string {
  return typeof text === "string" && canonicalAddress(text) === sipAddress ? text : sipAddress;
}

/** The user of a snapshot, which must be as it was. */
function asSnapshot(snapshot: SipUserSnapshot, live: UserAccount | undefined): UserAccount {
  if (live === undefined) throw userChanged(snapshot.sipAddress, ["account"]);
  const names = differencesFrom(snapshot, live);
  if (names.length > 0) throw userChanged(snapshot.sipAddress, names);
  return live;
}

/** Refuses to disable a user whom the cmdlets could not make again what it was. */
function assertEnabledAgain({ sipAddress, attributes }: SipUserSnapshot): void {
  const policies = policiesOf(attributes);
  const lost = [...policies, ...(typeof attributes.registrarPool === "string" ? [] : ["no registrarPool"])];
  if (lost.length > 0)
    throw unsupported(
      "release",
      KIND,
      sipAddress,
      `disabling it takes what could not be given back here (${lost.join(", ")}); park it (way: rename), or do it with a command of your own`,
    );
}
