import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openRegistry } from "../backends/index";
import { isRegistryError } from "../registry/errors";
import { readArguments } from "./arguments";
import { UsageError } from "./command";
import { HELP } from "./help";
import { chooseRegistry } from "./registry-choice";
import { printable } from "./table";

const NOT_FOUND = 1;
const USAGE = 2;
const UNAVAILABLE = 3;

/** What a run takes from its surroundings. */
export interface Surroundings {
  env: NodeJS.ProcessEnv;
  /** The folder in which the command was given. */
  folder(): string;
  out: { write(text: string): unknown };
  err: { write(text: string): unknown };
}

/** Runs one command line to its exit code; whatever fails is told in one line. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    return await answer(args, surroundings);
  } catch (error) {
    tell(surroundings, sentenceOf(error));
    return error instanceof UsageError ? USAGE : UNAVAILABLE;
  }
}

async function answer(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { env, folder, out } = surroundings;
  const request = readArguments(args);
  if (request.ask !== "registry") {
    out.write(request.ask === "help" ? HELP : `${version()}\n`);
    return 0;
  }
  const { stack } = request.options;
  if (stack !== undefined && env.PERSISTENTCHAT_REGISTRY)
    tell(surroundings, `PERSISTENTCHAT_REGISTRY stands in for the registry of stack '${stack}'`);
  const settings = await chooseRegistry(request.options, env, folder());
  const registry = openRegistry(settings, { mustExist: true });
  try {
    const { json, text, notFound } = await request.command(registry);
    if (request.json) out.write(`${JSON.stringify(json, null, 2)}\n`);
    else if (notFound === undefined) out.write(`${text}\n`);
    if (notFound === undefined) return 0;
    tell(surroundings, notFound);
    return NOT_FOUND;
  } finally {
    await registry.close();
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}; 'persistentchat --help' tells more`;
  if (isRegistryError(error)) return `${error.message} [${error.code}]`;
  // The file system's own, such as that of a shell whose folder was removed.
  if (error instanceof Error && "syscall" in error) return error.message;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `this is a defect of pulumi-persistentchat, please report it: ${text}`;
}

function tell({ err }: Surroundings, sentence: string): void {
  err.write(`persistentchat: ${sentence.split("\n").map(printable).join("\n")}\n`);
}

function version(): string {
  const file = join(__dirname, "..", "..", "..", "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
