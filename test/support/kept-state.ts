import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Workspace } from "./workspace";

const KEPT = "kept";

/** Keeps the state of a stack and its SQLite registry as they are now, for the cases that begin there. */
export function keepState({ folder }: Workspace): void {
  for (const name of lastingIn(folder))
    cpSync(join(folder, name), join(folder, KEPT, name), { recursive: true });
}

/** Ends whatever still runs, and has both as they were kept. */
export function comeBack(workspace: Workspace): void {
  const { folder } = workspace;
  workspace.end();
  for (const name of lastingIn(folder)) rmSync(join(folder, name), { recursive: true });
  cpSync(join(folder, KEPT), folder, { recursive: true });
}

function lastingIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => /^(?:registry\.db|state$)/.test(name));
}
