import assert from "node:assert/strict";
import type { Crash } from "./crash";
import { plugins } from "./fault";
import { type Fault, HEADQUARTERS, NEW, type REMOVE, type TestWorld } from "./test-world";
import { until } from "./until";
import type { Result, Workspace } from "./workspace";

/** What becomes of the call under which somebody is killed. */
export type Boundary = "never done" | "done later" | "done before";

export const BOUNDARIES: readonly Boundary[] = ["never done", "done later", "done before"];

/** So many endpoints does `tenEndpoints` declare. */
export const TEN = 10;
const LATER = 1_500;

/** A program, and where its addresses lead. */
export function tenEndpoints(pool = HEADQUARTERS): { program: string; led: string[] } {
  const addresses = Array.from({ length: TEN }, (_, n) => `sip:chat${n}@contoso.test`);
  return {
    program: addresses
      .map((address, n) => `new LegacyEndpoint("e${n}", { sipAddress: "${address}", poolFqdn: "${pool}" });`)
      .join("\n"),
    led: addresses.map((address) => `${address} -> ${pool}`),
  };
}

/** The call of a cmdlet under which somebody is killed. */
export interface Deadly extends Pick<Crash, "victim"> {
  boundary: Boundary;
  cmdlet: typeof NEW | typeof REMOVE;
  occurrence: number;
  /** How many writes the directory has taken in this run when the call is done. */
  writes: number;
}

/** Runs `up` and kills somebody with signal 9 when the shell has got a call, or when it has done it. */
export async function killedUp(
  workspace: Workspace,
  world: TestWorld,
  { victim, boundary, cmdlet, occurrence, writes }: Deadly,
): Promise<Result> {
  const where = { cmdlet, occurrence };
  const faults: Record<Boundary, Fault> = {
    "never done": { kind: "hang", ...where, ignoresDeadline: true },
    "done later": { kind: "latency", ...where, ms: LATER },
    "done before": { kind: "lost-reply", ...where },
  };
  world.faults(faults[boundary]);
  const done = world.read().lastSequence + writes;
  const { child, result } = workspace.start(["up", "--yes", "--skip-preview"]);
  await world.called(cmdlet, occurrence);
  if (boundary === "done before") await until("the call is done", () => world.read().lastSequence >= done);
  if (victim === "engine") child.kill("SIGKILL");
  else for (const { pid } of plugins(workspace)) process.kill(pid, "SIGKILL");
  const ended = await result;
  assert.notEqual(ended.code, 0, ended.output);
  return ended;
}

/**
 * Runs `up` of the ten endpoints twice: the call of one is given up by the first run, and done while the second one asks for it
 * again. Gives the second run.
 */
export async function overtakenUp(workspace: Workspace, world: TestWorld): Promise<Result> {
  world.faults({ kind: "effect-after-timeout", cmdlet: NEW, answers: false, ms: 3_600_000 });
  await workspace.upFails("--continue-on-error");
  assert.equal(world.contacts().length, TEN - 1);

  world.faults({ kind: "latency", cmdlet: NEW, ms: 500 });
  const { result } = workspace.start(["up", "--yes", "--skip-preview"]);
  await world.called(NEW, 1);
  world.change(({ pending: [call] }) => {
    if (call) call.at = new Date().toISOString();
  });
  return result;
}

/** Waits until nothing is left that writes, neither plugin nor shell. */
export function quiet(workspace: Workspace): Promise<void> {
  return until("plugin and shell end", () => writers(workspace).length === 0);
}

function writers(workspace: Workspace) {
  return workspace.processes().filter(({ command }) => /dynamic-provider|simulate-shell/.test(command));
}
