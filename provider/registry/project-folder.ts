import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

const PROJECT_FILES = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/**
 * The folder of the project that `folder` belongs to: the nearest one with a Pulumi.yaml, or `folder` itself where none
 * is above it. The plugin runs in the folder of `main` and the command line tool in that of the shell; a relative registry
 * path means the same to both.
 */
export function projectFolderOf(folder: string): string {
  for (let candidate = folder; ; candidate = dirname(candidate)) {
    if (PROJECT_FILES.some((file) => existsSync(join(candidate, file)))) return candidate;
    if (dirname(candidate) === candidate) return folder;
  }
}
