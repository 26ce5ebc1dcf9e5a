import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { exitCodeOf, type Signals } from "./signals";

export interface FollowOptions extends Signals {
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Takes each line of standard output while it runs. */
  onLine(line: string): void;
  /** Takes each line of standard error while it runs. */
  onErrorLine(line: string): void;
}

/** Runs a program to its end, line by line, as `endOf` does. */
export function follow(command: string, args: readonly string[], options: FollowOptions): Promise<number> {
  const { cwd, env, onLine, onErrorLine } = options;
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  eachLine(child.stdout, onLine);
  eachLine(child.stderr, onErrorLine);
  return endOf(child, "close", options);
}

/**
 * The exit code of a child, once it has ended. A signal to us is passed on, and the child's own ending is awaited: an engine then
 * finishes what it began and frees the stack. Rejects where it cannot be started.
 */
export function endOf(
  child: ChildProcess,
  end: "exit" | "close",
  { onSignal, atTerminal }: Signals,
): Promise<number> {
  return new Promise((settle, reject) => {
    const stopListening = onSignal((signal) => {
      // A second interrupt means "at once" to the engine, so it must not get one from the terminal and one from us.
      if (signal !== "SIGINT" || !atTerminal) child.kill(signal);
    });
    child.once("error", (error) => {
      stopListening();
      reject(error);
    });
    child.once(end, (code, signal) => {
      stopListening();
      settle(code ?? exitCodeOf(signal ?? "SIGTERM"));
    });
  });
}

/** `node:readline` would end a line at other characters too, such as U+2028, which may stand in any text that is printed. */
function eachLine(stream: Readable, onLine: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
  stream.once("end", () => {
    if (rest !== "") onLine(rest);
  });
}
