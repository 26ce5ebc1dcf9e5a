import type { Slowness } from "../../provider/simulator/shell";
import { COMMAND_VERSION, commandPlugin } from "../support/command-plugin";
import type { Workspace } from "../support/workspace";
import { endpoints } from "./programs";
import { type Cost, costOf } from "./run-cost";
import { RunPairs, type Runs } from "./run-pairs";
import { commands, processes } from "./shell-programs";
import { type CountedWorld, type Counts, withWorlds } from "./shell-world";
import { withWorkspaces } from "./workspaces";

const UP = ["up", "--yes", "--skip-preview"];
const REFRESH = ["refresh", "--yes", "--skip-preview", "--expect-no-changes"];

/** Whole runs of the command line tool; ours have a SIP domain and a pool beside the endpoints, the others have not. */
export interface ShellRuns {
  /** Against a dynamic provider that starts a process for each operation. */
  up: Runs;
  refresh: Runs;
  /** Against a `command.local.Command` for each endpoint; absent where its plugin is not at hand. It reads nothing. */
  upOfCommands?: Runs;
  /** Of the last round of ours. */
  calls: { up: Counts; refresh: Counts };
}

export async function measureShellRuns(
  size: number,
  slowness: Slowness,
  rounds: number,
  say: (line: string) => void,
): Promise<ShellRuns> {
  const plugin = await commandPlugin();
  if (plugin === undefined)
    say(`the plugin of @pulumi/command ${COMMAND_VERSION} is not at hand: its figures are left out`);
  const up = new RunPairs();
  const refresh = new RunPairs();
  const upOfCommands = new RunPairs();
  let calls: ShellRuns["calls"] = { up: {}, refresh: {} };
  for (let round = 1; round <= rounds; round++) {
    say(`${size} endpoints in a shell, round ${round} of ${rounds}`);
    await withWorlds([slowness, slowness, slowness], async ([world, other, third]) => {
      const programs = [endpoints(size), processes(size, other.path), commands(size, third.path)] as const;
      await withWorkspaces(programs, async ([ours, reference, ofCommands]) => {
        await ours.ok("config", "set", "persistentchat:registry", world.registry);
        const ourUp = await costOfUp(ours, world, size);
        const callsOfUp = world.takeCounts();
        up.add(ourUp, await costOfUp(reference, other, size));
        if (plugin !== undefined) {
          await ofCommands.ok("plugin", "install", "resource", "command", COMMAND_VERSION, "--file", plugin);
          upOfCommands.add(ourUp, await costOfUp(ofCommands, third, size));
        }
        const ourRefresh = await costOf(ours, REFRESH);
        calls = { up: callsOfUp, refresh: world.takeCounts() };
        refresh.add(ourRefresh, await costOf(reference, REFRESH));
      });
    });
  }
  return {
    up: up.compared(),
    refresh: refresh.compared(),
    ...(plugin !== undefined && { upOfCommands: upOfCommands.compared() }),
    calls,
  };
}

async function costOfUp(workspace: Workspace, world: CountedWorld, size: number): Promise<Cost> {
  const cost = await costOf(workspace, UP);
  world.assertEndpoints(size);
  return cost;
}
