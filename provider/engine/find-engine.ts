import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Engine, inspectEngine, NoEngine, PULUMI } from "./engine";
import { engineCache, folderOf, pathFolders } from "./platform";
import { compareVersions, parseVersion, type Version } from "./version";

/** The engine that is on this machine already, on PATH or in the user's cache; undefined when there is none. Gets nothing. */
export async function findEngine(env: NodeJS.ProcessEnv): Promise<Engine | undefined> {
  for (const find of [findOnPath, findInCache]) {
    try {
      return await find(env);
    } catch (error) {
      if (!(error instanceof NoEngine)) throw error;
    }
  }
  return undefined;
}

/** The `pulumi` that a shell would run. */
export async function findOnPath(env: NodeJS.ProcessEnv): Promise<Engine> {
  const bin = await folderOf(PULUMI, pathFolders(env));
  if (bin === undefined) throw new NoEngine("no 'pulumi' is there");
  return inspectEngine(bin, env, true);
}

/** The newest engine that an earlier set-up left in the cache. */
export async function findInCache(env: NodeJS.ProcessEnv): Promise<Engine> {
  const cache = engineCache(env);
  let failure = new NoEngine(`none is in '${cache}'`);
  for (const folder of await listEngines(cache)) {
    try {
      return await inspectEngine(join(cache, folder, "bin"), env, false);
    } catch (error) {
      if (!(error instanceof NoEngine)) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** The name of an engine's folder in the cache. A home folder may be shared by machines of several kinds. */
export function engineFolder(version: string): string {
  return `${version}${MACHINE}`;
}

const MACHINE = `-${process.platform}-${process.arch}`;

/** Finished engines only: a part folder's name is no version. */
async function listEngines(cache: string): Promise<string[]> {
  const names = await readdir(cache).catch(() => []);
  const found: { name: string; version: Version }[] = [];
  for (const name of names) {
    const version = name.endsWith(MACHINE) ? parseVersion(name.slice(0, -MACHINE.length)) : undefined;
    if (version !== undefined) found.push({ name, version });
  }
  return found.sort((a, b) => compareVersions(b.version, a.version)).map(({ name }) => name);
}
