import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { enginePath } from "../support/engine";
import { ROOT } from "../support/workspace";

export const COMMAND_VERSION = "1.2.1";

/** The path of the plugin of @pulumi/command: beside the engine, beside the packed engine that CI uses, or the user's own. */
export async function commandPlugin(): Promise<string | undefined> {
  const besideEngines = [await enginePath(), await packedEngine()].flatMap((bin) =>
    bin === undefined ? [] : [join(dirname(bin), "plugins")],
  );
  const home = process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
  return [...besideEngines, join(home, "plugins", `resource-command-v${COMMAND_VERSION}`)]
    .map((folder) => join(folder, "pulumi-resource-command"))
    .find((path) => existsSync(path));
}

async function packedEngine(): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(join(ROOT, "..", "shared", "engine", "unpack"));
    return stdout.trim();
  } catch {
    return undefined; // there is none, or not for this machine
  }
}
