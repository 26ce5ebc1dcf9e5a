import type { ChangeOf, Kind, NewRecordOf, RecordOf } from "./records";
import type { SipAddress } from "./sip-address";
import type { Release, Sighting, SipUserSnapshot } from "./sip-users";

/** Opaque; another one after each write to the record. */
export type Revision = string;

/**
 * Opaque; issued when a record is created or claimed, so that a delete can tell the record it meant from a later one. A store
 * that cannot keep one with the record has what identifies the object; it issues, for a claim, that with a dot and more behind
 * it, which whoever does not know the claim takes for the same (`isIncarnation`).
 */
export type Incarnation = string;

/** Whether a token is that of a record as it is now. */
export function isIncarnation(token: unknown, { incarnation }: Pick<Stored, "incarnation">): boolean {
  return token === incarnation || (typeof token === "string" && token.startsWith(`${incarnation}.`));
}

/** On whose behalf a write happens: recorded in the history, and as the owner by `create` and `claim`. */
export interface Actor {
  /** `<project>/<stack>/<logical name>` of the resource; absent for a write by hand. */
  managedBy?: string;
  /** The person or job, such as `anna@admin01`. */
  operator: string;
}

/** A record as the store keeps it. */
export interface Stored<K extends Kind = Kind> {
  kind: K;
  key: string;
  record: RecordOf<K>;
  revision: Revision;
  incarnation: Incarnation;
  /** The owner, absent where nobody claimed the record. */
  managedBy?: string;
  /** Whether the owner took the record over, and did not make it, as far as a store tells them apart. */
  adopted?: boolean;
}

/** Where a legacy client that calls an address gets to. */
export type Resolution =
  | {
      kind: "endpoint";
      sipAddress: SipAddress;
      displayName?: string;
      poolFqdn: string;
      /** The pool's active servers, sorted. */
      servers: string[];
      port: number;
      nextHopPool?: string;
    }
  | { kind: "sip-user"; sipAddress: SipAddress; displayName?: string };

/** One entry of a record's history. It outlives the record. */
export interface Change<K extends Kind = Kind> {
  /** Counts up over the whole registry, in the order in which writes took effect; not without gaps. */
  sequence: number;
  /** ISO 8601, UTC, by the clock of the writer. */
  at: string;
  action: "create" | "update" | "claim" | "remove";
  by: Actor;
  /** Absent for a create. */
  from?: RecordOf<K>;
  /** Absent for a remove. */
  to?: RecordOf<K>;
  revision: Revision;
  incarnation: Incarnation;
}

/** All that a registry holds and remembers, as of one moment. */
export interface RegistryContents {
  records: Stored[];
  /** Oldest first. */
  history: { kind: Kind; key: string; change: Change }[];
}

export interface RegistryCapabilities {
  /** The kinds that are made elsewhere: `create` asserts that the record is there and as it is said, `remove` refuses. */
  observed: readonly Kind[];
  /** Whether an endpoint is changed in place, or removed and made again, while nobody answers its address. */
  endpointChange: "in-place" | "interrupts";
  /** What becomes of a record that was taken over, when its resource is deleted. */
  adopted: "removed" | "forgotten";
  /** Whether the default SIP domain can give the mark up without another domain that takes it. */
  defaultDomain: "optional" | "required";
  /** Whether `history` answers; without it a conflict cannot say who changed what. */
  history: boolean;
  /** Whether the store keeps `managedBy` for everybody; else it is a hint that helps to recognise what a run left behind. */
  ownership: boolean;
  /** Whether `contents`, `fill` and `claim` or `create` with a given incarnation work: the store is all ours. */
  transferable: boolean;
}

/**
 * The store that knows which SIP URI leads to which pool, and always answers with the right one.
 *
 * Every backend keeps these rules; `test/contract` proves each of them:
 * - an address belongs to at most one endpoint *or* SIP user, without regard to case;
 * - an endpoint's pool exists, and the domain of every address is a SIP domain of the registry;
 * - a pool or SIP domain in use cannot be removed, and the error names who uses it;
 * - at most one SIP domain is the default;
 * - of N concurrent creates of one key exactly one wins; nothing acknowledged is lost;
 * - a failed operation leaves nothing behind.
 *
 * A store whose reads cost seconds may answer one from what another one of the same handle gave a moment before; no write
 * is decided by that.
 *
 * Keys, addresses and names are expected in canonical form (`parseFqdn`, `parseSipAddress`). Every failure is a
 * `RegistryError`, and each method may fail with `unavailable` beside the codes that it names.
 */
