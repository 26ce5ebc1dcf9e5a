import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { parseArguments, type Request, UsageError } from "./arguments";
import { type PluginUser, wantsCommandPlugin } from "./command-plugin";
import { type Engine, PULUMI } from "./engine";
import { engineEnvironment } from "./environment";
import { endOf } from "./follow";
import { exitCodeOf, type Signals } from "./signals";
import { createStack, stackExists, type Workplace } from "./stack";

export interface RunDependencies extends Signals {
  env: NodeJS.ProcessEnv;
  /** Folder of Pulumi.yaml, unless `--cwd` names another one from there; by default state is kept below it. */
  root: string;
  setUp(signal: AbortSignal): Promise<Engine>;
  /** Called where the project says that it wants the plugin of `@pulumi/command`. */
  setUpPlugin(user: PluginUser): Promise<void>;
  /** What is told after a successful `up`, with the environment in which the engine ran and the folder of Pulumi.yaml. */
  afterUp(stack: string, env: NodeJS.ProcessEnv, root: string): Promise<void>;
  say(line: string): void;
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
    const child = spawn(join(engine.bin, PULUMI), request.args, { cwd: root, env, stdio: "inherit" });
    const code = await endOf(child, "exit", deps);
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
