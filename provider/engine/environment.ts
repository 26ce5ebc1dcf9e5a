import { delimiter } from "node:path";
import { pathToFileURL } from "node:url";
import type { Engine } from "./engine";
import { pathVariable } from "./platform";

/** The passphrase of the committed stack files, which hold no secret. Real secrets want a passphrase of their own. */
export const LOCAL_PASSPHRASE = "persistentchat-local";

/**
 * The environment of an engine that needs no account and asks nothing: state below `root`, the local passphrase, no look
 * for updates. What the user has set already stays as it is, so that a real backend or passphrase wins.
 */
export function engineEnvironment(env: NodeJS.ProcessEnv, root: string, engine: Engine): NodeJS.ProcessEnv {
  const made: NodeJS.ProcessEnv = {
    // As a URL, because the engine decodes it: a folder's `%`, `#` or `?` would be misread.
    PULUMI_BACKEND_URL: pathToFileURL(root).href,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...set(env),
  };
  if (env.PULUMI_CONFIG_PASSPHRASE === undefined && env.PULUMI_CONFIG_PASSPHRASE_FILE === undefined)
    made.PULUMI_CONFIG_PASSPHRASE = LOCAL_PASSPHRASE;
  if (!engine.onPath) {
    const path = pathVariable(env);
    made[path] = env[path] ? `${engine.bin}${delimiter}${env[path]}` : engine.bin;
  }
  return made;
}

/** Spread as it is, a variable of value undefined would hide what it does not set. */
function set(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
}
