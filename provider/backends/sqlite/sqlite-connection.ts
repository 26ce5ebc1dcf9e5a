import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { RegistryError } from "../../registry/errors";
import { loadDriver } from "./sqlite-driver";
import { migrate, schemaState } from "./sqlite-schema";

/** Milliseconds for which the driver itself waits for a lock, and with it the whole event loop. */
export const BUSY_TIMEOUT = 5;

/** Opens a registry, or answers `undefined` where the file holds none yet. */
export function connect(path: string): DatabaseSync | undefined {
  // SQLite would open a read-only file as such, and leave read-only files beside it that outlast the cause.
  accessSync(path, constants.R_OK | constants.W_OK);
  let empty = false;
  const database = opened(path, (fresh) => {
    const state = schemaState(fresh, path);
    if (state === "old") inTransaction(fresh, () => migrate(fresh, path));
    empty = state === "empty";
  });
  if (empty) database.close();
  return empty ? undefined : database;
}

/** Makes the folder, the file and the tables, as far as they are missing. Stopped half-way, it leaves an empty database. */
export function createAndConnect(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true });
  return opened(path, (fresh) => {
    if (schemaState(fresh, path) === "empty") fresh.exec("PRAGMA journal_mode = WAL");
    inTransaction(fresh, () => migrate(fresh, path));
  });
}

export function inTransaction<T>(
  database: DatabaseSync,
  work: () => T,
  begin: "BEGIN" | "BEGIN IMMEDIATE" = "BEGIN IMMEDIATE",
): T {
  database.exec(begin);
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    try {
      database.exec("ROLLBACK");
    } catch {
      // A full disk and the like have rolled it back already.
    }
    throw error;
  }
}

/**
 * Tells one file at a path from the next one, or `undefined` where there is none. By `stat` alone: the database must not
 * be opened and closed beside the driver, because that drops every lock that this process holds on it.
 */
export function identityOf(path: string): string | undefined {
  try {
    const file = statSync(path, { bigint: true });
    if (file.isFile()) return `${file.dev}:${file.ino}`;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  throw new RegistryError(
    "unavailable",
    `cannot open the registry '${path}': this is not a file; name another path`,
  );
}

function opened(path: string, bringUp: (database: DatabaseSync) => void): DatabaseSync {
  const database = new (loadDriver().DatabaseSync)(path);
  try {
    // FULL, not NORMAL: what was acknowledged outlives a loss of power.
    database.exec(
      `PRAGMA busy_timeout = ${BUSY_TIMEOUT}; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL`,
    );
    bringUp(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
