import { shellArguments } from "./bootstrap";
import { taggedParameters } from "./call-body";
import { type Arguments, CMDLETS, type Cmdlet } from "./cmdlets";
import { endOf, helloOf, notStarted, unusable } from "./hello";
import { type CallReply, callReply, type Hello, timedOutReply } from "./replies";
import { SHELL_DEFAULTS, type ShellSettings } from "./settings";
import { CallNotBegun, CallOutcomeUnknown, CallTimedOut, CmdletFailed } from "./shell-errors";
import { type Answer, ShellEnded, ShellProcess } from "./shell-process";

const MOST_RESULTS = 100_000;
/** So many processes may fail, in a row, without a call in between that is answered. */
const MOST_FAILURES = 2;

export interface CallOptions {
  /** Milliseconds from when the shell gets the call, in which it must be done. */
  deadline: number;
  /** Most objects that are given. */
  max?: number;
  /** Properties, in place of those of the closed list. */
  select?: readonly string[];
  /** Is called when the call's turn has come, before it is sent: what is read is not older than that. */
  onBegin?: () => void;
}

/** What a cmdlet gave, and what was printed beside it, such as the text of `WhatIf`. */
export type CallResult = CallReply & { printed: string };

interface Started {
  shell: ShellProcess;
  hello: Hello;
}

/**
 * A management shell that is kept open: it is started by the first call, and once more where it has ended by itself. Calls are
 * done one at a time, in the order in which they come. Errors are those of shell-errors.ts; each says what is known of what
 * was done.
 */
export class ShellSession {
  readonly #settings: ShellSettings & Required<Pick<ShellSettings, "modules" | "grace">>;
  #started: Started | undefined;
  /** The process that has not said hello yet. */
  #starting: ShellProcess | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idle: NodeJS.Timeout | undefined;
  #retired: Promise<void> = Promise.resolve();
  #failures = 0;
  #lastFailure: Error | undefined;
  #closed: Promise<void> | undefined;

  constructor(settings: ShellSettings) {
    this.#settings = { ...SHELL_DEFAULTS, modules: [...SHELL_DEFAULTS.modules], ...settings };
  }

  /** What errors call the shell. The rest of its command may hold a secret. */
  get name(): string {
    return this.#settings.command[0] ?? "";
  }

  /** Starts the shell where none runs. Fails with `ShellUnusable` or `CallNotBegun`. */
  hello(): Promise<Hello> {
    return this.#inTurn("start the management shell", async () => (await this.#start()).hello);
  }

  /** Fails with a `ShellError`; a cmdlet that reports an error has failed, whatever else it gave. */
  async call<C extends Cmdlet>(cmdlet: C, given: Arguments<C>, options: CallOptions): Promise<CallResult> {
    const { deadline, max = MOST_RESULTS, select = CMDLETS[cmdlet].select } = options;
    const p = taggedParameters(cmdlet, given);
    const names = p.map(([name]) => name);
    const body = { op: "call", cmdlet, p, select, deadlineMs: deadline, max };
    const send = async () => {
      const { shell, hello } = await this.#start();
      this.#assertThere(hello, cmdlet, names);
      return { shell, answer: await this.#ask(shell, cmdlet, body, deadline) };
    };
    return this.#inTurn(`run '${cmdlet}'`, async () => {
      options.onBegin?.();
      const { shell, answer } = await send().catch((error: unknown) => {
        // A process that had ended, unseen yet, did not get it: another one may.
        if (error instanceof CallNotBegun && !this.#closed) return send();
        throw error;
      });
      return this.#resultOf(shell, cmdlet, answer);
    });
  }

