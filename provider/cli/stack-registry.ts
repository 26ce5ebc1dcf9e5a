import { readdirSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { z } from "zod";
import { runChild } from "../engine/child";
import { type Engine, PULUMI } from "../engine/engine";
import { engineEnvironment } from "../engine/environment";
import { findEngine } from "../engine/find-engine";
import { OLDEST_ENGINE } from "../engine/version";
import { RegistryError } from "../registry/errors";
import { DEFAULT_REGISTRY } from "../registry/settings";

const REGISTRY = "persistentchat:registry";
const PASSWORD = "persistentchat:registryPassword";
const setting = z.object({ value: z.string().optional(), secret: z.boolean().optional() });
const configuration = z.record(z.string(), setting);

/** What a stack's configuration says of its registry, decrypted. */
export interface ConfiguredRegistry {
  registry: string;
  password?: string;
}

/** The registry of a stack, as the engine tells it. Fails with `unavailable`. */
export async function registryOfStack(
  stack: string,
  projectFolder: string,
  env: NodeJS.ProcessEnv,
): Promise<ConfiguredRegistry> {
  if (!readdirSync(projectFolder).some((file) => /^Pulumi\.(ya?ml|json)$/.test(file)))
    throw unavailable(stack, `'${projectFolder}' is not in a Pulumi project; go to one, or say --registry`);
  const engine = await findEngine(env);
  if (engine === undefined)
    throw unavailable(
      stack,
      `no Pulumi engine of version ${OLDEST_ENGINE} or newer is on PATH or in the cache of this package; install one, or say --registry`,
    );
  const environment = environmentOf(projectFolder, env, engine);
  const ask = async (...args: string[]) => {
    const { code, stdout, lastLines } = await runChild(
      join(engine.bin, PULUMI),
      ["config", ...args, "--json", `--stack=${stack}`, "--non-interactive", "--color=never"],
      { env: environment, cwd: projectFolder },
    );
    if (code !== 0) throw unavailable(stack, causeOf(lastLines));
    return JSON.parse(stdout) as unknown;
  };
  // The list of all settings needs no passphrase, and says which of them are secrets.
  const listed = configuration.parse(await ask());
  const configured = async (key: string) =>
    (listed[key]?.secret ? setting.parse(await ask("get", key)) : listed[key])?.value;
  return { registry: (await configured(REGISTRY)) ?? DEFAULT_REGISTRY, password: await configured(PASSWORD) };
}

/** The stacks of the clone are where its npm scripts keep them; those of any other project are where its user does. */
function environmentOf(projectFolder: string, env: NodeJS.ProcessEnv, engine: Engine): NodeJS.ProcessEnv {
  const clone = realpathSync(join(__dirname, "..", "..", ".."));
  const folder = realpathSync(projectFolder);
  if (folder === clone || folder.startsWith(clone + sep)) return engineEnvironment(env, folder, engine);
  return { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" };
}

function causeOf(lines: readonly string[]): string {
  const said = lines.findLast((line) => line.startsWith("error: "))?.slice("error: ".length);
  const known = CAUSES.find(([pattern]) => pattern.test(said ?? ""));
  if (known) return known[1];
  // Its backend's address may hold a password.
  return `the engine says: ${(said ?? lines.at(-1) ?? "nothing").replace(/[^\s/:"']+:[^\s/@"']+@/g, "")}`;
}

const CAUSES: readonly [RegExp, string][] = [
  [/^no stack named/, "there is no such stack; 'pulumi stack ls' lists those that are"],
  [
    /^passphrase must be set/,
    "it is a secret, and the stack's passphrase is missing; set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
  ],
  [
    /^incorrect passphrase/,
    "it is a secret, and the stack's passphrase is wrong; correct PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
  ],
];

function unavailable(stack: string, cause: string): RegistryError {
  return new RegistryError("unavailable", `cannot read the registry setting of stack '${stack}': ${cause}`);
}
