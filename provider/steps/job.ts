import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { textIfThere, writeWhole } from "../cutover/files";
import type { Json } from "../cutover/notes";
import { lockFile } from "../registry/file-lock";
import { StepFailure } from "./answer";
import type { InnerCommand } from "./inner-command";
import { type JobRequest, type JobResult, jobFiles, jobResult } from "./job-request";
import { LogReader } from "./log-reader";
import { endTree, markOf, mayBeThere, processMark } from "./process-group";

/** Milliseconds between two looks at a job. */
const LOOK_AGAIN = 200;
/** How often a call starts a job whose runner ended without a result. */
const MOST_STARTS = 3;

/**
 * The command of a long step, which runs on when whoever started it is gone, and is found again. It runs at most once at a
 * time; what it answered is kept, and a failure until it was told.
 */
export class Job {
  readonly #files: ReturnType<typeof jobFiles>;

  constructor(
    private readonly folder: string,
    private readonly guardFolder: string,
    private readonly journal: JobRequest["journal"],
  ) {
    this.#files = jobFiles(folder);
  }

  /**
   * Waits for the end of the job, which is started where none runs, and again where its runner ended without a result.
   * `command` makes the command, given whether an earlier one may have begun; `took` gets how many milliseconds the job ran,
   * whoever waited for it. Fails with `StepFailure`.
   */
  async run(
    command: (begun: boolean) => InnerCommand,
    onLine: (line: string) => void,
    took: (milliseconds: number) => void,
  ): Promise<Json> {
    mkdirSync(this.folder, { recursive: true });
    const log = new LogReader(this.#files.log, onLine);
    let runner: ChildProcess | undefined;
    for (let starts = 0; ; ) {
      const running = isRunning(runner) || (await isHeld(this.#files.lock));
      // After the look at the runner: one that has ended since has written its result before.
      log.tell();
      const result = this.#result();
      if (result?.milliseconds !== undefined) took(result.milliseconds);
      if (result) return this.#told(result);
      if (!running) {
        if (existsSync(this.#files.givenUp))
          throw new StepFailure("its way back has begun", "bring the way back to its end");
        if (starts === MOST_STARTS)
          throw new StepFailure(
            `its job ended ${starts} times without a result; '${this.#files.log}' may say why`,
          );
        starts += 1;
        runner = this.#start(command(existsSync(this.#files.begun)));
      }
      await pause(LOOK_AGAIN);
    }
  }

  /** Ends the job, and sees to it that it is not started again. Gives what it answered where it had ended by itself. */
  async giveUp(): Promise<Json | undefined> {
    if (!existsSync(this.folder)) return undefined;
    writeWhole(this.#files.givenUp, "");
    while (await isHeld(this.#files.lock)) {
      this.#kill();
      await pause(LOOK_AGAIN);
    }
    // The guard of a killed runner ends the command, and then itself.
    while (await isHeld(join(this.guardFolder, "guard.lock"))) await pause(LOOK_AGAIN);
    const result = this.#result();
    return result && "answer" in result ? result.answer : undefined;
  }

  #start({ argv, input }: InnerCommand): ChildProcess {
    const log = openSync(this.#files.log, "a", 0o600);
    try {
      const runner = spawn(process.execPath, [join(__dirname, "job-runner.js")], {
        detached: true,
        windowsHide: true,
        stdio: ["pipe", "ignore", log],
      });
      runner.unref();
      runner.on("error", () => {}); // as one that ended without a result
      runner.stdin?.on("error", () => {});
      const { folder, guardFolder, journal } = this;
      const request: JobRequest = { argv: [...argv], input, folder, guardFolder, journal };
      runner.stdin?.end(`${JSON.stringify(request)}\n`);
      return runner;
    } finally {
      closeSync(log);
    }
  }

  #kill(): void {
    const text = textIfThere(this.#files.runner);
    if (text === undefined) return; // it has only just begun
    const mark = processMark.parse(JSON.parse(text));
    const { host } = markOf(process.pid);
    if (mark.host !== host)
      throw new StepFailure(
        `its job still runs on '${mark.host}', and cannot be ended from '${host}'`,
        `run 'pulumi up' on '${mark.host}', or end process ${mark.pid} there and run 'pulumi up' again`,
      );
    if (mayBeThere(mark)) endTree(mark.pid);
  }

  #result(): JobResult | undefined {
    const text = textIfThere(this.#files.result);
    return text === undefined ? undefined : jobResult.parse(JSON.parse(text));
  }

  #told(result: JobResult): Json {
    if ("answer" in result) return result.answer;
    // The next call is to try again.
    rmSync(this.#files.result, { force: true });
    throw new StepFailure(result.reason, result.cure);
  }
}

function isRunning(runner: ChildProcess | undefined): boolean {
  return runner?.pid !== undefined && runner.exitCode === null && runner.signalCode === null;
}

async function isHeld(path: string): Promise<boolean> {
  const release = await lockFile(path);
  release?.();
  return release === undefined;
}
