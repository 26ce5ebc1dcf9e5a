import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Workspace } from "../support/workspace";

const open = new Set<Workspace>();

/** Makes one workspace a program, lends them to `use`, and removes them whatever happens. */
export async function withWorkspaces<const P extends readonly string[]>(
  programs: P,
  use: (workspaces: { [I in keyof P]: Workspace }) => Promise<void>,
): Promise<void> {
  const mine: Workspace[] = [];
  try {
    for (const program of programs) {
      const workspace = await Workspace.create();
      mine.push(workspace);
      open.add(workspace);
      writeFileSync(join(workspace.folder, "index.js"), program);
    }
    await use(mine as { [I in keyof P]: Workspace });
  } finally {
    for (const workspace of mine) remove(workspace);
  }
}

/** For a bench that is interrupted: the engines of a workspace run in process groups of their own. */
export function removeWorkspaces(): void {
  for (const workspace of open) remove(workspace);
}

function remove(workspace: Workspace): void {
  open.delete(workspace);
  workspace.dispose();
}
