import { KIND_LABELS, type Kind } from "../../registry/records";
import { cellOf, markdownOf } from "../markdown";
import { enumerated, type Phrase, quoted, say } from "../phrase";
import { SECRET } from "../preview";
import { type Comparison, isAlike } from "./comparison";
import type { Item } from "./environment";

/** What stands in a table of differences: the thing, the field where it is one, and what each side has. */
export type Row = readonly [what: Phrase, field: Phrase, left: Phrase, right: Phrase];

const THERE: Phrase = ["is there"];
const MISSING: Phrase = ["is missing"];

/** What differs: what one side lacks first, then the fields of what both have. */
export function rowsOf({ onlyLeft, onlyRight, different }: Comparison): Row[] {
  return [
    ...onlyLeft.map((item): Row => [thing(item), [], THERE, MISSING]),
    ...onlyRight.map((item): Row => [thing(item), [], MISSING, THERE]),
    ...different.flatMap((pair) =>
      pair.fields.map((field): Row => {
        const value = (side: "left" | "right") => (side in field ? sideCell(field[side]) : ["is not set"]);
        return [pairPhrase(pair), quoted(field.path), value("left"), value("right")];
      }),
    ),
  ];
}

/** How much differs, in one sentence. */
export function summaryOf(comparison: Comparison, left: string, right: string): Phrase {
  const { onlyLeft, onlyRight, different, same } = comparison;
  if (isAlike(comparison)) return say`alike: ${same} compared`;
  return say`${onlyLeft.length} only in ${quoted(left)}, ${onlyRight.length} only in ${quoted(right)}, ${different.length} with other values, ${same} alike`;
}

/** What could not be compared, as a sentence; `undefined` where that is nothing. */
export function secretsOf({ incomparable }: Comparison): Phrase | undefined {
  if (incomparable.length === 0) return undefined;
  const fields = incomparable.flatMap((pair) =>
    pair.paths.map((path) => say`${quoted(path)} of ${pairPhrase(pair)}`),
  );
  return say`cannot be compared, since both are secret: ${enumerated(fields)}`;
}

/** A section of a Markdown page, of GitHub's kind. */
export function markdownSection(
  heading: string,
  comparison: Comparison,
  left: string,
  right: string,
): string {
  const rows = rowsOf(comparison);
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table = [
    line(["What", "Field", cellOf(quoted(left)), cellOf(quoted(right))]),
    line(["---", "---", "---", "---"]),
    ...rows.map((row) => line(row.map(cellOf))),
  ];
  const secrets = secretsOf(comparison);
  return [
    `### ${heading}`,
    markdownOf(summaryOf(comparison, left, right)),
    ...(rows.length > 0 ? [table.join("\n")] : []),
    ...(secrets ? [markdownOf(secrets)] : []),
  ].join("\n\n");
}

function thing({ kind, key, provider }: Pick<Item, "kind" | "key" | "provider">): Phrase {
  const name =
    key === SECRET
      ? [`${KIND_LABELS[kind]} whose key is secret`]
      : say`${[KIND_LABELS[kind]]} ${quoted(key)}`;
  return provider === undefined ? name : say`${name} of provider ${quoted(provider)}`;
}

function pairPhrase(pair: {
  kind: Kind;
  provider?: string;
  left: { key: string };
  right: { key: string };
}): Phrase {
  const { left, right, ...rest } = pair;
  const name = thing({ ...rest, key: left.key });
  return left.key === right.key ? name : say`${name} and ${quoted(right.key)}`;
}

/** A list is whole in it, however long. */
function sideCell(value: unknown): Phrase {
  if (value === SECRET) return ["is secret"];
  if (Array.isArray(value)) return value.length === 0 ? ["none"] : quoted(value.join(", "));
  return quoted(String(value));
}
