import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Result, resultOf } from "./result";
import { ROOT, type Workspace } from "./workspace";

/** What runs a line as a person would type it in the folder of a project, who has `persistentchat` and `pulumi` on PATH. */
export function commandLineOf(workspace: Workspace): (line: string) => Promise<Result> {
  const folder = join(workspace.folder, "bin");
  const tool = join(folder, "persistentchat");
  mkdirSync(folder);
  const program = join(ROOT, "build", "provider", "cli", "index.js");
  writeFileSync(tool, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(tool, 0o755);
  const environment = workspace.environment();
  const env = { ...environment, PATH: [folder, environment.PATH].join(delimiter) };
  return (line) => resultOf(spawn("sh", ["-c", line], { cwd: workspace.folder, env }));
}
