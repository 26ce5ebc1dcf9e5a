import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./workspace";

export const README = readFileSync(join(ROOT, "README.md"), "utf8");

/** The code blocks of a language. */
export function blocks(language: string): string[] {
  return [...README.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(
    ([, text]) => text ?? "",
  );
}
