import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { enginePath } from "./engine";
import { ROOT } from "./workspace";

export const COMMAND_VERSION = "1.2.1";

const run = promisify(execFile);

/** The path of the plugin of @pulumi/command: beside the engine, beside the packed engine that CI uses, or the user's own. */
export async function commandPlugin(): Promise<string | undefined> {
  const besideEngines = [await enginePath(), await packedEngine()].flatMap((bin) =>
    bin === undefined ? [] : [join(dirname(bin), "plugins")],
  );
  const home = process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
  return [
    ...besideEngines,
    join(ROOT, "..", "shared", "engine", "plugins"),
    join(home, "plugins", `resource-command-v${COMMAND_VERSION}`),
  ]
    .map((folder) => join(folder, "pulumi-resource-command"))
    .find((path) => existsSync(path));
}

let required: Promise<string> | undefined;

/** The PATH by which the engine finds that plugin, which is downloaded where it is nowhere. A test fails without; it does not skip. */
export async function pathWithCommandPlugin(): Promise<string> {
  required ??= requiredPlugin();
  const folders = [dirname(await required), await enginePath(), dirname(process.execPath), process.env.PATH];
  return folders.join(delimiter);
}

async function requiredPlugin(): Promise<string> {
  const found = await commandPlugin();
  if (found !== undefined) return found;
  const args = ["plugin", "install", "resource", "command", COMMAND_VERSION];
  const failure = await run(join(await enginePath(), "pulumi"), args).then(
    () => undefined,
    (error: unknown) => error,
  );
  const downloaded = failure === undefined ? await commandPlugin() : undefined;
  if (downloaded !== undefined) return downloaded;
  throw new Error(
    `the plugin of @pulumi/command ${COMMAND_VERSION} can be had neither from the engine's cache nor from ../shared/engine nor by download`,
    { cause: failure },
  );
}

async function packedEngine(): Promise<string | undefined> {
  try {
    const { stdout } = await run(join(ROOT, "..", "shared", "engine", "unpack"));
    return stdout.trim();
  } catch {
    return undefined; // there is none, or not for this machine
  }
}
