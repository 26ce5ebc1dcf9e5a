import { CmdletFailed, oneLine, ShellError } from "../session/shell-errors";

export type Status = "ok" | "no" | "could not ask";

/** What a finding is about; programs may tell findings apart by it. */
export type Topic =
  | "shell"
  | "script"
  | "64-bit"
  | "language-mode"
  | "user"
  | "elevation"
  | "module"
  | "cmdlets"
  | "parameters"
  | "group"
  | "store"
  | "directory"
  | "clock"
  | "sip-domains"
  | "pools"
  | "pool"
  | "pool-state"
  | "endpoints"
  | "trap";

/** One thing that was looked at. */
export interface Finding {
  topic: Topic;
  /** The same in words, with the name of what was looked at where there are several. */
  name: string;
  status: Status;
  /** What is there, or what is in the way. */
  found: string;
  /** What the shell said about it, each text in full. */
  errors?: string[];
  /** How to get what is not there. */
  cure?: string;
}

/** A finding of something that must be there. */
export function needed(
  topic: Topic,
  name: string,
  isThere: boolean,
  found: string,
  cure: string,
  errors: readonly string[] = [],
): Finding {
  if (isThere) return { topic, name, status: "ok", found };
  return { topic, name, status: "no", found, ...(errors.length > 0 && { errors: [...errors] }), cure };
}

export function notAsked(topic: Topic, name: string, found: string, errors: readonly string[] = []): Finding {
  return { topic, name, status: "could not ask", found, ...(errors.length > 0 && { errors: [...errors] }) };
}

/** What work finds; where the shell fails it, that this could not be asked. */
export async function orNotAsked(
  topic: Topic,
  name: string,
  work: () => Promise<Finding | Finding[]>,
): Promise<Finding[]> {
  try {
    return [await work()].flat();
  } catch (error) {
    if (error instanceof CmdletFailed)
      return [notAsked(topic, name, "the read failed", textsOf(error.reply.errors))];
    if (error instanceof ShellError) return [notAsked(topic, name, error.message)];
    throw error;
  }
}

/** What the shell said, each text once. */
export function textsOf(errors: readonly { message: string; id: string }[]): string[] {
  return [...new Set(errors.map(({ message, id }) => oneLine(message) || id || "it gives no reason"))];
}
