import { newRecord } from "../../provider/registry/changes";
import * as failures from "../../provider/registry/failures";
import type { Actor, Stored } from "../../provider/registry/registry";
import { type SipAddress, sipDomainOf } from "../../provider/registry/sip-address";
import {
  differencesFrom,
  type Release,
  type Sighting,
  type SipUserSnapshot,
} from "../../provider/registry/sip-users";

type User = Stored<"sip-user">;

/** What a registry in memory does for its users. */
export interface UserBook {
  holderOf(sipAddress: SipAddress): User | Stored<"endpoint"> | undefined;
  users(): User[];
  hasDomain(domain: string): boolean;
  /** Puts a user under its key, as the next one there or as the first of another life. */
  put(action: "create" | "update", user: Omit<User, "revision">, by: Actor): void;
  drop(user: User, by: Actor): void;
}

/** The users of a registry in memory: snapshots, releases and ways back. */
export class MemoryUsers {
  constructor(private readonly book: UserBook) {}

  snapshot(sipAddress: SipAddress): SipUserSnapshot | undefined {
    const user = this.book.holderOf(sipAddress);
    if (user?.kind !== "sip-user") return undefined;
    const { incarnation, record } = user;
    return structuredClone({ account: incarnation, ...record, attributes: record.attributes ?? {} });
  }

  sightings(sipAddress: SipAddress): Sighting[] {
    const holder = this.book.holderOf(sipAddress);
    if (!holder) return [];
    const { displayName } = holder.record;
    const name = displayName === undefined ? {} : { displayName };
    if (holder.kind === "sip-user")
      return [{ view: "registry", kind: holder.kind, ...name, account: holder.incarnation }];
    return [{ view: "registry", kind: holder.kind, ...name, poolFqdn: holder.record.poolFqdn }];
  }

  release(snapshot: SipUserSnapshot, release: Release, by: Actor): void {
    const { book } = this;
    const { sipAddress } = snapshot;
    const user = this.#userAt("release", snapshot);
    if (!user) return;
    if (release.way === "elsewhere") throw failures.stillSeen(sipAddress, this.sightings(sipAddress));
    const differing = differencesFrom(snapshot, user.record);
    if (differing.length > 0) throw failures.userChanged(sipAddress, differing);
    if (release.way === "rename") this.#assertParkable(sipAddress, release.parkedAddress);
    book.drop(user, by);
    if (release.way === "rename") this.#putAt(release.parkedAddress, user, user.record, by);
  }

  restore(snapshot: SipUserSnapshot, by: Actor): void {
    const { book } = this;
    const { account, sipAddress, displayName, attributes } = structuredClone(snapshot);
    const user = this.#userAt("restore", snapshot);
    if (user && differencesFrom(snapshot, user.record).length === 0) return;
    const kept = Object.keys(attributes).length > 0 ? { attributes } : {};
    const record = newRecord("sip-user", { sipAddress, displayName, ...kept });
    if (user) {
      book.put("update", { ...user, record }, by);
      return;
    }
    const domain = sipDomainOf(sipAddress);
    if (!book.hasDomain(domain)) throw failures.unknownSipDomain("restore", "sip-user", sipAddress, domain);
    const elsewhere = book.users().find(({ incarnation }) => incarnation === account);
    if (elsewhere) book.drop(elsewhere, by);
    this.#putAt(sipAddress, elsewhere ?? { incarnation: account }, record, by);
  }

  #putAt(
    sipAddress: SipAddress,
    { incarnation, managedBy }: Pick<User, "incarnation" | "managedBy">,
    record: User["record"],
    by: Actor,
  ): void {
    const key = sipAddress.toLowerCase() as SipAddress;
    const owner = managedBy === undefined ? {} : { managedBy };
    const user = { kind: "sip-user", key, record: { ...record, sipAddress: key }, incarnation } as const;
    this.book.put("create", { ...user, ...owner }, by);
  }

  #userAt(verb: "release" | "restore", { account, sipAddress }: SipUserSnapshot): User | undefined {
    const holder = this.book.holderOf(sipAddress);
    if (holder === undefined || (holder.kind === "sip-user" && holder.incarnation === account)) return holder;
    throw failures.addressHeld(verb, "sip-user", sipAddress, { kind: holder.kind, ...holder.record });
  }

  #assertParkable(sipAddress: SipAddress, parkedAddress: SipAddress): void {
    if (parkedAddress.toLowerCase() === sipAddress.toLowerCase()) throw failures.parkedAtItself(sipAddress);
    const domain = sipDomainOf(parkedAddress);
    if (!this.book.hasDomain(domain)) throw failures.unknownParkingDomain(sipAddress, parkedAddress, domain);
    const holder = this.book.holderOf(parkedAddress);
    if (holder)
      throw failures.parkingTaken(sipAddress, parkedAddress, { kind: holder.kind, ...holder.record });
  }
}
