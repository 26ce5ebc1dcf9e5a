import { named } from "../../../registry/failures";
import { KEY_FIELDS } from "../../../registry/records";
import { changesOf, fieldsOf } from "../../../review/fields";
import { isHidden, NOT_SHOWN } from "../../../review/hidden";
import { shownText } from "../../../review/phrase";
import { type Step, UNKNOWN } from "../../../review/preview";
import { authorText, fieldText, type Moved, subjectOf, VERBS } from "../../../review/strict/moved";
import { table } from "../../table";

/** Of a value, in characters: those of other providers may be whole documents. */
const LONGEST = 80;

/** What a plan would change: one resource a line, and the names of the stack's outputs. */
export function changesPage(changes: readonly Step[], outputs: readonly string[]): string {
  const rows = changes.map((step) => [step.operation, resourceOf(step), changeOf(step)]);
  const parts = [
    ...(rows.length > 0 ? [table(["OPERATION", "RESOURCE", "CHANGE"], rows)] : []),
    ...(outputs.length > 0
      ? [`outputs that would change: ${outputs.map((name) => `'${shownText(name)}'`).join(", ")}`]
      : []),
  ];
  return parts.length === 0 ? "nothing would change" : parts.join("\n\n");
}

/** What moved since a plan was made, one record a line; `stack` is the plan's, as `project/stack`. */
export function movedPage(moved: readonly Moved[], stack: string): string {
  return table(
    ["RECORD", "WHAT", "FIELDS", "WHEN", "BY"],
    moved.map((one) => [
      subjectOf(one),
      VERBS[one.what],
      one.fields.map(fieldText).join("; "),
      one.at ?? "",
      one.by ? authorText(one.by, stack) : "not known",
    ]),
  );
}

function resourceOf({ kind, before, after, type, name }: Step): string {
  const key = kind && (after ?? before)?.[KEY_FIELDS[kind]];
  return kind && typeof key === "string" ? named(kind, key) : `${type} '${name}'`;
}

/** All that is said of what is made, but for its key; nothing of what goes, which the resource tells. */
function changeOf(step: Step): string {
  if (step.after === undefined) return "";
  const shown = (path: string, value: unknown) => (isHidden(step, path) ? NOT_SHOWN : text(value));
  if (step.before !== undefined)
    return changesOf(step)
      .map(({ path, from, to }) => `${path}: ${shown(path, from)} -> ${shown(path, to)}`)
      .join("; ");
  const key = step.kind && KEY_FIELDS[step.kind];
  return [...fieldsOf(step.after)]
    .filter(([path]) => path !== key)
    .map(([path, value]) => `${path}: ${shown(path, value)}`)
    .join("; ");
}

function text(value: unknown): string {
  if (value === UNKNOWN) return "known after the update";
  if (value === undefined) return "nothing";
  return shownText(typeof value === "string" ? value : JSON.stringify(value), LONGEST);
}
