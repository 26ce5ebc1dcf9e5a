import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./workspace";

export const README = readFileSync(join(ROOT, "README.md"), "utf8");

/** The code blocks of a language; those between a heading and the next one, where one is named. */
export function blocks(language: string, heading?: string): string[] {
  const text = heading === undefined ? README : below(heading);
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(
    ([, text]) => text ?? "",
  );
}

function below(heading: string): string {
  const [, text] = README.match(new RegExp(`^#+ ${heading}\n(.*?)(?=^##)`, "ms")) ?? [];
  if (text === undefined) throw new Error(`the README has no heading '${heading}'`);
  return text;
}
