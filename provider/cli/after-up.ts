import { openRegistry } from "../backends/index";
import { chooseRegistry } from "./registry-choice";
import { printResolutions } from "./resolutions";

/**
 * Prints where each SIP URI of a stack's registry leads, as `persistentchat resolutions --stack` does. `env` is that in which
 * the engine ran, and `folder` that of Pulumi.yaml. A stack that has declared nothing yet is no failure.
 */
export async function printStackResolutions(
  stack: string,
  env: NodeJS.ProcessEnv,
  folder: string,
  out: { write(text: string): unknown },
): Promise<void> {
  const registry = openRegistry(await chooseRegistry({ stack }, env, folder));
  try {
    await printResolutions(registry, out);
  } finally {
    await registry.close();
  }
}
