import type { SipAddress } from "../../../registry/sip-address";
import type { Release, Sighting, SipUserSnapshot } from "../../../registry/sip-users";
import { KeyedLock } from "../keyed-lock";
import { UserChanges } from "./user-changes";
import { UserRelease } from "./user-release";
import { UserRestoration } from "./user-restoration";
import { UserViews, type UserViewsOptions } from "./user-views";

/** What a handover does to the users of the directory; the methods are those of `TopologyRegistry`, with addresses in lower case. */
export class UserHandover {
  readonly #views: UserViews;
  readonly #release: UserRelease;
  readonly #restoration: UserRestoration;
  readonly #lock = new KeyedLock();

  constructor(private readonly options: UserViewsOptions) {
    const { calls, estate } = options;
    this.#views = new UserViews(options);
    const parts = { ...options, changes: new UserChanges(calls, estate), views: this.#views };
    this.#release = new UserRelease(parts);
    this.#restoration = new UserRestoration(parts);
  }

  async snapshot(sipAddress: SipAddress): Promise<SipUserSnapshot | undefined> {
    const user = await this.options.estate.accounts.byAddress(sipAddress);
    if (!user) return undefined;
    const { account, attributes, displayName } = user;
    return { account, sipAddress, ...(displayName !== undefined && { displayName }), attributes };
  }

  release(snapshot: SipUserSnapshot, release: Release): Promise<void> {
    return this.#lock.run(snapshot.account, () => this.#release.release(snapshot, release));
  }

  restore(snapshot: SipUserSnapshot): Promise<void> {
    return this.#lock.run(snapshot.account, () => this.#restoration.restore(snapshot));
  }

  sightings(sipAddress: SipAddress): Promise<Sighting[]> {
    return this.#views.sightings(sipAddress);
  }
}
