import type { TopologyRegistry } from "../registry/registry";

/** What a command that only looks, or `migrate`, does with a registry. */
export type CommandRegistry = Pick<TopologyRegistry, "get" | "list" | "resolve" | "history" | "migrate">;

/** What a run takes from its surroundings. */
export interface Surroundings {
  env: NodeJS.ProcessEnv;
  /** The folder in which the command was given. */
  folder(): string;
  clock(): Date;
  /** Standard input; left out, there is none. */
  in?: AsyncIterable<Uint8Array | string>;
  out: { write(text: string): unknown; isTTY?: boolean };
  err: { write(text: string): unknown };
}

export interface Answer {
  /** What `--json` prints. Its shape is a promise to programs: fields may come, none goes or changes its meaning. */
  json: unknown;
  /** What people get, without an end of line. */
  text: string;
  /** One sentence for people where the registry does not have what was asked for; makes the exit code 1. */
  notFound?: string;
}

/** Looks at the operands before anything is opened, and fails with `UsageError` where they make no sense. */
export type Command = (operands: readonly string[]) => (registry: CommandRegistry) => Promise<Answer>;

/** What a command line asks of a registry. */
export type Work = (registry: TopologyRegistry, surroundings: Surroundings) => Promise<Answer>;

/** What a command about stacks answers. */
export interface StackAnswer {
  /** As of `Answer`. */
  json: unknown;
  text: string;
  /** One sentence for people beside it. */
  problem?: string;
  /** Default 0. */
  exitCode?: number;
}

/** What a command line asks about stacks, for which it needs the engine. */
export type StackWork = (surroundings: Surroundings) => Promise<StackAnswer>;

/** The command line makes no sense: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
