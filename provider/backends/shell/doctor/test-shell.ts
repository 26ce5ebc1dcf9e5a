import { endOf } from "../session/hello";
import type { CompleteSettings } from "../session/settings";
import { ShellUnusable } from "../session/shell-errors";
import {
  type Answer,
  type Ending,
  ShellEnded,
  type ShellProcess,
  ShellSilent,
} from "../session/shell-process";
import { greet, startProcess } from "../session/start";

/** So many times a process is started again that did not answer as it must. */
const MOST_STARTS = 4;
const DEADLINE = 60_000;

/** What a trap asks for cannot be asked here. */
export class Unanswerable extends Error {}

/**
 * A management shell without the checks of a session, so that what those would never let through can be sent to it. A process
 * that has ended, or did not answer, is followed by another one.
 */
export class TestShell {
  readonly #settings: CompleteSettings;
  #shell: ShellProcess | undefined;
  #starts = 0;

  constructor(settings: CompleteSettings) {
    this.#settings = settings;
  }

  /** How many processes there were. */
  get starts(): number {
    return this.#starts;
  }

  /** The answer to a request. Fails with `Unanswerable` where there is none. */
  async ask(body: object, deadline = DEADLINE): Promise<Answer> {
    const shell = await this.#running();
    try {
      return await shell.ask({ ...body, deadlineMs: deadline }, deadline + this.#settings.grace);
    } catch (error) {
      if (!(error instanceof ShellEnded || error instanceof ShellSilent)) throw error;
      this.#shell = undefined;
      await shell.kill();
      throw new Unanswerable(
        error instanceof ShellEnded ? endOf(error.ending, shell.lastWords) : "no answer came",
      );
    }
  }

  /** Says goodbye to the process. */
  finish(): void {
    this.#shell?.finish();
  }

  /** How the process ended, where it does so in time by itself. None runs afterwards. */
  async ending(): Promise<Ending | undefined> {
    const shell = this.#shell;
    if (shell === undefined) return undefined;
    this.#shell = undefined;
    let isForced = false;
    const forced = setTimeout(() => {
      isForced = true;
      void shell.kill();
    }, this.#settings.grace);
    const ending = await shell.ended;
    clearTimeout(forced);
    return isForced ? undefined : ending;
  }

  async close(): Promise<void> {
    this.finish();
    await this.ending();
  }

  async #running(): Promise<ShellProcess> {
    if (this.#shell && !this.#shell.over) return this.#shell;
    if (this.#starts >= MOST_STARTS) throw new Unanswerable("the shell cannot be started again");
    this.#starts += 1;
    const shell = startProcess(this.#settings);
    try {
      await greet(shell, this.#settings);
    } catch (error) {
      // Whoever has said hello may be asked, even where no cmdlet would do anything.
      const isGreeted = error instanceof ShellUnusable && error.hello !== undefined;
      if (!isGreeted) {
        await shell.kill();
        this.#starts = MOST_STARTS;
        throw new Unanswerable(error instanceof Error ? error.message : String(error));
      }
    }
    this.#shell = shell;
    return shell;
  }
}
