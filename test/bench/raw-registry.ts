import { randomUUID } from "node:crypto";
import { DatabaseSync, type StatementSync } from "node:sqlite";

/**
 * The statements that making and reading an endpoint comes down to, on the tables of a registry, as one would write them for
 * speed alone: prepared once, nothing awaited, nothing checked but by the tables. It is as safe as the registry: one
 * transaction a write, the history's row in it, and the same pragmas.
 */
export class RawRegistry {
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #lastRevision: StatementSync;
  readonly #insert: StatementSync;
  readonly #note: StatementSync;
  readonly #get: StatementSync;

  /** Opens a registry file that exists. */
  constructor(path: string) {
    const database = new DatabaseSync(path);
    database.exec("PRAGMA busy_timeout = 5; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL");
    this.#database = database;
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
    this.#lastRevision = database.prepare(
      "SELECT max(revision) AS last FROM history WHERE kind = 'endpoint' AND key = ?",
    );
    this.#insert = database.prepare(
      "INSERT INTO contact (sip_address, kind, pool_fqdn, display_name, revision, incarnation, managed_by) " +
        "VALUES (?, 'endpoint', ?, ?, ?, ?, ?) RETURNING *",
    );
    this.#note = database.prepare(
      "INSERT INTO history (at, kind, key, action, managed_by, operator, was, became, revision, incarnation) " +
        "VALUES (?, 'endpoint', ?, 'create', ?, ?, NULL, ?, ?, ?)",
    );
    this.#get = database.prepare("SELECT * FROM contact WHERE kind = 'endpoint' AND sip_address = ?");
  }

  create(
    record: { sipAddress: string; poolFqdn: string; displayName: string },
    by: { managedBy: string; operator: string },
  ) {
    const { sipAddress, poolFqdn, displayName } = record;
    this.#begin.run();
    const revision = Number(this.#lastRevision.get(sipAddress)?.last ?? 0) + 1;
    const incarnation = randomUUID();
    const row = this.#insert.get(sipAddress, poolFqdn, displayName, revision, incarnation, by.managedBy);
    this.#note.run(
      new Date().toISOString(),
      sipAddress,
      by.managedBy,
      by.operator,
      JSON.stringify(record),
      revision,
      incarnation,
    );
    this.#commit.run();
    return row;
  }

  get(sipAddress: string) {
    return this.#get.get(sipAddress);
  }

  close(): void {
    this.#database.close();
  }
}
