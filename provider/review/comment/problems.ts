import { stripVTControlCharacters } from "node:util";
import { shownText } from "../phrase";
import type { Problem } from "../preview";
import { urnParts } from "../urn";

/** The longest message that is told, in characters. */
export const LONGEST_MESSAGE = 500;
/** What the engine says beside the reason. */
const SAYS_NOTHING = "preview failed";
const SECRET_VALUE = "[secret]";

/** Why a preview failed, as it may be told to everybody. */
export interface ToldProblem {
  /** The logical name of the resource. */
  name?: string;
  message: string;
}

/** The problems of a preview, each told once, without what they show of values and of the program's inside. */
export function toldProblems(problems: readonly Problem[]): ToldProblem[] {
  const told = problems.map(({ urn, message }) => ({
    ...(urn !== undefined && { name: urnParts(urn).name }),
    message: toldMessage(message, urn === undefined ? undefined : urnParts(urn).name),
  }));
  const seen = new Set<string>();
  return told.filter(({ name, message }) => {
    const text = JSON.stringify([name, message]);
    const isNew = message !== "" && !seen.has(text) && (message !== SAYS_NOTHING || told.length === 1);
    seen.add(text);
    return isNew;
  });
}

/**
 * A message of the engine in one line, without values that it shows in clear: of what violates a plan, of a property that has
 * a problem, of a password in an address; and without the provider's text and the trace of a program that threw.
 */
export function toldMessage(message: string, name?: string): string {
  const lines = stripVTControlCharacters(message)
    .replace(/^\s*error:\s*/, "")
    .split(/\r?\n/)
    .filter((line) => !/^\s+at /.test(line));
  const line = thrown(lines)
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .join(" ")
    // Greedy: what is secret may hold braces itself.
    .replace(/(property \S+ value )\{.*\}( has a problem)/s, `$1${SECRET_VALUE}$2`)
    .replace(/\{&\{(?:.*\}\}|.*)/s, SECRET_VALUE)
    .replace(/exports\.handler=.*/s, "…")
    .replace(/:\/\/\S*@/g, "://")
    // What checks a key cannot know that it is a secret.
    .replace(
      /(?<=(?:sipAddress|poolFqdn|domain): )'.*'(?= is (?:not a SIP URI|not an FQDN|the automatic endpoint)\b)/s,
      "it",
    );
  const prefix = `resource '${name}' has a problem: `;
  const told =
    name !== undefined && line.includes(prefix) ? line.slice(line.indexOf(prefix) + prefix.length) : line;
  return shownText(told, LONGEST_MESSAGE);
}

/** What a program threw stands below the line that says so, after a piece of the program where it did not even parse. */
function thrown(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => /failed with an unhandled exception:$/.test(line));
  if (start < 0) return lines;
  const rest = lines.slice(start + 1);
  const error = rest.findIndex((line) => /^(?:Uncaught )?(?:\w*Error|\w*Exception)\b/.test(line));
  return ["the program failed:", ...rest.slice(Math.max(error, 0))];
}
