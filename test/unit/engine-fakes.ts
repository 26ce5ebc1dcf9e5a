import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineCache } from "../../provider/engine/platform";

/** For tests that start processes: they take milliseconds, and on a busy machine now and then seconds. */
export const PROCESSES_MS = 30_000;

/** A folder for one test, as its home and its cache. */
export interface Scratch {
  readonly folder: string;
  readonly cache: string;
  /** Nothing is on PATH but what a fake engine's script needs. */
  readonly env: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

export async function createScratch(): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), "engine ü "));
  const env = {
    HOME: folder,
    PULUMI_HOME: join(folder, ".pulumi"),
    XDG_CACHE_HOME: join(folder, "cache"),
    PATH: "",
  };
  return { folder, env, cache: engineCache(env), remove: () => rm(folder, { recursive: true, force: true }) };
}

const COMPANIONS = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

/** Programs that stand for an engine. The script is run by `pulumi`; by default it prints the version. */
export async function writeFakeEngine(
  bin: string,
  version: string,
  script = `echo v${version}`,
): Promise<void> {
  await mkdir(bin, { recursive: true });
  await writeProgram(join(bin, "pulumi"), script);
  for (const companion of COMPANIONS) await writeProgram(join(bin, companion), "exit 0");
}

export function writeProgram(path: string, script: string): Promise<void> {
  return writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}
