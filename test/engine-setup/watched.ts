import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A child process whose output is kept, and can be waited for. */
export interface Watched {
  readonly pid: number;
  readonly lines: readonly string[];
  /** Resolves when a line matches; rejects when the process ends before one does. */
  saw(pattern: RegExp): Promise<void>;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  kill(signal: NodeJS.Signals): void;
  /** Ends what a killed process left running, in its process group. */
  sweep(): void;
}

export function watch(args: readonly string[], env: NodeJS.ProcessEnv): Watched {
  const child = spawn(process.execPath, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const pid = Number(child.pid);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on("line", (line) => {
      lines.push(line);
      for (const look of waiting) look();
    });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("exit", (code, signal) => resolve(code ?? signal ?? 1));
  });
  const saw = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!lines.some((line) => pattern.test(line))) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      void ended.then(() =>
        reject(new Error(`ended before ${pattern} was seen:\n${lines.slice(-20).join("\n")}`)),
      );
    });
  return { pid, lines, saw, ended, kill: (signal) => process.kill(pid, signal), sweep: () => sweep(pid) };
}

function sweep(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
