import { named } from "../../registry/failures";
import { type ChangeOf, KIND_LABELS, type Kind, keyOf, type NewRecordOf } from "../../registry/records";
import type {
  Actor,
  Change,
  Incarnation,
  RegistryContents,
  Revision,
  Stored,
  TopologyRegistry,
} from "../../registry/registry";
import type { SipAddress } from "../../registry/sip-address";
import type { Release, Sighting, SipUserSnapshot } from "../../registry/sip-users";
import { ALL_MANAGED, type BackendOptions } from "../backend";
import type { Row, Statement } from "./sql";
import { CONTENT_READS, contentsOf, type Filling, fillingOf } from "./sql-contents";
import * as plans from "./sql-plans";
import { changeOf, resolutionOf, storedOf } from "./sql-rows";
import * as statements from "./sql-statements";
import * as users from "./sql-user-plans";

/** What an SQL database does for a registry. `doing` is a verb and its object, for the sentence of a failure. */
export interface SqlStore {
  /** Runs statements that read, all of one state; no rows where the registry does not exist yet. */
  read<T>(doing: string, reads: readonly Statement[], decode: (rows: readonly Row[][]) => T): Promise<T>;
  /** Carries a plan out in one transaction. Makes the registry where it does not exist yet. */
  write<T>(doing: string, plan: plans.Plan<T>): Promise<T>;
  /** Fills an empty registry in one transaction in which nobody else writes. Makes it where it does not exist yet. */
  fill(doing: string, filling: Filling): Promise<void>;
  /** Makes the tables, or brings them to the schema of this version. */
  migrate(): Promise<void>;
  assertExists(): Promise<void>;
  close(): Promise<void>;
}

/** Records that `list` reads at a time. */
export const PAGE_SIZE = 250;

/** A registry in the tables of an SQL database. */
export class SqlRegistry implements TopologyRegistry {
  readonly capabilities = ALL_MANAGED;

  constructor(
    private readonly store: SqlStore,
    private readonly options: Pick<BackendOptions, "newIncarnation">,
  ) {}

  get<K extends Kind>(kind: K, key: string): Promise<Stored<K> | undefined> {
    return this.#first(`read ${named(kind, key)}`, statements.find(kind, key), (row) => storedOf(kind, row));
  }

  async *list<K extends Kind>(kind: K): AsyncGenerator<Stored<K>> {
    // Page by page: a cursor kept open between two steps would hold a connection for as long as its reader likes, or, in
    // SQLite, hold back checkpoints.
    for (let last = ""; ; ) {
      const query = statements.pageAfter(kind, last, PAGE_SIZE);
      const page = await this.#all(`list each ${KIND_LABELS[kind]}`, query, (row) => storedOf(kind, row));
      for (const stored of page) yield stored;
      const end = page.at(-1);
      if (end === undefined || page.length < PAGE_SIZE) return;
      last = end.key;
    }
  }

  create<K extends Kind>(
    kind: K,
    said: NewRecordOf<K>,
    by: Actor,
    incarnation: Incarnation = this.options.newIncarnation(),
  ): Promise<Stored<K>> {
    const doing = `create ${named(kind, keyOf(kind, said))}`;
    return this.store.write(doing, plans.creation(kind, said, by, incarnation));
  }

  update<K extends Kind>(
    kind: K,
    key: string,
    said: ChangeOf<K>,
    expected: Revision,
    by: Actor,
  ): Promise<Stored<K>> {
    return this.store.write(`update ${named(kind, key)}`, plans.change(kind, key, said, expected, by));
  }

  claim<K extends Kind>(
    kind: K,
    key: string,
    expected: Revision,
    by: Actor,
    incarnation: Incarnation = this.options.newIncarnation(),
  ): Promise<Stored<K>> {
    return this.store.write(`claim ${named(kind, key)}`, plans.claim(kind, key, expected, by, incarnation));
  }

  remove(kind: Kind, key: string, expected: { incarnation: Incarnation }, by: Actor): Promise<boolean> {
    return this.store.write(`remove ${named(kind, key)}`, plans.removal(kind, key, expected, by));
  }

  snapshotUser(sipAddress: SipAddress): Promise<SipUserSnapshot | undefined> {
    const query = statements.find("sip-user", sipAddress);
    return this.#first(`read ${named("sip-user", sipAddress)}`, query, users.snapshotOf);
  }

  releaseUser(snapshot: SipUserSnapshot, release: Release, by: Actor): Promise<void> {
    const doing = `release ${named("sip-user", snapshot.sipAddress)}`;
    if (release.way !== "elsewhere") return this.store.write(doing, users.release(snapshot, release, by));
    const query = statements.holderOf(snapshot.sipAddress);
    return this.store.read(doing, [query], ([rows = []]) => users.assertReleased(snapshot, rows));
  }

  restoreUser(snapshot: SipUserSnapshot, by: Actor): Promise<void> {
    const doing = `restore ${named("sip-user", snapshot.sipAddress)}`;
    return this.store.write(doing, users.restoration(snapshot, by));
  }

  sightings(sipAddress: SipAddress): Promise<Sighting[]> {
    return this.#all(`look for '${sipAddress}'`, statements.holderOf(sipAddress), users.sightingOf);
  }

  resolve(sipAddress: SipAddress) {
    return this.#first(`look up '${sipAddress}'`, statements.lookUp(sipAddress), resolutionOf);
  }

  history<K extends Kind>(kind: K, key: string): Promise<Change<K>[]> {
    const query = statements.historyOf(kind, key);
    return this.#all(`read the history of ${named(kind, key)}`, query, (row) => changeOf(kind, row));
  }

  contents(): Promise<RegistryContents> {
    return this.store.read("read everything", CONTENT_READS, contentsOf);
  }

  fill(contents: RegistryContents): Promise<void> {
    return this.store.fill("write everything", fillingOf(contents));
  }

  migrate(): Promise<void> {
    return this.store.migrate();
  }

  assertExists(): Promise<void> {
    return this.store.assertExists();
  }

  close(): Promise<void> {
    return this.store.close();
  }

  #all<T>(doing: string, query: Statement, decode: (row: Row) => T): Promise<T[]> {
    return this.store.read(doing, [query], ([rows = []]) => rows.map(decode));
  }

  async #first<T>(doing: string, query: Statement, decode: (row: Row) => T): Promise<T | undefined> {
    return (await this.#all(doing, query, decode))[0];
  }
}
