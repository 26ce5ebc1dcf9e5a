import { join } from "node:path";
import { CONTOSO } from "../../provider/simulator/contoso";
import type { WorldInput } from "../../provider/simulator/world";
import { TestWorld } from "./test-world";
import { Workspace } from "./workspace";

export interface ShellWorkspaceOptions {
  /** Parts of the sample world in the place of its own. */
  world?: Partial<WorldInput>;
  /** Parameters of the setting `persistentchat:registry`; a call has 20 s if they do not say otherwise. */
  parameters?: Record<string, string | number | boolean>;
}

/** A workspace whose registry is a simulated management shell, and the world of it. */
export async function shellWorkspace({
  world: parts = {},
  parameters = {},
}: ShellWorkspaceOptions = {}): Promise<{ workspace: Workspace; world: TestWorld }> {
  const workspace = await Workspace.create({ registry: shellUrl(parameters) });
  const world = new TestWorld(join(workspace.folder, "world.json"));
  world.fill({ ...CONTOSO, ...parts });
  return { workspace, world };
}

/** What makes such workspaces for the cases of the surrounding `describe`; each ends with its case. */
export function useShellWorkspaces(): typeof shellWorkspace {
  const workspaces: Workspace[] = [];
  afterEach(() => {
    for (const workspace of workspaces.splice(0)) workspace.dispose();
  });
  return async (options) => {
    const made = await shellWorkspace(options);
    workspaces.push(made.workspace);
    return made;
  };
}

/** The setting of a stack whose world lies beside its Pulumi.yaml. */
export function shellUrl(parameters: ShellWorkspaceOptions["parameters"] = {}): string {
  const all = { simulate: "world.json", callTimeout: 20, replicationTimeout: 20, ...parameters };
  return `shell:?${Object.entries(all)
    .map(([name, value]) => `${name}=${value}`)
    .join("&")}`;
}
