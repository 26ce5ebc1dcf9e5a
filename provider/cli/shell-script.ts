import { DISPATCHER_SCRIPT, SCRIPT_HASH } from "../backends/shell/session/dispatcher-script";
import type { Answer } from "./command";

/**
 * `shell-script`: the script that runs in the management shell, for those who sign it, or read what they let run. As JSON with
 * its SHA-256. It needs no registry.
 */
export function shellScript(): Answer {
  return { json: { sha256: SCRIPT_HASH, script: DISPATCHER_SCRIPT }, text: DISPATCHER_SCRIPT };
}
