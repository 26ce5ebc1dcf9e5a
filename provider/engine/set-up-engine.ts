import { buildEngine } from "./build-engine";
import { download, type Installer, vendorInstaller } from "./download";
import { type Engine, NoEngine } from "./engine";
import { findInCache, findOnPath } from "./find-engine";
import { withLock } from "./lock";
import { addToCache, removeParts } from "./parts";
import { engineCache } from "./platform";
import { OLDEST_ENGINE } from "./version";
import type { Voice } from "./voice";
import { Ways } from "./ways";

export interface SetUp {
  env: NodeJS.ProcessEnv;
  voice: Voice;
  /** Ends a download or a build; nothing of it stays. */
  signal: AbortSignal;
  /** By default the SDK's; a test gives its own. */
  install?: Installer;
  /** By default the build with Go; a test gives its own. */
  build?: typeof buildEngine;
}

const WAYS = {
  path: "'pulumi' on PATH",
  cache: "an engine that was set up earlier",
  download: "download from the vendor",
  build: "build with Go",
} as const;

/** None of the four ways led to an engine. */
export class EngineUnavailable extends Error {
  override readonly name = "EngineUnavailable";

  constructor(answers: string) {
    super(
      "cannot find or get a Pulumi engine, because all four ways failed; " +
        `make one of them possible, or install Pulumi ${OLDEST_ENGINE} or newer by hand\n${answers}`,
    );
  }
}

/**
 * Finds an engine or gets one, in four ways, and says on the terminal what each answered: what is on PATH, what an earlier
 * set-up left, the vendor's download, and a build with Go for networks that let nothing through but a module proxy.
 */
export async function setUpEngine(options: SetUp): Promise<Engine> {
  const { env, voice, signal, install = vendorInstaller, build = buildEngine } = options;
  const cache = engineCache(env);
  const ways = new Ways<Engine>(
    voice,
    signal,
    "the engine",
    ({ bin, version }) => `Pulumi ${version} in '${bin}'`,
  );
  const found =
    (await ways.attempt(WAYS.path, () => findOnPath(env))) ??
    (await ways.attempt(WAYS.cache, () => findInCache(env)));
  if (found !== undefined) return found;
  const get = async () => {
    // Another set-up may have ended since we looked.
    const left = await findInCache(env).catch(() => undefined);
    if (left !== undefined) return ways.say(WAYS.cache, left);
    await removeParts(cache);
    const add = (fill: (folder: string) => Promise<void>) => () => addToCache(cache, env, fill);
    return (
      (await ways.attempt(
        WAYS.download,
        add((folder) => download(folder, voice, signal, install)),
      )) ??
      (await ways.attempt(
        WAYS.build,
        add((folder) => build(folder, env, voice, signal)),
      ))
    );
  };
  const wait = () => voice.say("another set-up is at work; waiting for it to end");
  const got = await withLock(cache, wait, signal, get).catch((error: unknown) => {
    ways.failIfInterrupted();
    if (!(error instanceof NoEngine)) throw error;
    for (const way of [WAYS.download, WAYS.build]) ways.fail(way, error.message);
    return undefined;
  });
  if (got !== undefined) return got;
  throw new EngineUnavailable(ways.answers);
}
