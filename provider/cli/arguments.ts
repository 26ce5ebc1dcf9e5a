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
const DOCTOR = "doctor";
const SHELL_SCRIPT = "shell-script";
const SIMULATE = "simulate-shell";

/** What a command line asks for. */
export type Request =
  | { ask: "help" }
  | { ask: "version" }
  | { ask: "registry"; command: ReturnType<Command>; options: RegistryOptions; json: boolean }
  | { ask: "copy"; from: string; to: string; json: boolean }
  | { ask: "doctor"; options: RegistryOptions; selfTest: boolean; bundle?: string; json: boolean }
  | { ask: "shell-script"; json: boolean }
  | { ask: "simulate"; simulation: Simulation };

/** Reads a command line. Fails with `UsageError`. */
export function readArguments(args: readonly string[]): Request {
  const { values, positionals } = parsed(args);
  if (values.help) return { ask: "help" };
  if (values.version) return { ask: "version" };
  const [name, ...operands] = positionals;
  if (name === undefined) throw new UsageError("no command is given");
  const { registry, stack, from, to, bundle, json = false, ...others } = values;
  const { "self-test": selfTest, ...simulation } = others;
  if (name !== DOCTOR && (selfTest !== undefined || bundle !== undefined))
    throw new UsageError("--self-test and --bundle are for doctor alone");
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
  if (command === undefined && name !== DOCTOR)
    throw new UsageError(
      `'${name}' is no command; the commands are ${[...Object.keys(COMMANDS), COPY, DOCTOR, SHELL_SCRIPT, SIMULATE].join(", ")}`,
    );
  if (from !== undefined || to !== undefined) throw new UsageError("--from and --to are for copy alone");
  if (registry !== undefined && stack !== undefined)
    throw new UsageError("--registry and --stack both name a registry; say one of them");
  if (registry === "" || stack === "") throw new UsageError("--registry and --stack need a value");
  const options = { registry, stack };
  if (command !== undefined) return { ask: "registry", command: command(operands), options, json };
  if (operands.length > 0) throw new UsageError("doctor takes no operand");
  if (bundle === "") throw new UsageError("--bundle needs a value");
  return { ask: "doctor", options, selfTest: selfTest ?? false, bundle, json };
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
        "self-test": { type: "boolean" },
        bundle: { type: "string" },
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
