import { existsSync } from "node:fs";
import { dirname, join, sep } from "node:path";

const PROJECT_FILES = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/** The file that makes a folder that of a project; `undefined` where there is none. */
export function projectFileIn(folder: string): string | undefined {
  return PROJECT_FILES.map((name) => join(folder, name)).find((file) => existsSync(file));
}

/**
 * The folder of the project that `folder` belongs to: the nearest one with a Pulumi.yaml, or `folder` itself where none
 * is above it. The plugin runs in the folder of `main` and the command line tool in that of the shell; a relative registry
 * path means the same to both.
 */
export function projectFolderOf(folder: string): string {
  for (let candidate = folder; ; candidate = dirname(candidate)) {
    if (projectFileIn(candidate) !== undefined) return candidate;
    if (dirname(candidate) === candidate) return folder;
  }
}

/**
 * The folder that somebody works in who runs an npm script of a clone: npm starts each in the clone's own folder, and tells
 * in INIT_CWD where it was called. The clone itself where that is elsewhere.
 */
export function callersFolder(clone: string, env: NodeJS.ProcessEnv): string {
  const { INIT_CWD: folder } = env;
  return folder?.startsWith(clone + sep) ? folder : clone;
}
