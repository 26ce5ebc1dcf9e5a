import type { ChildProcess } from "node:child_process";

/** How a process ended, and what it said. */
export interface Result {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** Both streams, for searching. */
  output: string;
}

/**
 * Collects what a process says until it ends: at `close`, when its streams have ended too, or at `exit`, where a child of its
 * own may outlive it and hold them open.
 */
export function resultOf(child: ChildProcess, end: "close" | "exit" = "close"): Promise<Result> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once(end, (code: number | null, signal: NodeJS.Signals | null) => {
      setImmediate(() => resolve({ code, signal, stdout, stderr, output: stdout + stderr }));
    });
  });
}
