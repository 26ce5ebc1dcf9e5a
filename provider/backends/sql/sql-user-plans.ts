import { newRecord } from "../../registry/changes";
import * as failures from "../../registry/failures";
import type { SipUserRecord } from "../../registry/records";
import type { Actor, Revision, Stored } from "../../registry/registry";
import { type SipAddress, sipDomainOf } from "../../registry/sip-address";
import { differencesFrom, type Release, type Sighting, type SipUserSnapshot } from "../../registry/sip-users";
import type { Row, Statement } from "./sql";
import {
  contactKindOf,
  type Found,
  one,
  type Plan,
  revisionAfter,
  revisionAfterAll,
  type Write,
  written,
} from "./sql-plans";
import { canonical, storedOf } from "./sql-rows";
import * as statements from "./sql-statements";

// A user of an SQL registry is a row that describes one, and its account is the row's incarnation, which outlives a release.

const KIND = "sip-user";
/** The one view of an SQL registry. */
const VIEW = "registry";

type User = Stored<typeof KIND>;
/** A release that changes the user. */
export type ActiveRelease = Exclude<Release, { way: "elsewhere" }>;

export function snapshotOf(row: Row): SipUserSnapshot {
  const { record, incarnation } = storedOf(KIND, row);
  return { account: incarnation, ...record, attributes: record.attributes ?? {} };
}

export function sightingOf(row: Row): Sighting {
  const { kind, incarnation, record } = storedOf(contactKindOf(row), row);
  const { displayName } = record;
  const name = displayName === undefined ? {} : { displayName };
  if ("poolFqdn" in record) return { view: VIEW, kind: "endpoint", ...name, poolFqdn: record.poolFqdn };
  return { view: VIEW, kind, ...name, account: incarnation };
}

/** Fails unless nobody holds the address of a snapshot, by the rows that have it. */
export function assertReleased(snapshot: SipUserSnapshot, rows: readonly Row[]): void {
  if (userAt("release", snapshot, rows)) throw failures.stillSeen(snapshot.sipAddress, rows.map(sightingOf));
}

/** What takes an address from the user of a snapshot; nothing where nobody holds it any more. */
export function release(snapshot: SipUserSnapshot, way: ActiveRelease, by: Actor): Plan<void> {
  const { sipAddress } = snapshot;
  const parkedAddress = way.way === "rename" ? way.parkedAddress : undefined;
  return {
    reads: { holder: statements.holderOf(sipAddress), ...(parkedAddress && readsAt(parkedAddress)) },
    decide(found) {
      const user = userAt("release", snapshot, found("holder"));
      if (!user) return done([]);
      const differing = differencesFrom(snapshot, user.record);
      if (differing.length > 0) throw failures.userChanged(sipAddress, differing);
      // A directory that is described only is the same without the address as without the account.
      if (!parkedAddress) return done([gone(user, by)]);
      assertParkable(sipAddress, parkedAddress, found);
      const parked = canonical("release", KIND, { ...user.record, sipAddress: parkedAddress });
      return done(moved(user, parked, revisionAfterAll(found("parkedLast")), by));
    },
  };
}

/** What gives the user of a snapshot its address and its content back. */
export function restoration(snapshot: SipUserSnapshot, by: Actor): Plan<void> {
  const { account, sipAddress } = snapshot;
  return {
    reads: {
      holder: statements.holderOf(sipAddress),
      account: statements.accountOf(account),
      domain: statements.find("sip-domain", sipDomainOf(sipAddress)),
      last: statements.lastRevision(KIND, sipAddress),
    },
    decide(found) {
      const record = recordOf(snapshot);
      const user = userAt("restore", snapshot, found("holder"));
      if (user && differencesFrom(snapshot, user.record).length === 0) return done([]);
      if (user) return done([rewritten(user, record, by)]);
      if (found("domain")?.length === 0)
        throw failures.unknownSipDomain("restore", KIND, sipAddress, sipDomainOf(sipAddress));
      const revision = revisionAfterAll(found("last"));
      const elsewhere = one(KIND, found("account"));
      if (elsewhere) return done(moved(elsewhere, record, revision, by));
      const again: User = { kind: KIND, key: record.sipAddress, record, revision, incarnation: account };
      return done([made(again, by)]);
    },
  };
}

function readsAt(parkedAddress: SipAddress): Record<string, Statement> {
  return {
    parkedHolder: statements.holderOf(parkedAddress),
    parkedDomain: statements.find("sip-domain", sipDomainOf(parkedAddress)),
    parkedLast: statements.lastRevision(KIND, parkedAddress),
  };
}

function assertParkable(sipAddress: SipAddress, parkedAddress: SipAddress, found: Found): void {
  if (parkedAddress.toLowerCase() === sipAddress.toLowerCase()) throw failures.parkedAtItself(sipAddress);
  const domain = sipDomainOf(parkedAddress);
  if (found("parkedDomain")?.length === 0)
    throw failures.unknownParkingDomain(sipAddress, parkedAddress, domain);
  const [holder] = (found("parkedHolder") ?? []).map(sightingOf);
  if (holder) throw failures.parkingTaken(sipAddress, parkedAddress, holder);
}

/** The user of a snapshot where it holds its address, or `undefined` where nobody does. Fails where somebody else does. */
function userAt(
  verb: "release" | "restore",
  { account, sipAddress }: SipUserSnapshot,
  rows: readonly Row[] | undefined,
): User | undefined {
  const [row] = rows ?? [];
  if (!row) return undefined;
  const holder = sightingOf(row);
  if (holder.account !== account) throw failures.addressHeld(verb, KIND, sipAddress, holder);
  return storedOf(KIND, row);
}

function recordOf({ sipAddress, displayName, attributes }: SipUserSnapshot): SipUserRecord {
  const kept = Object.keys(attributes).length > 0 ? { attributes } : {};
  return canonical("restore", KIND, newRecord(KIND, { sipAddress, displayName, ...kept }));
}

/** A user under another key: its past goes on there, and it keeps its account and its owner. */
function moved(user: User, record: SipUserRecord, revision: Revision, by: Actor): Write[] {
  return [gone(user, by), made({ ...user, key: record.sipAddress, record, revision }, by)];
}

function gone(user: User, by: Actor): Write {
  return written("remove", by, statements.erase(user), user, { ...user, revision: revisionAfter(user) });
}

function made(user: User, by: Actor): Write {
  return written("create", by, statements.insert(user), undefined, user);
}

function rewritten(user: User, record: SipUserRecord, by: Actor): Write {
  const next = { ...user, record, revision: revisionAfter(user) };
  return written("update", by, statements.overwrite(user, next), user, next);
}

function done(writes: readonly Write[]): { writes: readonly Write[]; answer: undefined } {
  return { writes, answer: undefined };
}
