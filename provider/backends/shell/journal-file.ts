import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { RegistryError } from "../../registry/errors";
import { inTransaction } from "../sqlite/sqlite-connection";
import { loadDriver } from "../sqlite/sqlite-driver";

const BUSY_TIMEOUT = 5_000;
/** 2 since there are cutovers. */
const VERSION = 2;

// Each table is made where it is missing, so that a file of version 1 keeps what it has.
const TABLES = `
  CREATE TABLE IF NOT EXISTS entry (
    kind TEXT NOT NULL, key TEXT NOT NULL, owner TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (kind, key, owner)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS grave (
    kind TEXT NOT NULL, key TEXT NOT NULL, object TEXT NOT NULL, controller TEXT, at INTEGER NOT NULL,
    PRIMARY KEY (kind, key, object)
  ) STRICT;
  -- AUTOINCREMENT: no revision ever comes back, also after the record was removed.
  CREATE TABLE IF NOT EXISTS cutover (
    revision INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, text TEXT NOT NULL
  ) STRICT;
  PRAGMA user_version = ${VERSION};`;

/** The file, in SQLite, of what this machine keeps of a management shell; made by the first use. */
export class JournalFile {
  #database: DatabaseSync | undefined;

  constructor(private readonly path: string) {}

  /** Reads, or writes with one statement. Fails with `unavailable`. */
  use<T>(work: (database: DatabaseSync) => T): T {
    try {
      this.#database ??= this.#open();
      return work(this.#database);
    } catch (error) {
      if (error instanceof RegistryError) throw error;
      const cause = error instanceof Error ? error.message : String(error);
      throw new RegistryError(
        "unavailable",
        `cannot use the journal '${this.path}' of the management shell: ${cause}; make it readable and writable, or name another one with 'journal'`,
        { cause: error },
      );
    }
  }

  /** Writes what was read before, while no other process writes: all or nothing. Fails with `unavailable`. */
  change<T>(work: (database: DatabaseSync) => T): T {
    return this.use((database) => inTransaction(database, () => work(database)));
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  #open(): DatabaseSync {
    mkdirSync(dirname(this.path), { recursive: true });
    const database = new (loadDriver().DatabaseSync)(this.path);
    try {
      database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}; PRAGMA synchronous = FULL`);
      inTransaction(database, () => {
        const version = Number(database.prepare("PRAGMA user_version").get()?.user_version);
        if (version > VERSION) throw new Error("it is of a later version of this package");
        database.exec(TABLES);
      });
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  }
}
