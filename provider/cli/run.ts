import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { openRegistry } from "../backends/index";
import { isRegistryError } from "../registry/errors";
import { operator } from "../registry/operator";
import { projectFolderOf } from "../registry/project-folder";
import { readArguments } from "./arguments";
import { type Answer, type Surroundings, UsageError } from "./command";
import { copy } from "./copy";
import { HELP } from "./help";
import { chosenRegistry, withRegistry } from "./opened-registry";
import { namedRegistry } from "./registry-choice";
import type { Request } from "./request";
import { shellScript } from "./shell-script";
import { shellSettingsOf } from "./shell-settings";
import { simulateShell } from "./simulate-shell";
import { tell } from "./tell";
import { addUser, describedUser } from "./user-add";

const NOT_FOUND = 1;
const USAGE = 2;
const UNAVAILABLE = 3;

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
  if (request.ask === "cutover-step") {
    // Most runs do no step; what they load is most of the time that they take.
    const { relay } = await import("../steps/relay.js");
    return relay(request.action, process);
  }
  if (request.ask === "simulate") return simulateShell(request.simulation, surroundings.folder(), out);
  if (request.ask === "doctor") return examining(request, surroundings);
  if (request.ask === "cutover-follow") return following(request, surroundings);
  if (request.ask === "stack") {
    const { json, text, problem, exitCode = 0 } = await request.work(surroundings);
    const printed = request.json ? JSON.stringify(json, null, 2) : text;
    if (printed !== "") out.write(`${printed}\n`);
    if (problem !== undefined) tell(surroundings, problem);
    return exitCode;
  }
  const { json, text, notFound } = await answerTo(request, surroundings);
  if (request.json) out.write(`${JSON.stringify(json, null, 2)}\n`);
  else if (notFound === undefined) out.write(`${text}\n`);
  if (notFound === undefined) return 0;
  tell(surroundings, notFound);
  return NOT_FOUND;
}

type Question = Exclude<Extract<Request, { json: boolean }>, { ask: "doctor" | "stack" }>;

async function answerTo(request: Question, surroundings: Surroundings): Promise<Answer> {
  if (request.ask === "copy") return copying(request, surroundings);
  if (request.ask === "shell-script") return shellScript();
  if (request.ask === "user-add") return addingUser(request, surroundings);
  if (request.ask === "runbook") return (await import("./cutover/plan.js")).generalPlan(request.form);
  const { command } = request;
  return withRegistry(request.options, surroundings, (registry) => command(registry, surroundings));
}

function addingUser(
  { user, options }: Extract<Request, { ask: "user-add" }>,
  surroundings: Surroundings,
): Promise<Answer> {
  const described = describedUser(user, surroundings.folder());
  const by = { operator: operator() };
  return withRegistry(options, surroundings, (registry) => addUser(described, registry, by));
}

async function following(
  { name, options }: Extract<Request, { ask: "cutover-follow" }>,
  surroundings: Surroundings,
): Promise<number> {
  const { followStatus } = await import("./cutover/status.js");
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort());
  const problem = await withRegistry(options, surroundings, (registry) =>
    followStatus(name, registry, surroundings, interrupt.signal),
  );
  if (problem === undefined) return 0;
  tell(surroundings, problem);
  return NOT_FOUND;
}

async function examining(
  { options, selfTest, bundle, json }: Extract<Request, { ask: "doctor" }>,
  surroundings: Surroundings,
): Promise<number> {
  const settings = shellSettingsOf(await chosenRegistry(options, surroundings));
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
  if (error instanceof Error && (error.name === "EngineFailure" || error.name === "GitFailure"))
    return error.message;
  // The file system's own, such as that of a shell whose folder was removed.
  if (error instanceof Error && "syscall" in error) return error.message;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `this is a defect of pulumi-persistentchat, please report it: ${text}`;
}

function version(): string {
  const file = join(__dirname, "..", "..", "..", "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
