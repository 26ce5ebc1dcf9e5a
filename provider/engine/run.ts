import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join, resolve } from "node:path";
import { parseArguments, type Request, UsageError } from "./arguments";
import { type PluginUser, wantsCommandPlugin } from "./command-plugin";
import { type Engine, PULUMI } from "./engine";
import { engineEnvironment } from "./environment";
import { createStack, stackExists, type Workplace } from "./stack";

export interface RunDependencies {
  env: NodeJS.ProcessEnv;
  /** Folder of Pulumi.yaml, unless `--cwd` names another one from there; by default state is kept below it. */
  root: string;
  setUp(signal: AbortSignal): Promise<Engine>;
  /** Called where the project says that it wants the plugin of `@pulumi/command`. */
  setUpPlugin(user: PluginUser): Promise<void>;
  /** What is told after a successful `up`, with the environment in which the engine ran and the folder of Pulumi.yaml. */
  afterUp(stack: string, env: NodeJS.ProcessEnv, root: string): Promise<void>;
  say(line: string): void;
  /** Calls the listener at each signal that asks us to end, until the returned function is called. */
  onSignal(listener: (signal: NodeJS.Signals) => void): () => void;
  /** Whether we sit at a terminal, which sends its interrupts to our children too. */
  atTerminal: boolean;
}

/** Runs the engine for one of the npm scripts and answers with its exit code. */
export async function run(argv: readonly string[], deps: RunDependencies): Promise<number> {
  let interrupt: NodeJS.Signals | undefined;
  const controller = new AbortController();
  const stopListening = deps.onSignal((signal) => {
    interrupt ??= signal;
    controller.abort();
  });
  try {
    const request = parseArguments(argv, deps.env);
    const engine = await deps.setUp(controller.signal);
    const root = resolve(deps.root, request.folder ?? "");
    const env = engineEnvironment(deps.env, root, engine);
    const workplace = { root, bin: engine.bin, env, signal: controller.signal };
    if (!(await prepareStack(request, workplace, deps))) return 0;
    if (request.command !== "cancel" && (await wantsCommandPlugin(root)))
      await deps.setUpPlugin({ engine, env, signal: controller.signal });
    if (interrupt !== undefined) return exitCodeOf(interrupt);
    stopListening();
    const code = await runEngine(request.args, workplace, deps);
    if (code === 0 && request.command === "up") await deps.afterUp(request.stack, env, root);
    return code;
  } catch (error) {
    deps.say(error instanceof Error ? error.message : String(error));
    if (interrupt !== undefined) return exitCodeOf(interrupt);
    return error instanceof UsageError ? 2 : 1;
  } finally {
    stopListening();
  }
}

/** Whether there is a stack to work on. */
async function prepareStack(request: Request, workplace: Workplace, deps: RunDependencies): Promise<boolean> {
  const { command, stack } = request;
  if (await stackExists(stack, workplace)) return true;
  if (command === "destroy" || command === "cancel") {
    deps.say(`the stack '${stack}' does not exist, so there is nothing to ${command}`);
    return false;
  }
  await createStack(stack, workplace);
  deps.say(`made the stack '${stack}'`);
  return true;
}

/** The engine's own ending is awaited, also after an interrupt: it then finishes what it began and frees the stack. */
function runEngine(
  args: readonly string[],
  { bin, root, env }: Workplace,
  deps: RunDependencies,
): Promise<number> {
  return new Promise((settle, reject) => {
    const child = spawn(join(bin, PULUMI), args, { cwd: root, env, stdio: "inherit" });
    const stopListening = deps.onSignal((signal) => {
      // A second interrupt means "at once" to the engine, so it must not get one from the terminal and one from us.
      if (signal !== "SIGINT" || !deps.atTerminal) child.kill(signal);
    });
    const end = () => stopListening();
    child.once("error", (error) => {
      end();
      reject(error);
    });
    child.once("exit", (code, signal) => {
      end();
      settle(code ?? exitCodeOf(signal ?? "SIGTERM"));
    });
  });
}

/** As a shell tells it. */
function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
