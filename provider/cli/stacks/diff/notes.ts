import { isOwn } from "../../../review/base/own";
import { CUTOVER_PROGRESS } from "../../../review/cutover-types";
import { fieldsOf } from "../../../review/fields";
import type { Preview, Problem, Step } from "../../../review/preview";
import { isUnknown } from "../../../review/values";
import type { Program } from "./program";

/** What is to be said beside a comparison. */
export interface Circumstances {
  base: string;
  commit: string;
  before: Program | undefined;
  head: Program;
  /** All that was previewed, with the resources of other providers. */
  seen: readonly Preview[];
  failed?: "base" | "head";
  isNewStack?: boolean;
  /** What made a program fail. */
  problems: readonly Problem[];
  unsettled: readonly string[];
}

/** How many names a sentence has, and how much of each: a comment has room for more than these. */
const NAMED = 10;
const LONGEST = 120;

/** Sentences for people, in plain text: what was compared with what, and what such a comparison cannot see. */
export function notesOn(circumstances: Circumstances): string[] {
  const { base, commit, before, head, failed, isNewStack = false, problems, unsettled } = circumstances;
  const steps = circumstances.seen.flatMap((preview) => preview.steps);
  const files = [before, head].flatMap((program) => program?.stackFile ?? []);
  const secrets = named(files.flatMap((file) => [...file.secrets]));
  const commitName = commit.startsWith(base) ? commit.slice(0, 10) : `${base} (${commit.slice(0, 10)})`;
  const note = (isTrue: boolean, text: string) => (isTrue ? [text] : []);
  const others = named(steps.filter((step) => !isOwn(step)).map(described));
  const lookups = named(
    steps.filter((step) => step.operation === "read" && isOwn(step) && !isProgress(step)).map(described),
  );
  const uncompared = named(steps.filter(isOwn).flatMap(unknownOnBothSides));
  const cutovers = named(
    steps.filter(isProgress).map(({ parent, name }) => parent?.split("::").at(-1) ?? name),
  );
  return [
    `This compares the program with that of ${commitName}. It is no preview against what is deployed: neither the state of the stack nor its registry is read, and nothing is brought up.`,
    ...note(before === undefined, "The base has no such project; all of it is new."),
    ...note(
      before !== undefined && before.project !== head.project,
      `The project is called ${before?.project} in the base, and a project of another name has other resources: all of it is new, and what the old one made is left as it is.`,
    ),
    ...note(
      isNewStack,
      "The base has no file of this stack, and its program fails without; all of it is new.",
    ),
    ...note(failed === "base", "The program of the base fails, so that there is nothing to compare with."),
    ...note(
      failed === "base" && problems.some(({ message }) => message.includes("Cannot find module")),
      "The base has what git keeps, and this folder's node_modules; another folder that its program needs is named with --link.",
    ),
    ...note(
      secrets !== "",
      `Placeholders stand for the secret settings, and a change of their values is not seen: ${secrets}.${failed ? " A program that needs such a value fails here." : ""}`,
    ),
    ...note(
      files.some(({ hasEnvironment }) => hasEnvironment),
      `The stack takes settings from an environment of Pulumi ESC, and they are missing here.${failed ? " A program that needs one fails." : ""}`,
    ),
    ...note(
      failed !== undefined && steps.some(({ type }) => type === STACK_REFERENCE),
      "The program refers to another stack, which cannot be read here.",
    ),
    ...note(
      lookups !== "",
      `What the program looks up in the registry is not known here, and what depends on it is not compared: ${lookups}.`,
    ),
    ...note(
      cutovers !== "",
      `How far a cutover has come is not known here; its steps up to the stage are taken for done, and no way back is shown: ${cutovers}.`,
    ),
    ...note(others !== "", `Resources of other providers are left out: ${others}.`),
    ...note(uncompared !== "", `Arguments that only an update makes known are not compared: ${uncompared}.`),
    ...note(
      unsettled.length > 0,
      `The program of the base gives other arguments each time that it runs, so that their changes may be none: ${named(unsettled)}.`,
    ),
  ];
}

const STACK_REFERENCE = "pulumi:pulumi:StackReference";

function isProgress({ type }: Step): boolean {
  return type === CUTOVER_PROGRESS;
}

/** What is made of an output of another provider, or of a lookup, is unknown in the base and in the head. */
function unknownOnBothSides(step: Step): string[] {
  const [before, after] = [fieldsOf(step.before), fieldsOf(step.after)];
  return [...after]
    .filter(([path, value]) => isUnknown(value) && isUnknown(before.get(path)))
    .map(([path]) => `${path} of ${described(step)}`);
}

function described({ type, name }: Step): string {
  return `${type.slice(type.lastIndexOf(":") + 1)} ${name}`;
}

/** Each name once, in an order that is always the same, and how many more there are. */
function named(names: readonly string[]): string {
  const all = [...new Set(names)].sort();
  const more = all.length - NAMED;
  const short = (name: string) => (name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name);
  return `${all.slice(0, NAMED).map(short).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
