import { parseArgs } from "node:util";
import { UsageError } from "./command";
import type { RegistryOptions } from "./registry-choice";

const OPTIONS = {
  registry: { type: "string" },
  stack: { type: "string", short: "s" },
  from: { type: "string" },
  to: { type: "string" },
  "self-test": { type: "boolean" },
  bundle: { type: "string" },
  "display-name": { type: "string" },
  attributes: { type: "string" },
  user: { type: "string" },
  follow: { type: "boolean" },
  mermaid: { type: "boolean" },
  preview: { type: "string" },
  output: { type: "string" },
  base: { type: "string" },
  link: { type: "string", multiple: true },
  only: { type: "string", multiple: true },
  map: { type: "string", multiple: true },
  as: { type: "string" },
  save: { type: "string" },
  plan: { type: "string" },
  markdown: { type: "boolean" },
  yes: { type: "boolean", short: "y" },
  json: { type: "boolean" },
  init: { type: "string" },
  latency: { type: "string" },
  start: { type: "string" },
  import: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

/** An option by its name, without the dashes. */
export type OptionName = keyof typeof OPTIONS;

/** What a command line says, option by option; an option that is not there is `undefined`. */
export type Values = ReturnType<typeof parsed>["values"];

/** The options of every command that asks one registry. */
export const OF_REGISTRY = ["registry", "stack", "json"] as const satisfies OptionName[];

/** The options that belong to one command alone, and to which. */
const ALONE: { readonly [O in OptionName]?: string } = {
  from: "copy",
  to: "copy",
  "self-test": "doctor",
  bundle: "doctor",
  "display-name": "user add",
  attributes: "user add",
  user: "cutover rehearse",
  preview: "comment",
  base: "diff",
  link: "diff",
  only: "adopt",
  map: "compare",
  as: "compare",
  save: "preview",
  plan: "up",
  follow: "cutover status",
  mermaid: "cutover plan",
  init: "simulate-shell",
  latency: "simulate-shell",
  start: "simulate-shell",
  import: "simulate-shell",
};

/** Reads a command line into its words and options. Fails with `UsageError`. */
export function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}

/** Fails with `UsageError` where a command is given an option that it does not take. */
export function assertTaken(command: string, values: Values, taken: readonly OptionName[]): void {
  const [foreign] = (Object.keys(values) as OptionName[]).filter(
    (name) => values[name] !== undefined && !taken.includes(name),
  );
  if (foreign === undefined) return;
  const owner = ALONE[foreign];
  if (owner !== undefined) {
    const together = (Object.keys(ALONE) as OptionName[]).filter((name) => ALONE[name] === owner);
    throw new UsageError(`${listed(together)} ${together.length === 1 ? "is" : "are"} for ${owner} alone`);
  }
  throw new UsageError(
    taken.length === 0 ? `${command} takes no option` : `${command} takes ${listed(taken)}, and nothing else`,
  );
}

/** Which registry a command line names. Fails with `UsageError`. */
export function registryOptions({ registry, stack }: Values): RegistryOptions {
  if (registry !== undefined && stack !== undefined)
    throw new UsageError("--registry and --stack both name a registry; say one of them");
  if (registry === "" || stack === "") throw new UsageError("--registry and --stack need a value");
  return { registry, stack };
}

/** Fails with `UsageError` where there are words for which a command has no use. */
export function assertNoOperand(
  command: string,
  operands: readonly string[],
  taken: readonly OptionName[],
): void {
  if (operands.length > 0) throw new UsageError(`${command} takes ${listed(taken)}, and nothing else`);
}

function listed(names: readonly OptionName[]): string {
  const dashed = names.map((name) => `--${name}`);
  const last = dashed.pop() ?? "";
  return dashed.length === 0 ? last : `${dashed.join(", ")} and ${last}`;
}