export interface TopologyRegistry {
  readonly capabilities: RegistryCapabilities;

  /** The record of a key, or `undefined` where there is none. */
  get<K extends Kind>(kind: K, key: string): Promise<Stored<K> | undefined>;

  /** All records of a kind in the order of their keys, read as they are consumed. */
  list<K extends Kind>(kind: K): AsyncIterable<Stored<K>>;

  /**
   * Makes a record that belongs to `by.managedBy`; fields left out get the store's defaults. `incarnation` is that of an
   * earlier record whose place it takes; left out, the store issues a new one.
   * Fails with `already-exists` (a record of this kind has the key), `in-use` (another kind holds the address) or
   * `invalid` (unknown pool, unknown SIP domain, a broken limit). Of an observed kind it makes nothing: it gives the record
   * that is there, or fails with `unsupported` and what a person must do where there is none, or one that no `update` makes
   * as it is said.
   */
  create<K extends Kind>(
    kind: K,
    record: NewRecordOf<K>,
    by: Actor,
    incarnation?: Incarnation,
  ): Promise<Stored<K>>;

  /**
   * Writes the named fields and no other, and answers with the whole record. A change that changes nothing writes nothing.
   * Fails with `not-found`, `conflict` (the record's revision is not `expected`) or `invalid`.
   */
  update<K extends Kind>(
    kind: K,
    key: string,
    change: ChangeOf<K>,
    expected: Revision,
    by: Actor,
  ): Promise<Stored<K>>;

  /**
   * Makes `by.managedBy` the owner, and gives the record another incarnation: the one named, or a new one. Fails with
   * `not-found` or `conflict`.
   */
  claim<K extends Kind>(
    kind: K,
    key: string,
    expected: Revision,
    by: Actor,
    incarnation?: Incarnation,
  ): Promise<Stored<K>>;

  /** Removes a record; `false` when it is absent or of another incarnation. Fails with `in-use`. */
  remove(kind: Kind, key: string, expected: { incarnation: Incarnation }, by: Actor): Promise<boolean>;

  /**
   * Fails with `unavailable` where the store does not exist yet. Reading such a store finds nothing and a create makes it;
   * whoever expects records there must not take that for their absence.
   */
  assertExists(): Promise<void>;

  /** The user who holds an address, with all that is needed to give it back; `undefined` where no user does. */
  snapshotUser(sipAddress: SipAddress): Promise<SipUserSnapshot | undefined>;

  /**
   * Has the user of a snapshot give the address up, and waits until no view that matters shows the address any more. Done
   * already, it only waits. Fails with `in-use` (somebody else holds the address, or the one to park at), `conflict` (the user
   * is not as in the snapshot; the message names the attributes, never their values), `invalid` (no address to park at),
   * `unsupported` (what this way takes could not be given back here) or `unavailable` (the address is still seen, and where).
   */
  releaseUser(snapshot: SipUserSnapshot, release: Release, by: Actor): Promise<void>;

  /**
   * Makes the user of a snapshot again what it was, address and all, from wherever the release or somebody else left it, and
   * waits until every view that matters shows it. Done already, it changes nothing. Fails with `in-use` (somebody else holds the
   * address), `invalid` (its domain is no SIP domain any more), `unsupported` (the account is gone where only a person can bring
   * it back) or `unavailable`.
   */
  restoreUser(snapshot: SipUserSnapshot, by: Actor): Promise<void>;

  /** Who is seen to hold an address, view by view; no entry for a view in which nobody does. */
  sightings(sipAddress: SipAddress): Promise<Sighting[]>;

  /** What a legacy client's lookup gets, or `undefined` where nobody holds the address. One read. */
  resolve(sipAddress: SipAddress): Promise<Resolution | undefined>;

  /** All that ever happened to a key, oldest first; empty where the key was never used. */
  history<K extends Kind>(kind: K, key: string): Promise<Change<K>[]>;

  /** Everything, for `fill` of another registry. */
  contents(): Promise<RegistryContents>;

  /**
   * Puts the contents of another registry into an empty one, which is made where it does not exist yet: all or nothing.
   * Revisions, incarnations, owners and the history stay as they are. Fails with `already-exists` where the registry holds or
   * remembers anything.
   */
  fill(contents: RegistryContents): Promise<void>;

  /**
   * Makes the store, or brings it to the form that this version of the package uses. `create` does it too, where the account
   * may.
   */
  migrate(): Promise<void>;

  /** Ends what is under way and lets go of the store. Safe to call twice. */
  close(): Promise<void>;
}
