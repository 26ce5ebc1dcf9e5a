import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runChild } from "./child";
import { folderOf, isProgram, LAUNCHER, pathFolders, programFile } from "./platform";
import { formatVersion, isSupported, OLDEST_ENGINE, parseVersion, type Version } from "./version";

/** An engine that was seen to answer and to have its Node language host. */
export interface Engine {
  /** The folder of the program `pulumi`. */
  readonly bin: string;
  readonly version: string;
  /** Whether the shell finds it by itself; otherwise `bin` must be put first on PATH. */
  readonly onPath: boolean;
}

/** A way to an engine or to its plugin that led nowhere; the message is the reason, fit for the end of a sentence. */
export class NoEngine extends Error {
  override readonly name = "NoEngine";
}

export const PULUMI = programFile("pulumi");
export const COMMAND_PLUGIN = programFile("pulumi-resource-command");
export const LANGUAGE_HOST = programFile("pulumi-language-nodejs");

const ANSWER_WITHIN_MS = 30_000;

/** Proves that the engine in a folder can run a Node program, or fails with `NoEngine`. */
export async function inspectEngine(bin: string, env: NodeJS.ProcessEnv, onPath: boolean): Promise<Engine> {
  const program = join(bin, PULUMI);
  if (!(await isProgram(program))) throw new NoEngine(`'${program}' is missing or may not be run`);
  const version = await askVersion(program, env);
  if (!isSupported(version))
    throw new NoEngine(
      `'${program}' is version ${formatVersion(version)}, and ${OLDEST_ENGINE} or newer of version 3 is needed`,
    );
  // The engine looks for its companions on PATH and beside its own file, which a package manager may have linked to.
  const folders = [bin, dirname(await realpath(program)), ...(onPath ? pathFolders(env) : [])];
  for (const companion of [LANGUAGE_HOST, LAUNCHER])
    if ((await folderOf(companion, folders)) === undefined)
      throw new NoEngine(`'${program}' has no '${companion}' beside it${onPath ? " or on PATH" : ""}`);
  return { bin, version: formatVersion(version), onPath };
}

async function askVersion(program: string, env: NodeJS.ProcessEnv): Promise<Version> {
  const { code, stdout, lastLines } = await runChild(program, ["version"], {
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const version = code === 0 ? parseVersion(stdout) : undefined;
  if (version !== undefined) return version;
  const why = code === 0 ? `'${stdout.trim().slice(0, 80)}'` : (lastLines.at(-1) ?? "no answer");
  throw new NoEngine(`'${program} version' does not answer with a version: ${why}`);
}
