import { parseArgs } from "node:util";
import { type Command, UsageError } from "./command";
import { history } from "./history";
import { list } from "./list";
import { migrate } from "./migrate";
import type { RegistryOptions } from "./registry-choice";
import { resolutions } from "./resolutions";
import { resolve } from "./resolve";
import { type Simulation, simulationOf } from "./simulate-shell";

const COMMANDS: Readonly<Record<string, Command>> = { resolve, resolutions, list, history, migrate };
const COPY = "copy";
const SHELL_SCRIPT = "shell-script";
const SIMULATE = "simulate-shell";

/** What a command line asks for. */
export type Request =
  | { ask: "help" }
  | { ask: "version" }
  | { ask: "registry"; command: ReturnType<Command>; options: RegistryOptions; json: boolean }
  | { ask: "copy"; from: string; to: string; json: boolean }
  | { ask: "shell-script"; json: boolean }
  | { ask: "simulate"; simulation: Simulation };

/** Reads a command line. Fails with `UsageError`. */
export function readArguments(args: readonly string[]): Request {
  const { values, positionals } = parsed(args);
  if (values.help) return { ask: "help" };
  if (values.version) return { ask: "version" };
  const [name, ...operands] = positionals;
  if (name === undefined) throw new UsageError("no command is given");
  const { registry, stack, from, to, json = false, ...simulation } = values;
  if (name === SIMULATE) {
    if ([registry, stack, from, to, values.json].some((value) => value !== undefined))
      throw new UsageError("simulate-shell takes --init, --latency, --start and --import, and nothing else");
    return { ask: "simulate", simulation: simulationOf(operands, simulation) };
  }
  if (Object.values(simulation).some((value) => value !== undefined))
    throw new UsageError("--init, --latency, --start and --import are for simulate-shell alone");
  if (name === SHELL_SCRIPT) {
    if (operands.length > 0 || [registry, stack, from, to].some((value) => value !== undefined))
      throw new UsageError("shell-script takes --json, and nothing else");
    return { ask: "shell-script", json };
  }
  if (name === COPY) {
    if (operands.length > 0 || !from || !to || registry !== undefined || stack !== undefined)
      throw new UsageError("copy takes --from <registry> and --to <registry>, and nothing else");
    return { ask: "copy", from, to, json };
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined)
    throw new UsageError(
      `'${name}' is no command; the commands are ${[...Object.keys(COMMANDS), COPY, SHELL_SCRIPT, SIMULATE].join(", ")}`,
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
        init: { type: "string" },
        latency: { type: "string" },
        start: { type: "string" },
        import: { type: "string" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean" },
      },
    });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}
