import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { openRegistry } from "../backends/index";
import { isRegistryError } from "../registry/errors";
import { projectFolderOf } from "../registry/project-folder";
import type { RegistrySettings } from "../registry/settings";
import { type Request, readArguments } from "./arguments";
import { type Answer, UsageError } from "./command";
import { copy } from "./copy";
import { HELP } from "./help";
import { chooseRegistry, namedRegistry, type RegistryOptions } from "./registry-choice";
import { shellScript } from "./shell-script";
import { shellSettingsOf } from "./shell-settings";
import { simulateShell } from "./simulate-shell";
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
  const { out } = surroundings;
  const request = readArguments(args);
  if (request.ask === "help" || request.ask === "version") {
    out.write(request.ask === "help" ? HELP : `${version()}\n`);
    return 0;
  }
  if (request.ask === "simulate") return simulateShell(request.simulation, surroundings.folder(), out);
  if (request.ask === "doctor") return examining(request, surroundings);
  const { json, text, notFound } = await answerTo(request, surroundings);
  if (request.json) out.write(`${JSON.stringify(json, null, 2)}\n`);
  else if (notFound === undefined) out.write(`${text}\n`);
  if (notFound === undefined) return 0;
  tell(surroundings, notFound);
  return NOT_FOUND;
}

type Question = Exclude<Request, { ask: "help" | "version" | "simulate" | "doctor" }>;

function answerTo(request: Question, surroundings: Surroundings): Answer | Promise<Answer> {
  if (request.ask === "copy") return copying(request, surroundings);
  if (request.ask === "shell-script") return shellScript();
  return asking(request, surroundings);
}

async function asking(
  { command, options }: Extract<Request, { ask: "registry" }>,
  surroundings: Surroundings,
): Promise<Answer> {
  const settings = await chosen(options, surroundings);
  const log = (line: string) => tell(surroundings, line);
  const registry = openRegistry(settings, { environment: surroundings.env, mustExist: true, log });
  try {
    return await command(registry);
  } finally {
    await registry.close();
  }
}

function chosen(options: RegistryOptions, surroundings: Surroundings): Promise<RegistrySettings> {
  const { env, folder } = surroundings;
  const { stack } = options;
  if (stack !== undefined && env.PERSISTENTCHAT_REGISTRY)
    tell(surroundings, `PERSISTENTCHAT_REGISTRY stands in for the registry of stack '${stack}'`);
  return chooseRegistry(options, env, folder());
}

async function examining(
  { options, selfTest, bundle, json }: Extract<Request, { ask: "doctor" }>,
  surroundings: Surroundings,
): Promise<number> {
  const settings = shellSettingsOf(await chosen(options, surroundings));
  const file = bundle === undefined ? undefined : resolve(surroundings.folder(), bundle);
  // Most runs look at no shell; what they load is most of the time that they take.
  const { doctor } = await import("./doctor.js");
  const diagnosis = await doctor(settings, { selfTest, bundle: file, version: version() });
  surroundings.out.write(`${json ? JSON.stringify(diagnosis.json, null, 2) : diagnosis.text}\n`);
  if (diagnosis.problem !== undefined) tell(surroundings, diagnosis.problem);
  return diagnosis.exitCode;
}

async function copying(
  { from, to }: Extract<Request, { ask: "copy" }>,
  { env, folder }: Surroundings,
): Promise<Answer> {
  const projectFolder = projectFolderOf(folder());
  const options = { environment: env, mustExist: true };
  const source = openRegistry(namedRegistry("--from", from, projectFolder), options);
  const target = openRegistry(namedRegistry("--to", to, projectFolder), options);
  try {
    return await copy(source, target);
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}; 'persistentchat --help' tells more`;
  if (isRegistryError(error)) return `${error.message} [${error.code}]`;
  // By its name: the simulator is loaded for its own command alone.
  if (error instanceof Error && error.name === "WorldError") return error.message;
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
