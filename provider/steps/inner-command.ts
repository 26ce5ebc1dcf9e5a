import type { Json } from "../cutover/notes";
import { StepFailure } from "./answer";
import { cmdletCommand } from "./cmdlets/index";
import type { StepDocument } from "./step-document";

/** What is asked of a step: to look what is there, to do it, to take it back. */
export type StepAction = "before" | "do" | "undo";

/** A program that does the work of a step, and what it is given. */
export interface InnerCommand {
  /** The program and its arguments. No shell sees them. */
  argv: readonly string[];
  /** What it gets on standard input. */
  input: string;
}

/** What the program of a step is told, as one JSON document on standard input. */
export interface Told {
  cutover: string;
  step: string;
  action: StepAction;
  attempt: number;
  /** An earlier run began this, and did not end it. */
  begun: boolean;
  values: Json;
  /** What `before` found. */
  image?: Json;
  /** What `do` answered, for `undo`. */
  result?: Json;
  /** A folder of its own, which is there. */
  folder: string;
}

/** The command of a document for an action. Nothing where there is nothing to look at before the step begins. */
export function innerCommand({ command }: StepDocument, told: Told): InnerCommand | undefined {
  const argv = "cmdlets" in command ? cmdletCommand(command.cmdlets) : command[told.action];
  if (argv !== undefined) return { argv, input: JSON.stringify(told) };
  if (told.action === "before") return undefined;
  throw new StepFailure(
    "its command says nothing of the way back",
    "give it an 'undo', then run 'pulumi up' again",
  );
}
