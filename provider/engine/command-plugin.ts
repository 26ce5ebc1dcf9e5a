import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runChild } from "./child";
import { COMMAND_PLUGIN, type Engine, NoEngine, PULUMI } from "./engine";
import { enginePlugins, isProgram } from "./platform";
import { PINNED_PLUGIN } from "./version";

/** What the plugin is asked for with: an engine, and all that it is run with. */
export interface PluginUser {
  engine: Engine;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

const DOWNLOAD_MINUTES = 5;

/**
 * Whether the project in the folder runs commands with `@pulumi/command`, so that its plugin must be there: whether its
 * Pulumi.yaml has the line `commandPlugin: true`. The engine itself passes over it.
 */
export async function wantsCommandPlugin(folder: string): Promise<boolean> {
  const project = await readFile(join(folder, "Pulumi.yaml"), "utf8").catch(() => "");
  return /^commandPlugin: *true *(#.*)?\r?$/m.test(project);
}

/** The folder of the plugin in the engine's own cache, where it looks first. */
export async function findInstalled(env: NodeJS.ProcessEnv): Promise<string> {
  const folder = join(enginePlugins(env), `resource-command-v${PINNED_PLUGIN}`);
  if (!(await isProgram(join(folder, COMMAND_PLUGIN)))) throw new NoEngine(`none is in '${folder}'`);
  // The engine puts a file of this name beside what it has not finished.
  const isUnfinished = await readFile(`${folder}.partial`).catch(() => undefined);
  if (isUnfinished !== undefined) throw new NoEngine(`an installation in '${folder}' was cut off`);
  return folder;
}

/** Installs the plugin that lies beside the engine. */
export async function installFromDisk(user: PluginUser): Promise<string> {
  const folder = join(dirname(user.engine.bin), "plugins");
  const file = join(folder, COMMAND_PLUGIN);
  if (!(await isProgram(file))) throw new NoEngine(`none is in '${folder}'`);
  await provePlugin(file, user);
  return install(["--file", file], user);
}

/** The vendor's download, by the engine. */
export async function downloadPlugin(user: PluginUser): Promise<string> {
  const limit = AbortSignal.timeout(DOWNLOAD_MINUTES * 60_000);
  try {
    return await install([], { ...user, signal: AbortSignal.any([user.signal, limit]) });
  } catch (error) {
    throw limit.aborted ? new NoEngine(`it took more than ${DOWNLOAD_MINUTES} minutes`) : error;
  }
}

/** Fails with `NoEngine` unless the program answers to the engine as the plugin of the pinned version. */
async function provePlugin(file: string, { engine, env, signal }: PluginUser): Promise<void> {
  const asked = ["package", "get-schema", file];
  const options = { env, signal, cwd: dirname(file) };
  const { code, stdout, lastLines } = await runChild(join(engine.bin, PULUMI), asked, options);
  const version = code === 0 ? versionIn(stdout) : undefined;
  if (version === PINNED_PLUGIN) return;
  const answer = version === undefined ? reasonOf(lastLines) : `it is version ${version}`;
  throw new NoEngine(`'${file}' is not the plugin of version ${PINNED_PLUGIN}: ${answer}`);
}

function versionIn(schema: string): string | undefined {
  try {
    return String((JSON.parse(schema) as { version?: unknown }).version);
  } catch {
    return undefined;
  }
}

async function install(from: readonly string[], { engine, env, signal }: PluginUser): Promise<string> {
  const args = ["plugin", "install", "resource", "command", PINNED_PLUGIN, ...from];
  const { code, lastLines } = await runChild(
    join(engine.bin, PULUMI),
    // What stands there was looked at and is no plugin; and without `--exact` a newer one would count.
    [...args, "--exact", "--reinstall", "--non-interactive"],
    { env, signal },
  );
  if (code !== 0) throw new NoEngine(reasonOf(lastLines));
  return findInstalled(env);
}

/** Of a download the engine warns why each attempt failed; its error says only that all did. */
function reasonOf(lines: readonly string[]): string {
  const said = lines.map((line) => line.replace(/^warning: Error downloading plugin: /, "error: "));
  const line = said.find((each) => each.startsWith("error: ")) ?? lines.at(-1);
  return line?.replace(/^error: /, "") ?? "the engine gives no reason";
}
