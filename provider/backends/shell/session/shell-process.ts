import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { SCRIPT_LINE } from "./bootstrap";
import { encodeRequest, type Frame, ReplyReader } from "./frames";
import { Tail } from "./tail";

/** Milliseconds for which something may hold the streams of a process that has ended. */
const LINGER = 1_000;
const IS_WINDOWS = process.platform === "win32";

/** How a process ended. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Why it never began. */
  failure?: NodeJS.ErrnoException;
}

/** The process ended before it answered. */
export class ShellEnded extends Error {
  constructor(
    readonly ending: Ending,
    /** Whether the process may have read the request. */
    readonly delivered: boolean,
  ) {
    super("the process ended");
  }
}

/** The process did not answer in time. */
export class ShellSilent extends Error {}

/** An answer, and what else was printed meanwhile. */
export interface Answer {
  body: unknown;
  printed: string;
}

/** One process of a management shell, which answers one request at a time. */
export class ShellProcess {
  readonly nonce = randomBytes(16).toString("hex");
  /** Resolves when the process, and all that held its streams, is gone. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #reader = new ReplyReader(this.nonce);
  readonly #stderr = new Tail();
  #onReply: ((frame: Frame) => void) | undefined;
  #onEnd: ((ending: Ending) => void) | undefined;
  #ending: Ending | undefined;
  #lastId = 0;

  /** `folder` is the one in which the program is started; left out, that of this process. */
  constructor([program = "", ...args]: readonly string[], folder?: string) {
    // A group of its own: an interrupt at the terminal is for us. It goes on to the end of its call, and ends with its input.
    this.#child = spawn(program, args, {
      cwd: folder,
      detached: !IS_WINDOWS,
      windowsHide: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const { stdin, stdout, stderr } = this.#child;
    stdin.on("error", () => {}); // whoever waits for an answer is told by the end of the process
    stdout.on("data", (chunk: Buffer) => this.#read(chunk));
    stderr.on("data", (chunk: Buffer) => this.#stderr.push(chunk));
    this.ended = this.#watch();
    stdin.write(SCRIPT_LINE);
  }

  /** Whether the process has ended. */
  get over(): boolean {
    return this.#ending !== undefined;
  }

  /** The last that it wrote where errors go, and where replies go without being one: for people, never to be parsed. */
  get lastWords(): string {
    return [this.#stderr.text, this.#reader.noise].filter((text) => text.trim() !== "").join("\n");
  }

  /** Fails with `ShellEnded`, or with `ShellSilent` after so many milliseconds. */
  async ask(body: object, patience: number): Promise<Answer> {
    this.#lastId += 1;
    const id = this.#lastId;
    let delivered = !this.over;
    let timer: NodeJS.Timeout | undefined;
    this.#reader.takeNoise();
    // What it said at its start tells why it does not start, and nothing of a later call.
    if (id > 1) this.#stderr.clear();
    try {
      // Nothing of this may hang on `ended`: it would keep every answer to the end of the process.
      return await new Promise<Answer>((resolve, reject) => {
        this.#onReply = (frame) => {
          if (frame.id === id) resolve({ body: frame.body, printed: this.#reader.takeNoise() });
        };
        this.#onEnd = (ending) => reject(new ShellEnded(ending, delivered));
        if (this.#ending) this.#onEnd(this.#ending);
        timer = setTimeout(() => reject(new ShellSilent("no answer in time")), patience);
        this.#child.stdin.write(encodeRequest(id, body), (error) => {
          if (error) delivered = false;
        });
      });
    } finally {
      clearTimeout(timer);
      this.#onReply = undefined;
      this.#onEnd = undefined;
    }
  }

  /** Ends the input, so that the process ends after the call under way. */
  finish(): void {
    this.#lastId += 1;
    if (this.#child.stdin.writable) this.#child.stdin.end(encodeRequest(this.#lastId, { op: "bye" }));
  }

  /** Waits for the end so many milliseconds, then makes it. */
  async endWithin(patience: number): Promise<void> {
    const waiting = new AbortController();
    const late = pause(patience, "late" as const, waiting).catch(() => undefined);
    const first = await Promise.race([this.ended, late]);
    waiting.abort();
    if (first === "late") await this.kill();
  }

  async kill(): Promise<void> {
    if (!this.over) this.#killGroup();
    await this.ended;
  }

  #read(chunk: Buffer): void {
    for (const frame of this.#reader.push(chunk)) this.#onReply?.(frame);
  }

  #watch(): Promise<Ending> {
    const child = this.#child;
    return new Promise((resolve) => {
      let linger: NodeJS.Timeout | undefined;
      let failure: NodeJS.ErrnoException | undefined;
      const end = (code: number | null, signal: NodeJS.Signals | null) => {
        clearTimeout(linger);
        this.#ending = failure ? { code: null, signal: null, failure } : { code, signal };
        this.#onEnd?.(this.#ending);
        resolve(this.#ending);
      };
      child.once("error", (error) => {
        failure = error;
        if (child.pid === undefined) end(null, null);
      });
      // What it wrote last is read before its end counts.
      child.once("close", end);
      child.once("exit", () => {
        linger = setTimeout(() => {
          this.#killGroup();
          for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
        }, LINGER);
      });
    });
  }

  /** Ends the process and what it started in its group, such as a helper of ssh. */
  #killGroup(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (IS_WINDOWS) this.#child.kill("SIGKILL");
      else process.kill(-pid, "SIGKILL");
    } catch {
      // there is nothing left
    }
  }
}
