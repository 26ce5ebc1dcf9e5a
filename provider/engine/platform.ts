import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { homedir, userInfo } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";

/** Windows spells it `Path`, and an environment that was copied into a plain object no longer forgives that. */
export function pathVariable(env: NodeJS.ProcessEnv): string {
  return Object.keys(env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
}

/** The folders of PATH. An empty entry means the current folder to a shell; nothing is looked for there. */
export function pathFolders(env: NodeJS.ProcessEnv): string[] {
  return (env[pathVariable(env)] ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
}

/** Where an engine that we got is kept: below the user's cache folder, as each platform has it. */
export function engineCache(env: NodeJS.ProcessEnv, platform = process.platform): string {
  return join(userCache(env, platform), "pulumi-persistentchat", "engine");
}

/** Where the engine keeps its plugins. It takes the home folder from the list of users, whatever HOME says. */
export function enginePlugins(env: NodeJS.ProcessEnv): string {
  return join(env.PULUMI_HOME || join(userInfo().homedir, ".pulumi"), "plugins");
}

function userCache(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const home = (platform === "win32" ? env.USERPROFILE : env.HOME) || homedir();
  if (platform === "win32") return env.LOCALAPPDATA || join(home, "AppData", "Local");
  if (platform === "darwin") return join(home, "Library", "Caches");
  const named = env.XDG_CACHE_HOME ?? "";
  return isAbsolute(named) ? named : join(home, ".cache");
}

export function programFile(name: string): string {
  return process.platform === "win32" ? `${name}.exe` : name;
}

/** The launcher of dynamic providers is a script, on each platform of the kind that it can run. */
export const LAUNCHER = `pulumi-resource-pulumi-nodejs${process.platform === "win32" ? ".cmd" : ""}`;

export async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** The first of `folders` that holds the program, or undefined. */
export async function folderOf(file: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) if (await isProgram(join(folder, file))) return folder;
  return undefined;
}