  /** Lets the call under way come to its end, at the longest to its deadline, and ends the process. Others are not begun. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#idle);
    // Before it has said hello, it has nothing to finish.
    void this.#starting?.kill();
    this.#started?.shell.finish();
    await this.#queue;
    await this.#retire();
  }

  #inTurn<T>(doing: string, work: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const done = this.#queue.then(async () => {
      clearTimeout(this.#idle);
      try {
        if (this.#closed) throw this.#notBegun(doing, "the session was closed");
        return await work();
      } finally {
        this.#waiting -= 1;
        if (this.#waiting === 0 && !this.#closed)
          this.#idle = setTimeout(() => void this.#retire(), this.#settings.idleTimeout);
      }
    });
    this.#queue = done.catch(() => {});
    return done;
  }

  async #start(): Promise<Started> {
    if (this.#started && !this.#started.shell.over) return this.#started;
    if (this.#failures >= MOST_FAILURES)
      throw this.#lastFailure ?? unusable(this.name, "its process ended by itself twice; look at the host");
    await this.#retired;
    const { command, appendArguments, folder, script, startTimeout, grace, modules } = this.#settings;
    const words = appendArguments ? [...command, ...shellArguments(script)] : command;
    const shell = new ShellProcess(words, folder);
    this.#starting = shell;
    try {
      const body = { op: "hello", protocol: 1, nonce: shell.nonce, modules, deadlineMs: startTimeout };
      const answer = await shell.ask(body, startTimeout + grace).catch((error: unknown) => {
        throw notStarted(this.name, error, shell.lastWords);
      });
      this.#started = { shell, hello: helloOf(answer.body, this.name) };
    } catch (error) {
      await shell.kill();
      if (this.#closed) throw this.#notBegun("start the management shell", "the session was closed");
      this.#failures += 1;
      this.#lastFailure = error as Error;
      throw error;
    } finally {
      this.#starting = undefined;
    }
    void shell.ended.then((ending) => this.#forget(shell, ending.code !== 0));
    return this.#started;
  }

  /** Whoever ended a process on purpose has forgotten it before. */
  #forget(shell: ShellProcess, crashed: boolean): void {
    if (this.#started?.shell !== shell) return;
    this.#started = undefined;
    if (crashed) this.#failures += 1;
  }

  async #ask(shell: ShellProcess, cmdlet: string, body: object, deadline: number): Promise<Answer> {
    try {
      return await shell.ask(body, deadline + this.#settings.grace);
    } catch (error) {
      if (error instanceof ShellEnded) {
        this.#forget(shell, true);
        const cause = endOf(error.ending, shell.lastWords);
        if (!error.delivered) throw this.#notBegun(`run '${cmdlet}'`, cause);
        throw this.#unknown("ended", cmdlet, cause, error);
      }
      await this.#discard(shell);
      throw this.#unknown("silent", cmdlet, `no answer came within ${seconds(deadline)} and more`, error);
    }
  }

  async #resultOf(shell: ShellProcess, cmdlet: string, { body, printed }: Answer): Promise<CallResult> {
    if (timedOutReply.safeParse(body).success) {
      await this.#discard(shell);
      throw new CallTimedOut(
        `${this.#cannot(`run '${cmdlet}'`)}: it was not done at its deadline, and was stopped; it may have been done, in part or not at all: look at the state, then run it again`,
      );
    }
    const { data: reply, error } = callReply.safeParse(body);
    if (reply === undefined) {
      await this.#discard(shell);
      throw this.#unknown("unreadable", cmdlet, "its answer does not follow the protocol", error);
    }
    this.#failures = 0;
    this.#lastFailure = undefined;
    if (!reply.ok) throw new CmdletFailed(reply, cmdlet, this.name);
    return { ...reply, printed };
  }

  /** Lets a process go that ends by itself, or cannot be trusted any more. */
  async #discard(shell: ShellProcess): Promise<void> {
    this.#forget(shell, false);
    await shell.kill();
  }

  async #retire(): Promise<void> {
    const { shell } = this.#started ?? {};
    if (shell) {
      this.#forget(shell, false);
      shell.finish();
      this.#retired = shell.endWithin(this.#settings.grace);
    }
    await this.#retired;
  }

  #assertThere({ missingCmdlets, missingParameters }: Hello, cmdlet: string, names: readonly string[]): void {
    const cure = "install the administrative tools of this server version there";
    if (missingCmdlets.includes(cmdlet))
      throw unusable(this.name, `its module does not have '${cmdlet}'; ${cure}`);
    const missing = names.find((name) => missingParameters[cmdlet]?.includes(name));
    if (missing !== undefined)
      throw unusable(this.name, `'${cmdlet}' does not have the parameter '${missing}' there; ${cure}`);
  }

  #notBegun(doing: string, cause: string): CallNotBegun {
    return new CallNotBegun(`${this.#cannot(doing)}: ${cause}; nothing was done`);
  }

  #unknown(why: CallOutcomeUnknown["why"], cmdlet: string, cause: string, error: unknown) {
    const message = `${this.#cannot(`run '${cmdlet}'`)}: ${cause}; it may have been done or not: look at the state, then run it again`;
    return new CallOutcomeUnknown(why, message, { cause: error });
  }

  #cannot(doing: string): string {
    return `cannot ${doing} in the management shell '${this.name}'`;
  }
}

function seconds(milliseconds: number): string {
  return `${Math.ceil(milliseconds / 1000)} s`;
}
