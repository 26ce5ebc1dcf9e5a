import { type Command, UsageError } from "./command";
import { readCutover } from "./cutover/arguments";
import { history } from "./history";
import { list } from "./list";
import { migrate } from "./migrate";
import { assertNoOperand, assertTaken, OF_REGISTRY, parsed, registryOptions, type Values } from "./options";
import type { Reader, Request } from "./request";
import { resolutions } from "./resolutions";
import { resolve } from "./resolve";
import { simulationOf } from "./simulate-shell";
import { STACK_READERS } from "./stacks/arguments";
import { readUser } from "./user-arguments";

const READERS: Readonly<Record<string, Reader>> = {
  resolve: reading("resolve", resolve),
  resolutions: reading("resolutions", resolutions),
  list: reading("list", list),
  history: reading("history", history),
  migrate: reading("migrate", migrate),
  user: readUser,
  copy: readCopy,
  cutover: readCutover,
  ...STACK_READERS,
  doctor: readDoctor,
  "shell-script": readShellScript,
  "simulate-shell": readSimulation,
};

/** Reads a command line. Fails with `UsageError`. */
export function readArguments(args: readonly string[]): Request {
  const { values, positionals } = parsed(args);
  if (values.help) return { ask: "help" };
  if (values.version) return { ask: "version" };
  const [name, ...operands] = positionals;
  if (name === undefined) throw new UsageError("no command is given");
  const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (reader === undefined)
    throw new UsageError(`'${name}' is no command; the commands are ${Object.keys(READERS).join(", ")}`);
  return reader(operands, values);
}

function reading(name: string, command: Command): Reader {
  return (operands, values) => {
    assertTaken(name, values, OF_REGISTRY);
    const { json = false } = values;
    return { ask: "registry", command: command(operands), options: registryOptions(values), json };
  };
}

function readCopy(operands: readonly string[], values: Values): Request {
  assertTaken("copy", values, ["from", "to", "json"]);
  const { from, to, json = false } = values;
  if (operands.length > 0 || !from || !to)
    throw new UsageError("copy takes --from <registry> and --to <registry>, and nothing else");
  return { ask: "copy", from, to, json };
}

function readDoctor(operands: readonly string[], values: Values): Request {
  assertTaken("doctor", values, [...OF_REGISTRY, "self-test", "bundle"]);
  const options = registryOptions(values);
  const { "self-test": selfTest = false, bundle, json = false } = values;
  if (operands.length > 0) throw new UsageError("doctor takes no operand");
  if (bundle === "") throw new UsageError("--bundle needs a value");
  return { ask: "doctor", options, selfTest, bundle, json };
}

function readShellScript(operands: readonly string[], values: Values): Request {
  assertTaken("shell-script", values, ["json"]);
  assertNoOperand("shell-script", operands, ["json"]);
  return { ask: "shell-script", json: values.json ?? false };
}

function readSimulation(operands: readonly string[], values: Values): Request {
  assertTaken("simulate-shell", values, ["init", "latency", "start", "import"]);
  return { ask: "simulate", simulation: simulationOf(operands, values) };
}
