import { isDeepStrictEqual } from "node:util";
import { isHidden, NOT_SHOWN } from "../hidden";
import { shownText } from "../phrase";
import { isChange, type Operation, type Properties, SECRET, type Step, UNKNOWN } from "../preview";

const MARKS: Readonly<Record<Operation, readonly [string, string]>> = {
  create: ["+", "create"],
  update: ["~", "update"],
  replace: ["+-", "replace"],
  delete: ["-", "delete"],
  other: ["=", "import"],
  same: [" ", "same"],
  read: [">", "read"],
};
const LONGEST = 300;

/**
 * The engine's own diff of each resource that changes, in its form, as lines.
 */
export function engineDiff(steps: readonly Step[]): string[][] {
  return steps
    .filter(isChange)
    .filter(({ operation, after }) => operation !== "other" || after !== undefined)
    .map(entry);
}

function entry(step: Step): string[] {
  const { operation, urn, type, before, after } = step;
  const [mark, word] = MARKS[operation];
  const compares = before !== undefined && after !== undefined;
  const lines = compares ? comparison(step) : listing(step, after ?? before ?? {});
  return [`${mark} ${shownText(type)}: (${word})`, `    [urn=${shownText(urn, LONGEST)}]`, ...lines];
}

function listing(step: Step, values: Properties): string[] {
  const leaves = leavesOf(values);
  const width = Math.max(0, ...[...leaves.keys()].map((path) => Math.min([...path].length, 40)));
  return [...leaves].map(
    ([path, value]) => `    ${shownText(path, 100).padEnd(width)}: ${literal(step, path, value)}`,
  );
}

function comparison(step: Step): string[] {
  const [from, to] = [leavesOf(step.before ?? {}), leavesOf(step.after ?? {})];
  const differing = (path: string) =>
    !isDeepStrictEqual(from.get(path), to.get(path)) ||
    (to.get(path) === SECRET && step.changed.some((one) => isAbout(one, path)));
  return [...new Set([...from.keys(), ...to.keys()])].filter(differing).map((path) => {
    const name = shownText(path, 100);
    if (!from.has(path)) return `  + ${name}: ${literal(step, path, to.get(path))}`;
    if (!to.has(path)) return `  - ${name}: ${literal(step, path, from.get(path))}`;
    const values = [from, to].map((side) => literal(step, path, side.get(path)));
    return `  ~ ${name}: ${values.join(" => ")}`;
  });
}

/** Whether a path of the engine is that of a value, or holds it. */
function isAbout(engine: string, path: string): boolean {
  return path === engine || (path.startsWith(engine) && /^[.[]/.test(path.slice(engine.length)));
}

/** The values by path, as `settings.defaultChatHistory` and `servers[1]`. */
function leavesOf(values: Properties): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  const visit = (value: unknown, path: string) => {
    const inner = typeof value === "object" && value !== null ? Object.entries(value) : [];
    if (inner.length === 0) leaves.set(path, value);
    for (const [name, one] of inner)
      visit(one, Array.isArray(value) ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`);
  };
  for (const [name, value] of Object.entries(values)) visit(value, name);
  return leaves;
}

function literal(step: Step, path: string, value: unknown): string {
  if (value === SECRET) return SECRET;
  if (isHidden(step, path)) return NOT_SHOWN;
  if (typeof value === "string" && value.includes(UNKNOWN)) return "[unknown]";
  return shownText(JSON.stringify(value) ?? "null", LONGEST);
}
