import { setTimeout as pause } from "node:timers/promises";
import { RegistryError } from "../../registry/errors";
import { named } from "../../registry/failures";
import type { Kind } from "../../registry/records";
import type { Arguments, Cmdlet } from "./session/cmdlets";
import type { CallResult, ShellSession } from "./session/session";
import { SHELL_DEFAULTS, type ShellSettings } from "./session/settings";
import { CallOutcomeUnknown, CallTimedOut, CmdletFailed, oneLine, ShellError } from "./session/shell-errors";

const FIRST_WAIT = 100;
const LONGEST_WAIT = 2_000;

/** A change that was asked for, as far as the shell said what became of it. */
export type Attempt =
  | { outcome: "done"; objects: CallResult["results"] }
  /** The shell did not get it: nothing was done, and nothing else will be. */
  | { outcome: "not-begun"; error: ShellError }
  /** The cmdlet says that it failed; what it gave all the same is in `objects`. */
  | { outcome: "failed"; error: ShellError; objects: CallResult["results"] }
  /** No word came; after `rest` milliseconds the cmdlet cannot be at work any more. */
  | { outcome: "unknown"; error: ShellError; rest: number };

export interface CallsOptions extends Pick<ShellSettings, "grace"> {
  callTimeout: number;
  isLocal: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Takes one line for the user. */
  log(line: string): void;
}

/** Calls of cmdlets as a registry needs them: lists that are whole, and changes of which it is known what is known. */
export class Calls {
  readonly #closing = new AbortController();
  readonly #uninterrupted = new Set<Promise<unknown>>();
  /** Warnings that the user has been told. */
  readonly #told = new Set<string>();

  constructor(
    private readonly session: ShellSession,
    private readonly options: CallsOptions,
  ) {}

  /** The domain controller to which the shell's host is bound, in lower case. Fails with `unavailable`. */
  async boundController(): Promise<string | undefined> {
    const known = this.session.latestHello;
    const { directory } =
      known ?? (await this.#plainly("reach the management shell", () => this.session.hello()));
    return directory.domainController?.toLowerCase() || undefined;
  }

  /**
   * What a cmdlet lists, which is all of it: only such a list proves that something is absent. A read whose process ended
   * under it is done once more. Fails with `unavailable`; `doing` is a verb and its object.
   */
  async list<C extends Cmdlet>(
    doing: string,
    cmdlet: C,
    given: Arguments<C>,
    onBegin?: () => void,
  ): Promise<CallResult["results"]> {
    const read = () => this.session.call(cmdlet, given, { deadline: this.options.callTimeout, onBegin });
    const { results, truncated, warnings } = await this.#plainly(doing, async () => {
      try {
        return await read();
      } catch (error) {
        if (error instanceof CallOutcomeUnknown) return read();
        throw error;
      }
    });
    this.#warn(cmdlet, warnings);
    if (!truncated) return results;
    throw new RegistryError(
      "unavailable",
      `cannot ${doing}: the list of '${cmdlet}' is cut off after ${results.length}, and what is not in it may be there all the same`,
    );
  }

  /** Asks for a change. */
  async change<C extends Cmdlet>(cmdlet: C, given: Arguments<C>): Promise<Attempt> {
    const { callTimeout: deadline, grace = SHELL_DEFAULTS.grace, isLocal, now } = this.options;
    let begun = now();
    const onBegin = () => {
      begun = now();
    };
    try {
      const { results, warnings } = await this.session.call(cmdlet, given, { deadline, onBegin });
      this.#warn(cmdlet, warnings);
      return { outcome: "done", objects: results };
    } catch (error) {
      if (error instanceof CmdletFailed) {
        this.#warn(cmdlet, error.reply.warnings);
        return { outcome: "failed", error, objects: error.reply.results };
      }
      if (error instanceof CallTimedOut) return { outcome: "unknown", error, rest: grace };
      if (error instanceof CallOutcomeUnknown) {
        // Where the process was a way to the cmdlet and not its own, the cmdlet may be at work to its deadline.
        const isOver = error.why === "silent" || (error.why === "ended" && isLocal);
        return { outcome: "unknown", error, rest: isOver ? 0 : begun + deadline + grace - now() };
      }
      if (error instanceof ShellError) return { outcome: "not-begun", error };
      throw error;
    }
  }

  /**
   * Looks again and again until `look` gives something, or for so many milliseconds; the last time it looks is after them.
   * Fails with `unavailable` once the registry is being closed.
   */
  async lookFor<T>(milliseconds: number, look: () => Promise<T | undefined>): Promise<T | undefined> {
    const { now } = this.options;
    const end = now() + milliseconds;
    for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      const isLast = now() >= end;
      const seen = await look();
      if (seen !== undefined || isLast) return seen;
      await this.#pause(Math.max(0, Math.min(wait, end - now())));
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    try {
      await pause(milliseconds, undefined, { signal: this.#closing.signal });
    } catch {
      throw new RegistryError(
        "unavailable",
        "cannot wait for the management shell any longer: the registry was closed; run again to see what became of the change",
      );
    }
  }

  /** Does what must not stay half done: closing waits for it, and for no more than the calls that it makes. */
  async uninterrupted<T>(work: () => Promise<T>): Promise<T> {
    const done = work();
    this.#uninterrupted.add(done);
    try {
      return await done;
    } finally {
      this.#uninterrupted.delete(done);
    }
  }

  /** Tells the user a line. */
  tell(line: string): void {
    this.options.log(line);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#uninterrupted);
    await this.session.close();
  }

  #warn(cmdlet: string, warnings: readonly string[]): void {
    for (const warning of warnings.map(oneLine)) {
      if (this.#told.has(warning)) continue;
      this.#told.add(warning);
      this.tell(`the management shell warns of '${cmdlet}': ${warning}`);
    }
  }

  async #plainly<T>(doing: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw unavailable(doing, error);
    }
  }
}

/** A failure of the session as one of the registry's. Anything else is a defect, and stays what it is. */
function unavailable(doing: string, error: unknown): unknown {
  if (!(error instanceof ShellError)) return error;
  return new RegistryError("unavailable", `cannot ${doing}: ${error.message}`, { cause: error });
}

/** Why a change did not come about, as a part of a sentence. */
export function whyNot(attempt: Attempt): string {
  if (attempt.outcome !== "done") return attempt.error.brief;
  return "the cmdlet reported success, and what is read afterwards is what it was";
}

/** A change that did not come about, in one sentence. */
export function notDone(verb: string, kind: Kind, key: string, why: string): RegistryError {
  return new RegistryError("unavailable", `cannot ${verb} ${named(kind, key)}: ${why}`);
}
