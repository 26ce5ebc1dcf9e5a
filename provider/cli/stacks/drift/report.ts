import { printable } from "../../../registry/printable";
import { cellOf, markdownOf } from "../../../review/markdown";
import { counted, type Phrase, plainText, quoted, say, sentence, shownText } from "../../../review/phrase";
import { SECRET } from "../../../review/preview";
import { table } from "../../table";
import { adviceFor } from "./advice";
import type { SignedDrifts } from "./authors";
import { COLUMNS, rowsOf } from "./rows";

/** What an issue may hold at most, in characters. */
const MOST = 65_536;
/** What is shown of a reason in an issue; what is to be done stands at its end. */
const LONGEST_NOTE = 2_000;
/** Of the reasons why an author is not known: there may be one for each record. */
const MOST_NOTES = 3;

/** What `--json` prints. */
export function driftJson(stack: string, { resources, unlisted, notes }: SignedDrifts): object {
  return {
    drift: resources.length > 0 || unlisted > 0,
    stack,
    resources: resources.map(
      ({ kind, key, isKeySecret, name, type, urn, provider, otherOwner, gone, author, fields }) => ({
        kind: kind ?? null,
        key: isKeySecret ? SECRET : (key ?? null),
        name,
        type,
        urn,
        ...(provider !== undefined && { provider }),
        ...(otherOwner !== undefined && { managedBy: otherOwner }),
        gone,
        ...author,
        fields,
      }),
    ),
    unlisted,
    notes,
  };
}

/** What people get in a terminal. */
export function driftText(stack: string, drifts: SignedDrifts): string {
  const rows = rowsOf(drifts.resources).map((row) => row.map(plainText));
  const remarks = remarksOf(stack, drifts, (note) => [printable(note)])
    .map(plainText)
    .join("\n");
  if (rows.length === 0) return remarks;
  return `${table(
    COLUMNS.map((heading) => heading.toUpperCase()),
    rows,
  )}\n\n${remarks}`;
}

/**
 * The body of an issue, at most 65,536 characters, cut at a row. Its first line is the same at each run, and is how a job finds
 * the issue again.
 */
export function driftMarkdown(
  { project, stack }: { project: string; stack: string },
  drifts: SignedDrifts,
): string {
  const head = [
    `<!-- pulumi-persistentchat drift ${project}/${stack} -->`,
    markdownOf(say`### Drift of ${quoted(`${project}/${stack}`)}`),
  ];
  const rows = rowsOf(drifts.resources).map((row) => `| ${row.map(cellOf).join(" | ")} |`);
  const noteOf = (note: string) => sentence(shownText(note, LONGEST_NOTE));
  const remarks = remarksOf(stack, drifts, noteOf).map((remark) => `\n${markdownOf(remark)}`);
  if (rows.length === 0) return [...head, ...remarks].join("\n");
  const frame = [...head, "", `| ${COLUMNS.join(" | ")} |`, `|${" --- |".repeat(COLUMNS.length)}`];
  const left = MOST - [...frame, ...remarks, leftOut(rows.length)].join("\n").length - 1;
  const shown = fitting(rows, left);
  const rest = rows.length - shown.length;
  return [...frame, ...shown, ...(rest > 0 ? [leftOut(rest)] : []), ...remarks].join("\n");
}

function leftOut(count: number): string {
  return `\n${counted(count, "more line")}: 'persistentchat drift' shows all of them.`;
}

/** The rows from the first on for which there is room. */
function fitting(rows: readonly string[], room: number): readonly string[] {
  let used = 0;
  const end = rows.findIndex((row) => {
    used += row.length + 1;
    return used > room;
  });
  return end === -1 ? rows : rows.slice(0, end);
}

function remarksOf(
  stack: string,
  { resources, unlisted, notes }: SignedDrifts,
  noteOf: (note: string) => Phrase,
): Phrase[] {
  if (resources.length === 0 && unlisted === 0)
    return [
      say`No drift${[notes.length > 0 ? ", as far as it could be looked at" : ""]}: the registry has what the state of stack ${quoted(stack)} has.`,
      ...notes.map(noteOf),
    ];
  const isUnsigned = resources.some(
    ({ kind, isUnasked, gone, author, fields }) =>
      kind !== undefined &&
      isUnasked === undefined &&
      (gone ? author === undefined : fields.some(({ by }) => by === undefined)),
  );
  return [
    ...(unlisted > 0 ? [unlistedRemark(stack, unlisted)] : []),
    ...notes.slice(0, MOST_NOTES).map(noteOf),
    ...(notes.length > MOST_NOTES
      ? [say`${[counted(notes.length - MOST_NOTES, "more reason")]} of that kind: --json tells all of them.`]
      : []),
    ...(isUnsigned
      ? [
          [
            "A change by somebody who is not known is not in the history of the registry: it was made past it.",
          ],
        ]
      : []),
    ...adviceFor(stack, { resources, unlisted }),
  ];
}

function unlistedRemark(stack: string, count: number): Phrase {
  const what = `${counted(count, "more resource")} ${count === 1 ? "differs" : "differ"}`;
  return say`${[what]}, and the engine does not say which; ${quoted(`pulumi refresh --preview-only --diff --stack ${stack}`)} shows it.`;
}
