import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import { NoEngine } from "./engine";

/**
 * Runs `work` while no other process does so in this folder. `onWait` is called once when another one is at it. Where no
 * lock can be had it fails with `NoEngine`.
 *
 * The lock is one of SQLite's: the operating system holds it for the process and drops it with the process, however that
 * ends, so there is no lock of a dead owner to tell from one of a live owner. Node has no other way to such a lock.
 */
export async function withLock<T>(
  folder: string,
  onWait: () => void,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const database = await open(folder);
  try {
    await acquire(database, onWait, signal);
    return await work();
  } finally {
    database.close();
  }
}

const LOOK_AGAIN_MS = 250;
const SQLITE_BUSY = 5;

async function open(folder: string): Promise<DatabaseSync> {
  try {
    await mkdir(folder, { recursive: true });
    const { DatabaseSync } = await import("node:sqlite");
    return new DatabaseSync(join(folder, "lock"), { timeout: 0 });
  } catch (error) {
    throw cannotLock(folder, error);
  }
}

async function acquire(database: DatabaseSync, onWait: () => void, signal: AbortSignal): Promise<void> {
  for (let waited = false; ; waited = true) {
    try {
      // Nothing is ever written, so there is nothing to keep a journal of.
      database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
      return;
    } catch (error) {
      if (!isBusy(error) || signal.aborted) throw cannotLock(database.location() ?? "", error);
    }
    if (!waited) onWait();
    await wait(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}

function cannotLock(path: string, error: unknown): NoEngine {
  return new NoEngine(`cannot lock '${path}': ${error instanceof Error ? error.message : String(error)}`);
}
