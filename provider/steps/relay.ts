import { text } from "node:stream/consumers";
import type { Json } from "../cutover/notes";
import { isRegistryError } from "../registry/errors";
import { operator } from "../registry/operator";
import type { Guarded } from "./guarded";
import { CommandStep } from "./step";
import { readStepDocument } from "./step-document";
import { watchCaller } from "./watch";

/** What a resource of a step asks for: `keep` is what its update does. */
export type RelayAction = "before" | "do" | "undo" | "keep";

/**
 * `cutover step <action>`: what a command resource of a cutover runs, with a document on standard input. Prints the answer as
 * one value of JSON, perhaps after white space, and progress on standard error; the last line there says why it failed. Gives
 * the exit code. When whoever started it is gone, it ends with all that it started, but for a job.
 */
export async function relay(action: RelayAction, self: NodeJS.Process): Promise<number> {
  const running: Guarded[] = [];
  const callerIsThere = await watchCaller(self, () => {
    void Promise.all(running.map((guarded) => guarded.end())).finally(() => self.exit(1));
  });
  try {
    const step = new CommandStep(readStepDocument(await text(self.stdin)), {
      clock: () => new Date(),
      by: operator(),
      say: (line) => self.stderr.write(`${line}\n`),
      callerIsThere,
      onGuarded: (guarded) => running.push(guarded),
    });
    const answer: Json = await step[action]();
    await written(self.stdout, `${JSON.stringify(answer)}\n`);
    return 0;
  } catch (error) {
    await written(self.stderr, `${sentenceOf(error)}\n`);
    return 1;
  }
}

function sentenceOf(error: unknown): string {
  if (isRegistryError(error)) return error.message;
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `this is a defect of pulumi-persistentchat, please report it: ${told}`;
}

function written(stream: NodeJS.WriteStream, what: string): Promise<void> {
  return new Promise((resolve) => stream.write(what, () => resolve()));
}
