import type { Json } from "../cutover/notes";
import { type Ending, LARGEST_ANSWER } from "./guarded";

const AGAIN = "put that right, then run 'pulumi up' again";

/** Why a step could not be done, in the two halves of a sentence that follow the name of the step. */
export class StepFailure extends Error {
  constructor(
    readonly reason: string,
    readonly cure = AGAIN,
  ) {
    super(`${reason}; ${cure}`);
  }
}

/** What a command that ended has answered: one value of JSON, nothing for null. Fails with `StepFailure`. */
export function answerOf({ code, signal, output, lastLine, problem }: Ending): Json {
  if (problem !== undefined) throw new StepFailure(problem);
  if (signal !== null) throw new StepFailure(`its command was ended by ${signal}`);
  if (code !== 0) throw failureOf(lastWords(lastLine) || `its command ended with exit code ${code}`);
  if (output === undefined)
    throw new StepFailure(
      `its command wrote more than ${LARGEST_ANSWER} bytes to standard output`,
      "progress belongs to standard error; put that right, then run 'pulumi up' again",
    );
  const text = output.toString("utf8").trim();
  if (text === "") return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    // Not what was written: it may be anything.
    throw new StepFailure(
      "what its command wrote to standard output is no JSON",
      "it may write one value there, and its progress to standard error; put that right, then run 'pulumi up' again",
    );
  }
}

/** What a command says itself of the next run is the cure, and another one would speak against it. */
function failureOf(words: string): StepFailure {
  const [, reason, cure] = /^(.+?); (.*'pulumi up'.*)$/.exec(words) ?? [];
  return reason === undefined ? new StepFailure(words) : new StepFailure(reason, cure);
}

/** As part of a sentence. */
function lastWords(line: string): string {
  return line.trim().replace(/[.;]+$/, "");
}
