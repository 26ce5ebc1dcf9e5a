import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JournalEntry, Notes, type StepNote } from "../../provider/cutover/notes";
import { processesIn } from "./processes";
import { type Result, resultOf } from "./result";
import { until } from "./until";

export const CLI = join(__dirname, "..", "..", "provider", "cli", "index.js");
const INNER = join(__dirname, "step-inner.js");
const PARENT = join(__dirname, "step-parent.js");

/** The processes of a step, by what stands in their command lines. */
export const PROGRAMS = {
  parent: PARENT,
  relay: `${CLI} cutover step`,
  guard: join("steps", "guard.js"),
  runner: join("steps", "job-runner.js"),
  inner: INNER,
} as const;
export type Program = keyof typeof PROGRAMS;

export const HOLDER = { cutover: "contoso", id: "i1", lease: "t1" };
export const KEY = { step: "export", attempt: 1 };

/** A cutover with one step, in a folder of its own, in which every process of it runs. */
export class StepPlace {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "step-")));
  readonly notes = new Notes(join(this.folder, "cutover"));
  /** What the command of the step is. */
  readonly argv = [process.execPath, INNER, this.folder];

  constructor() {
    this.notes.establish(HOLDER, "r1");
  }

  document(changes: object = {}): string {
    const command = { before: this.argv, do: this.argv, undo: this.argv };
    return JSON.stringify({ ...HOLDER, ...KEY, folder: this.notes.folder, command, values: {}, ...changes });
  }

  /** Starts the program of a step. */
  start(action: string, document = this.document()): ChildProcess {
    const child = spawn(process.execPath, [CLI, "cutover", "step", action], { cwd: this.folder });
    child.stdin.on("error", () => {}); // it may end without reading
    child.stdin.end(document);
    return child;
  }

  /** Starts it as the child of another process. */
  startBehindParent(action: string, document = this.document()): ChildProcess {
    const file = join(this.folder, "document.json");
    writeFileSync(file, document);
    return spawn(process.execPath, [PARENT, CLI, action, file], { cwd: this.folder });
  }

  run(action: string, document = this.document()): Promise<Result> {
    return resultOf(this.start(action, document));
  }

  /** Has the command stand still. */
  hold(where: "before" | "while" | "after"): void {
    for (const name of ["held", "released"]) rmSync(join(this.folder, name), { force: true });
    writeFileSync(join(this.folder, "hold"), where);
  }

  async untilHeld(): Promise<void> {
    await until("the command stands still", () => this.text("held") !== "");
  }

  /** Has it go on, and not stand still again. */
  release(): void {
    rmSync(join(this.folder, "hold"), { force: true });
    writeFileSync(join(this.folder, "released"), "");
  }

  /** As `kill -9`, all at one moment as far as that can be. */
  kill(...programs: Program[]): void {
    const victims = programs.flatMap((program) => this.processes(program));
    if (victims.length < programs.length) throw new Error(`not all of ${programs.join(", ")} run`);
    // Stopped first: none sees the end of another.
    for (const pid of victims) process.kill(pid, "SIGSTOP");
    for (const pid of victims) process.kill(pid, "SIGKILL");
  }

  /** The processes that run, of one program or of all. */
  processes(program?: Program): number[] {
    return processesIn(this.folder)
      .filter(({ command }) => program === undefined || command.includes(PROGRAMS[program]))
      .filter(({ command }) => program !== "relay" || !command.includes(PARENT))
      .map(({ pid }) => pid);
  }

  async untilNothingRuns(): Promise<void> {
    await until("every process ends", () => this.processes().length === 0);
  }

  /** The effects that the command had. */
  effects(): string[] {
    return this.lines("effects");
  }

  /** What each run of the command was told. */
  runs(): { action: string; begun: boolean }[] {
    return this.lines("runs").map((line) => JSON.parse(line) as { action: string; begun: boolean });
  }

  note(): StepNote {
    return this.notes.read(KEY);
  }

  journal(): Pick<JournalEntry, "direction" | "event" | "text">[] {
    return this.notes.journal().map(({ direction, event, text }) => ({ direction, event, text }));
  }

  text(name: string): string {
    const path = join(this.folder, name);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  /** Ends what a failed test left. */
  async remove(): Promise<void> {
    for (const pid of this.processes()) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // it ended meanwhile
      }
    }
    await this.untilNothingRuns();
    rmSync(this.folder, { recursive: true });
  }

  private lines(name: string): string[] {
    return this.text(name)
      .split("\n")
      .filter((line) => line !== "");
  }
}

/** The last line of standard error. */
export function lastLine({ stderr }: Result): string | undefined {
  return stderr.trimEnd().split("\n").at(-1);
}
