import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runChild } from "./child";
import { NoEngine } from "./engine";
import { folderOf, pathFolders, programFile } from "./platform";
import type { Voice } from "./voice";

/** A Go that can build our modules, with the environment in which it does. */
export interface GoTool {
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
}

/** Go on PATH, new enough for the module; or the toolchain that it gets by itself from the module proxy. */
export async function findGo(
  env: NodeJS.ProcessEnv,
  module: string,
  voice: Voice,
  signal: AbortSignal,
): Promise<GoTool> {
  const folder = await folderOf(programFile("go"), pathFolders(env));
  if (folder === undefined) throw new NoEngine("no 'go' is on PATH");
  const program = join(folder, programFile("go"));
  const needed = /^go (\S+)$/m.exec(await readFile(join(module, "go.mod"), "utf8"))?.[1] ?? "";
  const ask = (toolchain: string) =>
    runChild(program, ["env", "GOVERSION"], { env: { ...env, GOTOOLCHAIN: toolchain }, cwd: folder, signal });
  // Told to be itself, it answers at once; left alone, an old Go would first try to download a newer one, and not say so.
  const own = await ask("local");
  const version = goNumbers(own.stdout);
  if (own.code !== 0 || version === undefined)
    throw new NoEngine(`'${program}' does not answer: ${own.lastLines.at(-1) ?? own.stdout.trim()}`);
  if (!isOlder(version, goNumbers(`go${needed}`)))
    return { program, version: version.join("."), env: { ...env, GOTOOLCHAIN: "local" } };

  const tooOld = `'${program}' is version ${version.join(".")}, and ${needed} or newer is needed`;
  const setting = (
    await runChild(program, ["env", "GOTOOLCHAIN"], { env, cwd: folder, signal })
  ).stdout.trim();
  if (isOlder(version, FIRST_WITH_TOOLCHAINS) || /^local$|path$/.test(setting)) throw new NoEngine(tooOld);
  voice.say(`${tooOld}; asking it to get that from the module proxy`);
  const newer = await ask(`go${needed}`);
  if (newer.code !== 0) throw new NoEngine(`${tooOld}, and it cannot get that: ${newer.lastLines.at(-1)}`);
  return { program, version: needed, env: { ...env, GOTOOLCHAIN: `go${needed}` } };
}

type Numbers = readonly number[];

const FIRST_WITH_TOOLCHAINS: Numbers = [1, 21, 0];

function goNumbers(text: string): Numbers | undefined {
  const match = /\bgo(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

function isOlder(version: Numbers, than: Numbers | undefined): boolean {
  const index = [0, 1, 2].find((each) => version[each] !== than?.[each]);
  return index !== undefined && Number(version[index]) < Number(than?.[index]);
}
