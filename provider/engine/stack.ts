import { join } from "node:path";
import { runChild } from "./child";
import { PULUMI } from "./engine";

/** Where and with what the engine runs. */
export interface Workplace {
  /** Folder of Pulumi.yaml. */
  root: string;
  /** Folder of the engine's programs. */
  bin: string;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

export async function stackExists(stack: string, workplace: Workplace): Promise<boolean> {
  const { code, lastLines } = await pulumi(["stack", "--stack", stack, "--show-name"], workplace);
  if (code === 0) return true;
  if (lastLines.some((line) => line.includes("no stack named"))) return false;
  throw new Error(`cannot open the stack '${stack}': ${reasonOf(lastLines)}`);
}

/** Makes the stack without selecting it: which stack a person works on is theirs to choose. */
export async function createStack(stack: string, workplace: Workplace): Promise<void> {
  const { code, lastLines } = await pulumi(["stack", "init", stack, "--no-select"], workplace);
  // Another run may have made it in the meantime.
  if (code !== 0 && !lastLines.some((line) => line.includes("already exists")))
    throw new Error(`cannot make the stack '${stack}': ${reasonOf(lastLines)}`);
}

function pulumi(args: string[], { root, bin, env, signal }: Workplace) {
  return runChild(join(bin, PULUMI), [...args, "--non-interactive"], { cwd: root, env, signal });
}

function reasonOf(lines: readonly string[]): string {
  const line = lines.find((each) => each.startsWith("error:")) ?? lines.at(-1);
  return line?.replace(/^error: /, "") ?? "the engine gives no reason";
}
