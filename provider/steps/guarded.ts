import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { type GuardReport, type GuardRequest, guardReport, REPORTS } from "./guard-request";
import type { InnerCommand } from "./inner-command";
import { endTree } from "./process-group";
import { TextLines } from "./text-lines";

/** Most bytes that the answer of a command may have. */
export const LARGEST_ANSWER = 1_048_576;
/** Milliseconds for which something that the command left behind may hold its streams. */
const LINGER = 1_000;

/** How a command ended. */
export interface Ending {
  code: number | null;
  signal: string | null;
  /** What it wrote to standard output; nothing where that was more than an answer may have. */
  output: Buffer | undefined;
  /** The last line with something in it that it wrote to standard error. */
  lastLine: string;
  /** Why it never began, or is not known to have ended. */
  problem?: string;
}

/**
 * A command that runs for as long as this process lives, and no longer: a guard ends it, and all that it started, as soon as
 * this process is gone, also by a signal that it cannot hear.
 */
export class Guarded {
  /** Never resolves where it was told to end. */
  readonly ended: Promise<Ending>;
  readonly #guard: ChildProcess;
  readonly #gone: Promise<Error | undefined>;
  #commandPid: number | undefined;
  #last: GuardReport | undefined;
  #told = false;
  #lastLine = "";
  #output: Buffer[] = [];
  #length = 0;

  /** `folder` is where the guards of a step keep what they know of each other. `onLine` gets what it writes to standard error. */
  constructor({ argv, input }: InnerCommand, folder: string, onLine: (line: string) => void) {
    const guard = spawn(process.execPath, [join(__dirname, "guard.js")], {
      detached: true,
      windowsHide: true,
      stdio: ["pipe", "pipe", "pipe", "pipe"],
    });
    this.#guard = guard;
    const errors = new TextLines((line) => {
      if (line.trim() !== "") this.#lastLine = line;
      onLine(line);
    });
    const reports = new TextLines((line) => this.#hear(guardReport.parse(JSON.parse(line))));
    guard.stdout?.on("data", (chunk: Buffer) => this.#collect(chunk));
    guard.stderr?.on("data", (chunk: Buffer) => errors.push(chunk)).on("close", () => errors.end());
    (guard.stdio[REPORTS] as Readable).on("data", (chunk: Buffer) => reports.push(chunk));
    guard.stdin?.on("error", () => {}); // its end tells
    const request: GuardRequest = { argv: [...argv], input, folder };
    guard.stdin?.write(`${JSON.stringify(request)}\n`);
    // At once where it was killed: the command holds the streams for whose end the rest waits.
    guard.once("exit", (_code, signal) => signal !== null && this.#endRest());
    this.#gone = gone(guard);
    this.ended = this.#watch();
  }

  /** Ends the command with all that it started; resolves when that is done. */
  async end(): Promise<void> {
    this.#told = true;
    this.#guard.stdin?.destroy();
    await this.#gone;
    if (!this.#isOver()) this.#endRest();
  }

  async #watch(): Promise<Ending> {
    const failure = await this.#gone;
    if (this.#told) return new Promise(() => {});
    const said = {
      output: this.#length > LARGEST_ANSWER ? undefined : Buffer.concat(this.#output),
      lastLine: this.#lastLine,
    };
    const last = this.#last;
    if (last !== undefined && "code" in last) return { ...last, ...said };
    if (!this.#isOver()) this.#endRest();
    const killed = "the process that guards its command was killed";
    const told = last !== undefined && "problem" in last ? last.problem : (failure?.message ?? killed);
    return { code: null, signal: null, ...said, problem: told };
  }

  /** Whether the guard has said that nothing runs any more. */
  #isOver(): boolean {
    return this.#last !== undefined;
  }

  /** Of a guard that was killed itself. */
  #endRest(): void {
    const pid = process.platform === "win32" ? this.#commandPid : this.#guard.pid;
    if (pid !== undefined) endTree(pid);
  }

  #hear(report: GuardReport): void {
    if ("pid" in report) this.#commandPid = report.pid;
    else this.#last = report;
  }

  #collect(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length <= LARGEST_ANSWER) this.#output.push(chunk);
    else this.#output = [];
  }
}

/** Resolves when a process has ended and its streams were read, with an error where it never began. */
function gone(child: ChildProcess): Promise<Error | undefined> {
  return new Promise((resolve) => {
    let linger: NodeJS.Timeout | undefined;
    const end = (failure?: Error) => {
      clearTimeout(linger);
      resolve(failure);
    };
    child.once("error", end);
    child.once("close", () => end());
    child.once("exit", () => {
      linger = setTimeout(() => {
        for (const stream of child.stdio) stream?.destroy();
        end();
      }, LINGER);
    });
  });
}
