import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Engine, inspectEngine } from "./engine";
import { engineFolder } from "./find-engine";

const PART = "part-";

/**
 * Lets `fill` put an engine into `<folder>/bin`, proves it, and only then gives it the name under which it is found: what
 * was interrupted or does not work never carries that name. The caller holds the lock of the cache.
 */
export async function addToCache(
  cache: string,
  env: NodeJS.ProcessEnv,
  fill: (folder: string) => Promise<void>,
): Promise<Engine> {
  await mkdir(cache, { recursive: true });
  const part = await mkdtemp(join(cache, PART));
  try {
    await fill(part);
    const { version } = await inspectEngine(join(part, "bin"), env, false);
    const place = join(cache, engineFolder(version));
    // What stands there was looked at and did not work. Moved rather than deleted, it is gone in one step.
    await rename(place, `${part}-replaced`).catch(ignoreMissing);
    await rename(part, place);
    return { bin: join(place, "bin"), version, onPath: false };
  } finally {
    await removeParts(cache);
  }
}

/** Removes what interrupted set-ups left. Only for the holder of the lock: every part folder is then nobody's. */
export async function removeParts(cache: string): Promise<void> {
  const names = await readdir(cache).catch(() => []);
  for (const name of names.filter((each) => each.startsWith(PART))) await removeFolder(join(cache, name));
}

/** A compiler that outlived its killed set-up for a moment may still write there; the next set-up takes the rest away. */
async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
