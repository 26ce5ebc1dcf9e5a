import type { Comparison } from "../../../review/compare/comparison";
import type { Item } from "../../../review/compare/environment";
import { rowsOf, secretsOf, summaryOf } from "../../../review/compare/page";
import { type Phrase, plainText } from "../../../review/phrase";
import { table } from "../../table";

/** A comparison for a terminal; values are whole in it. */
export function comparisonText(heading: string, comparison: Comparison, left: string, right: string): string {
  const rows = rowsOf(comparison).map((row) => row.map(whole));
  const secrets = secretsOf(comparison);
  return [
    `${heading}: ${plainText(summaryOf(comparison, left, right))}`,
    ...(rows.length > 0 ? [table(["WHAT", "FIELD", left, right], rows)] : []),
    ...(secrets ? [plainText(secrets)] : []),
  ].join("\n");
}

/**
 * A comparison for programs: `{onlyLeft, onlyRight, different, incomparable, renamed, same}`. What one side has alone is
 * `{kind, key, name?, provider?}`; what both have is `{kind, provider?, left, right}`, each side `{key, name?}`, with `fields`
 * of `{path, left?, right?}` or `paths`; `same` is a count. A secret is `"[secret]"`.
 */
export function comparisonJson({ onlyLeft, onlyRight, ...rest }: Comparison): object {
  const named = ({ fields: _, ...item }: Item) => item;
  return { onlyLeft: onlyLeft.map(named), onlyRight: onlyRight.map(named), ...rest };
}

function whole(phrase: Phrase): string {
  return phrase.map((part) => (typeof part === "string" ? part : part.quoted)).join("");
}
