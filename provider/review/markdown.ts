import { type Phrase, shownText } from "./phrase";

/**
 * A phrase as Markdown of GitHub's kind. What is quoted stands in code spans, in which nothing has a meaning: no HTML, no
 * link, no mention. The words around are the program's own.
 */
export function markdownOf(phrase: Phrase): string {
  return phrase
    .map((part) => (typeof part === "string" ? part : codeSpan(shownText(part.quoted, part.longest))))
    .join("");
}

/** The same for a cell of a table, of which a pipe would be the end. */
export function cellOf(phrase: Phrase): string {
  return phrase
    .map((part) =>
      typeof part === "string" ? part : codeSpan(withPipes(shownText(part.quoted, part.longest))),
    )
    .join("");
}

/** A text of one line in backticks: one more than there are anywhere in it. */
function codeSpan(text: string): string {
  if (text === "") return "(empty)";
  const fence = "`".repeat(longestRun(text) + 1);
  // The one space that is taken off again.
  const isPadded = /^`|`$/.test(text) || (/^ .* $/.test(text) && text.trim() !== "");
  return isPadded ? `${fence} ${text} ${fence}` : fence + text + fence;
}

/** A table is cut into cells before code is looked for. A pipe after a backslash cannot be written, and is shown by its number. */
function withPipes(text: string): string {
  return text.replace(/(\\*)\|/g, (_, slashes: string) => (slashes === "" ? "\\|" : `${slashes}\\u{7c}`));
}

/** Lines that are shown as they are. */
export function codeBlock(language: string, lines: readonly string[]): string {
  const fence = "`".repeat(Math.max(3, longestRun(lines.join("\n")) + 1));
  return [`${fence}${language}`, ...lines, fence].join("\n");
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
