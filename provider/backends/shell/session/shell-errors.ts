import type { CallReply, CmdletError, Hello } from "./replies";

/** Any failure of a session, in one sentence for a person. Never holds a word of the command but its first. */
export abstract class ShellError extends Error {
  /** `brief` is the failure alone, to go into another sentence; `advice` is what to make of it. */
  constructor(
    readonly brief: string,
    advice?: string,
    options?: ErrorOptions,
  ) {
    super(advice === undefined ? brief : `${brief}; ${advice}`, options);
  }
}

/** The shell cannot be used as it is, or not for this cmdlet. Nothing was done. */
export class ShellUnusable extends ShellError {
  /** What the shell said of itself, where it came so far and that is why it cannot be used. */
  readonly hello?: Hello;

  constructor(message: string, { hello, ...options }: ErrorOptions & { hello?: Hello } = {}) {
    super(message, undefined, options);
    this.hello = hello;
  }
}

/** The call was not given to the shell. Nothing was done. */
export class CallNotBegun extends ShellError {
  constructor(brief: string) {
    super(brief, "nothing was done");
  }
}

/**
 * The deadline came first, and the shell has ended itself with the cmdlet: it was done or not, or in part, and nothing more
 * will happen. What it did can be read at once.
 */
export class CallTimedOut extends ShellError {
  constructor(brief: string) {
    super(brief, "it may have been done, in part or not at all: look at the state, then run it again");
  }
}

/**
 * No word came back. The cmdlet was done or not; over a network it may run still, at the longest to its deadline, which has
 * passed where `why` is `silent`.
 */
export class CallOutcomeUnknown extends ShellError {
  constructor(
    readonly why: "ended" | "silent" | "unreadable",
    brief: string,
    options?: ErrorOptions,
  ) {
    super(brief, "it may have been done or not: look at the state, then run it again", options);
  }
}

/** The cmdlet says that it failed. What it gave all the same, and its warnings, are in `reply`. */
export class CmdletFailed extends ShellError {
  constructor(
    readonly reply: CallReply,
    cmdlet: string,
    shell: string,
  ) {
    super(`cannot run '${cmdlet}' in the management shell '${shell}': ${told(reply.errors)}`);
  }
}

/** Every error's text, each once, without a full stop: it stands in a sentence that goes on. */
export function told(errors: readonly CmdletError[]): string {
  const messages = errors.map(
    ({ message, id }) => oneLine(message).replace(/\.$/, "") || id || "it gives no reason",
  );
  return [...new Set(messages)].join("; ") || "it gives no reason";
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
