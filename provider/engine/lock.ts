import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { lockFile } from "../registry/file-lock";
import { NoEngine } from "./engine";

const LOOK_AGAIN_MS = 250;

/**
 * Runs `work` while no other process does so in this folder. `onWait` is called once when another one is at it. Where no
 * lock can be had it fails with `NoEngine`.
 */
export async function withLock<T>(
  folder: string,
  onWait: () => void,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const release = await acquire(join(folder, "lock"), onWait, signal);
  try {
    return await work();
  } finally {
    release();
  }
}

async function acquire(path: string, onWait: () => void, signal: AbortSignal): Promise<() => void> {
  for (let waited = false; ; waited = true) {
    const release = await taken(path);
    if (release) return release;
    if (signal.aborted) throw cannotLock(path, "interrupted");
    if (!waited) onWait();
    await wait(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function taken(path: string): Promise<(() => void) | undefined> {
  try {
    await mkdir(join(path, ".."), { recursive: true });
    return await lockFile(path);
  } catch (error) {
    throw cannotLock(path, error instanceof Error ? error.message : String(error));
  }
}

function cannotLock(path: string, cause: string): NoEngine {
  return new NoEngine(`cannot lock '${path}': ${cause}`);
}
