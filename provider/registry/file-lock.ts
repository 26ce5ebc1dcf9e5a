import { existsSync } from "node:fs";

const SQLITE_BUSY = 5;

/**
 * Takes a lock that is a file, which is made where it is not there. Gives what lets it go, or nothing while another holds it,
 * in this process or in any. Fails where the file cannot be made.
 *
 * The lock is one of SQLite's: the operating system holds it for the process and drops it with the process, however that
 * ends, so there is no lock of a dead owner to tell from one of a live owner. Node has no other way to such a lock.
 */
export async function lockFile(path: string): Promise<(() => void) | undefined> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // Nothing is ever written, so there is nothing to keep a journal of.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return () => database.close();
  } catch (error) {
    database.close();
    if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
}

/** Whether somebody holds such a lock. It writes nothing, and takes nothing for longer than the look. */
export async function isFileLocked(path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(path, { timeout: 0, readOnly: true });
  try {
    database.prepare("SELECT 1 FROM sqlite_schema").get();
    return false;
  } catch (error) {
    if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY) return true;
    throw error;
  } finally {
    database.close();
  }
}
