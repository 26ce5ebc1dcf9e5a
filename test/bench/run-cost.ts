import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { Workspace } from "../support/workspace";
import { timed } from "./measure";

/** What one run of the command line tool takes, in milliseconds. */
export interface Cost {
  time: number;
  cpu: number;
}

// Node does not tell what its children took of the processors; a shell does.
const SCRIPT = 'pulumi "$@"; code=$?; times >&3; exit $code';

/** Runs the command line tool in a workspace to its success, or fails with its output. */
export async function costOf(
  workspace: Workspace,
  args: readonly string[],
  extra: NodeJS.ProcessEnv = {},
): Promise<Cost> {
  let cpu = 0;
  const time = await timed(async () => {
    const child = spawn("sh", ["-c", SCRIPT, "sh", ...args, "--non-interactive", "--color=never"], {
      cwd: workspace.folder,
      env: workspace.environment(extra),
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once("error", reject).once("close", resolve);
    });
    const [, stdout, stderr, times] = child.stdio;
    const [code, out, errors, used] = await Promise.all([
      ended,
      ...[stdout, stderr, times].map((stream) => text(stream as NodeJS.ReadableStream)),
    ]);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")}: exit ${code}\n${out}${errors}`);
    cpu = cpuOfChildren(used ?? "");
  });
  return { time, cpu };
}

/** Reads the second line of `times`: what the shell's children took, such as `1m2.50s 0m0.25s`. */
function cpuOfChildren(times: string): number {
  const line = times.trim().split("\n")[1] ?? "";
  const parts = [...line.matchAll(/(\d+)m([\d.]+)s/g)];
  if (parts.length !== 2) throw new Error(`the shell's 'times' has an unknown form: ${times}`);
  return parts.reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000,
    0,
  );
}
