import { isAbsolute } from "node:path";
import { z } from "zod";
import type { Json } from "../cutover/notes";
import { COMMAND_STEPS, type CommandStepName } from "../cutover/runbook";
import { RegistryError } from "../registry/errors";

const text = z.string().min(1);
/** What was read as JSON is JSON; looking through it again would cost, and lose a key such as `__proto__`. */
const json = z.custom<Json>((value) => value !== undefined, "is missing");
/** A program and its arguments; no shell sees them. An operating system ends an argument at a NUL. */
const argv = z
  .array(z.string().regex(/^[^\0]*$/, "has a NUL"))
  .refine(([program]) => program !== undefined && program !== "", "names no program");

const commandStep = z.custom<CommandStepName>(
  (value) => COMMAND_STEPS.some((name) => name === value),
  "is no step that is a command",
);

const stepDocument = z.strictObject({
  cutover: text,
  /** The incarnation of the cutover's record. */
  id: text,
  /** The token of its lease. */
  lease: text,
  /** The cutover's folder. */
  folder: z.string().refine(isAbsolute, "is no absolute path"),
  /** A step per address or wave has that in its name, behind a colon. */
  step: text,
  /** Which attempt of its stage, counted from 1. */
  attempt: z.int().min(1),
  /** Whether it takes longer than minutes: it then runs on by itself, and is found again after a crash. */
  long: z.boolean().default(false),
  /** The operator's own command for each action, or the default one for the documented cmdlets of a step. */
  command: z.union([
    z.strictObject({ before: argv.optional(), do: argv, undo: argv.optional() }),
    z.strictObject({ cmdlets: commandStep }),
  ]),
  /** Those of the step. */
  values: json,
  /** Makes a resource wait for the one that printed it; what counts is the image that the folder has. */
  image: json.optional(),
});

/** What a resource of a command step hands over on standard input. */
export type StepDocument = z.infer<typeof stepDocument>;

/** Fails with `invalid`; no value of the document is in the message. */
export function readStepDocument(input: string): StepDocument {
  const { data, error } = stepDocument.safeParse(parsed(input));
  if (error === undefined) return data;
  const [issue] = error.issues;
  throw unreadable(`${issue?.path.join(".") || "the document"}: ${issue?.message ?? "is wrong"}`);
}

function parsed(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    throw unreadable("it is no JSON");
  }
}

function unreadable(problem: string): RegistryError {
  return new RegistryError(
    "invalid",
    `cannot read the document of a step on standard input: ${problem}; GroupChatCutover writes it, and nobody else needs to`,
  );
}
