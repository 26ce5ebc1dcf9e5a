import { parseArgs } from "node:util";
import { type Command, UsageError } from "./command";
import { history } from "./history";
import { list } from "./list";
import { migrate } from "./migrate";
import type { RegistryOptions } from "./registry-choice";
import { resolutions } from "./resolutions";
import { resolve } from "./resolve";

const COMMANDS: Readonly<Record<string, Command>> = { resolve, resolutions, list, history, migrate };
const COPY = "copy";

/** What a command line asks for. */
export type Request =
  | { ask: "help" }
  | { ask: "version" }
  | { ask: "registry"; command: ReturnType<Command>; options: RegistryOptions; json: boolean }
  | { ask: "copy"; from: string; to: string; json: boolean };

/** Reads a command line. Fails with `UsageError`. */
export function readArguments(args: readonly string[]): Request {
  const { values, positionals } = parsed(args);
  if (values.help) return { ask: "help" };
  if (values.version) return { ask: "version" };
  const [name, ...operands] = positionals;
  if (name === undefined) throw new UsageError("no command is given");
  const { registry, stack, from, to, json = false } = values;
  if (name === COPY) {
    if (operands.length > 0 || !from || !to || registry !== undefined || stack !== undefined)
      throw new UsageError("copy takes --from <registry> and --to <registry>, and nothing else");
    return { ask: "copy", from, to, json };
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined)
    throw new UsageError(
      `'${name}' is no command; the commands are ${[...Object.keys(COMMANDS), COPY].join(", ")}`,
    );
  if (from !== undefined || to !== undefined) throw new UsageError("--from and --to are for copy alone");
  if (registry !== undefined && stack !== undefined)
    throw new UsageError("--registry and --stack both name a registry; say one of them");
  if (registry === "" || stack === "") throw new UsageError("--registry and --stack need a value");
  return { ask: "registry", command: command(operands), options: { registry, stack }, json };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        registry: { type: "string" },
        stack: { type: "string", short: "s" },
        from: { type: "string" },
        to: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean" },
      },
    });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}
