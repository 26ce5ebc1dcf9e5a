import { inspect } from "node:util";
import { isRegistryError } from "../registry/errors";

/** What the user reads of a failure: its sentence and, for programs, its code. Anything unforeseen is shown whole, to be reported. */
export function sentenceOf(error: unknown): string {
  if (isRegistryError(error)) return `${error.message} [${error.code}]`;
  return `this is a defect of pulumi-persistentchat, please report it: ${wholeOf(error)}`;
}

function wholeOf(error: unknown): string {
  if (error instanceof Error) return error.stack ?? error.message;
  return typeof error === "string" ? error : inspect(error);
}
