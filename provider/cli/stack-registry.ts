import { z } from "zod";
import { EngineFailure, ProjectEngine } from "../engine/project-engine";
import { RegistryError } from "../registry/errors";
import { DEFAULT_REGISTRY, PASSWORD_SETTING, REGISTRY_SETTING } from "../registry/settings";

const setting = z.object({ value: z.string().optional(), secret: z.boolean().optional() });
const configuration = z.record(z.string(), setting);

/** What a stack's configuration says of its registry, decrypted. */
export interface ConfiguredRegistry {
  registry: string;
  password?: string;
}

/** The registry of a stack, as the engine tells it, or `otherwise` where the configuration names none. Fails with `unavailable`. */
export function registryOfStack(
  stack: string,
  projectFolder: string,
  env: NodeJS.ProcessEnv,
  otherwise: () => string = () => DEFAULT_REGISTRY,
): Promise<ConfiguredRegistry> {
  return asking(
    stack,
    () => ProjectEngine.find(projectFolder, env),
    async (configured) => ({
      registry: (await configured(REGISTRY_SETTING)) ?? otherwise(),
      password: await configured(PASSWORD_SETTING),
    }),
  );
}

/** Only where it is, and `undefined` where the configuration names none; its password may stay a secret. Fails with `unavailable`. */
export function registrySettingOfStack(stack: string, engine: ProjectEngine): Promise<string | undefined> {
  return asking(
    stack,
    async () => engine,
    (configured) => configured(REGISTRY_SETTING),
  );
}

async function asking<T>(
  stack: string,
  find: () => Promise<ProjectEngine>,
  work: (configured: (key: string) => Promise<string | undefined>) => Promise<T>,
): Promise<T> {
  try {
    const engine = await find();
    const ask = async (...args: string[]) =>
      JSON.parse(
        await engine.tell(["config", ...args, "--json", `--stack=${stack}`], { isReading: true }),
      ) as unknown;
    // The list of all settings needs no passphrase, and says which of them are secrets.
    const listed = configuration.parse(await ask());
    return await work(
      async (key) => (listed[key]?.secret ? setting.parse(await ask("get", key)) : listed[key])?.value,
    );
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    throw new RegistryError(
      "unavailable",
      `cannot read the registry setting of stack '${stack}': ${error.message}`,
    );
  }
}
