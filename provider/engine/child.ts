import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface ChildOptions {
  env: NodeJS.ProcessEnv;
  cwd?: string;
  signal?: AbortSignal;
  onErrorLine?: (line: string) => void;
}

export interface ChildResult {
  /** Undefined when it could not be started or a signal ended it. */
  code: number | undefined;
  stdout: string;
  /** The last lines of standard error, enough to say why it failed. */
  lastLines: string[];
}

const KEPT_LINES = 40;
const PATIENCE_MS = 10_000;

/** Runs a program to its end, with nothing on its standard input. A failure is a result, never a rejection. */
export function runChild(
  command: string,
  args: readonly string[],
  options: ChildOptions,
): Promise<ChildResult> {
  return new Promise((resolve) => {
    const lastLines: string[] = [];
    let stdout = "";
    if (options.signal?.aborted) return resolve({ code: undefined, stdout, lastLines: ["interrupted"] });
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stop = stopper((signal) => child.kill(signal));
    options.signal?.addEventListener("abort", stop.begin, { once: true });
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    createInterface({ input: child.stderr }).on("line", (line) => {
      lastLines.push(line);
      if (lastLines.length > KEPT_LINES) lastLines.shift();
      options.onErrorLine?.(line);
    });
    const end = (code: number | null, failure?: Error) => {
      stop.end();
      options.signal?.removeEventListener("abort", stop.begin);
      if (failure !== undefined) lastLines.push(failure.message);
      resolve({ code: code ?? undefined, stdout, lastLines });
    };
    child.once("error", (failure) => end(null, failure)).once("close", (code) => end(code));
  });
}

/** An interrupt lets a compiler clear its temporary files; what does not listen is killed. */
function stopper(kill: (signal: NodeJS.Signals) => void) {
  let timer: NodeJS.Timeout | undefined;
  return {
    begin: () => {
      kill("SIGINT");
      timer = setTimeout(() => kill("SIGKILL"), PATIENCE_MS);
    },
    end: () => clearTimeout(timer),
  };
}
