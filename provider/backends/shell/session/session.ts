import { setImmediate } from "node:timers/promises";
import type { ZodType } from "zod";
import { type TaggedParameter, taggedParameters } from "./call-body";
import { type Arguments, CMDLETS, type Cmdlet } from "./cmdlets";
import { assertThere, endOf, unusable } from "./hello";
import { type CallReply, callReply, type EchoReply, echoReply, type Hello, timedOutReply } from "./replies";
import { type CompleteSettings, completed, nameOf, type ShellSettings } from "./settings";
import { CallNotBegun, CallOutcomeUnknown, CallTimedOut, CmdletFailed } from "./shell-errors";
import { type Answer, ShellEnded, type ShellProcess } from "./shell-process";
import { greet, startProcess } from "./start";

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

/** A request and what its answer looks like. */
interface Exchange<T> {
  /** What an error says could not be done. */
  doing: string;
  body: object;
  deadline: number;
  schema: ZodType<T>;
  /** Fails where the shell cannot take the request. */
  check?(hello: Hello): void;
  onBegin?(): void;
}

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
  readonly #settings: CompleteSettings;
  #started: Started | undefined;
  #latestHello: Hello | undefined;
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
    this.#settings = completed(settings);
  }

  /** What errors call the shell. */
  get name(): string {
    return nameOf(this.#settings);
  }

  /** What the last shell that started said of itself. */
  get latestHello(): Hello | undefined {
    return this.#latestHello;
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
    const { reply, printed } = await this.#exchange({
      doing: `run '${cmdlet}'`,
      body: { op: "call", cmdlet, p, select, deadlineMs: deadline, max },
      deadline,
      schema: callReply,
      check: (hello) => assertThere(hello, this.name, cmdlet, names),
      onBegin: options.onBegin,
    });
    if (!reply.ok) throw new CmdletFailed(reply, cmdlet, this.name);
    return { ...reply, printed };
  }

  /** Gives values back as they arrived over there, without a cmdlet. Fails with a `ShellError`, not for a value that is refused. */
  async echo(p: readonly TaggedParameter[], deadline: number): Promise<EchoReply> {
    const body = { op: "echo", p, deadlineMs: deadline };
    const { reply } = await this.#exchange({ doing: "echo values", body, deadline, schema: echoReply });
    return reply;
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

  #exchange<T>(exchange: Exchange<T>): Promise<{ reply: T; printed: string }> {
    const send = async () => {
      const { shell, hello } = await this.#start();
      exchange.check?.(hello);
      return { shell, answer: await this.#ask(shell, exchange) };
    };
    return this.#inTurn(exchange.doing, async () => {
      exchange.onBegin?.();
      const { shell, answer } = await send().catch((error: unknown) => {
        // A process that had ended, unseen yet, did not get it: another one may.
        if (error instanceof CallNotBegun && !this.#closed) return send();
        throw error;
      });
      return { reply: await this.#replyIn(shell, answer, exchange), printed: answer.printed };
    });
  }

  #inTurn<T>(doing: string, work: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const done = this.#queue.then(async () => {
      clearTimeout(this.#idle);
      // Whoever waited for the call before this one may want to ask for something that goes with it.
      await setImmediate();
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
    const shell = startProcess(this.#settings);
    this.#starting = shell;
    try {
      this.#latestHello = await greet(shell, this.#settings);
      this.#started = { shell, hello: this.#latestHello };
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

  async #ask(shell: ShellProcess, { doing, body, deadline }: Exchange<unknown>): Promise<Answer> {
    try {
      return await shell.ask(body, deadline + this.#settings.grace);
    } catch (error) {
      if (error instanceof ShellEnded) {
        this.#forget(shell, true);
        const cause = endOf(error.ending, shell.lastWords);
        if (!error.delivered) throw this.#notBegun(doing, cause);
        throw this.#unknown("ended", doing, cause, error);
      }
      await this.#discard(shell);
      throw this.#unknown("silent", doing, `no answer came within ${seconds(deadline)} and more`, error);
    }
  }

  async #replyIn<T>(shell: ShellProcess, { body }: Answer, { doing, schema }: Exchange<T>): Promise<T> {
    if (timedOutReply.safeParse(body).success) {
      await this.#discard(shell);
      throw new CallTimedOut(`${this.#cannot(doing)}: it was not done at its deadline, and was stopped`);
    }
    const { data: reply, error } = schema.safeParse(body);
    if (reply === undefined) {
      await this.#discard(shell);
      throw this.#unknown("unreadable", doing, "its answer does not follow the protocol", error);
    }
    this.#failures = 0;
    this.#lastFailure = undefined;
    return reply;
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

  #notBegun(doing: string, cause: string): CallNotBegun {
    return new CallNotBegun(`${this.#cannot(doing)}: ${cause}`);
  }

  #unknown(why: CallOutcomeUnknown["why"], doing: string, cause: string, error: unknown) {
    return new CallOutcomeUnknown(why, `${this.#cannot(doing)}: ${cause}`, { cause: error });
  }

  #cannot(doing: string): string {
    return `cannot ${doing} in the management shell '${this.name}'`;
  }
}

function seconds(milliseconds: number): string {
  return `${Math.ceil(milliseconds / 1000)} s`;
}
