// TypeScript as the formatters lay it out that people run with their defaults (https://biomejs.dev/formatter/): what they would
// write otherwise shows as a change that nobody made.

/** Columns of a line. */
const LINE = 80;
/** Columns of a tab. */
const TAB = 2;

/** A value of a program: text is a string literal there, and `Code` stands as it is. */
export type Value = string | number | boolean | Code | readonly string[] | { readonly [name: string]: Value };

/** An expression such as `pcpool.poolFqdn`. */
export class Code {
  constructor(readonly text: string) {}
}

/** `import { … } from "…";` */
export function importing(names: readonly string[], module: string): string {
  const sorted = [...names].sort();
  const from = `from ${literal(module)};`;
  const flat = `import { ${sorted.join(", ")} } ${from}`;
  if (fits(flat)) return flat;
  return [`import {`, ...sorted.map((name) => `\t${name},`), `} ${from}`].join("\n");
}

/** `const <variable> = new <type>("<name>", { … });`, or without a variable. */
export function making(
  variable: string | undefined,
  type: string,
  name: string,
  args: Readonly<Record<string, Value>>,
): string {
  const call = `new ${type}(`;
  if (variable === undefined) return calling("", call, name, args, 0);
  const assigned = `const ${variable} = ${call}`;
  if (fits(opening(assigned, name)) || fits(assigned)) return calling("", assigned, name, args, 0);
  return calling(`const ${variable} =\n\t`, call, name, args, 1);
}

/** `<type>.get("<name>", "<key>");` */
export function lookingUp(type: string, name: string, key: string): string {
  const call = `${type}.get(`;
  const flat = `${call}${literal(name)}, ${literal(key)});`;
  return fits(flat) ? flat : [call, `\t${literal(name)},`, `\t${literal(key)},`, ");"].join("\n");
}

function calling(
  before: string,
  call: string,
  name: string,
  args: Readonly<Record<string, Value>>,
  depth: number,
): string {
  const end = "\t".repeat(depth);
  const open = opening(call, name);
  if (fits(end + open)) return [before + open, ...properties(args, depth + 1), `${end}});`].join("\n");
  return [
    before + call,
    `${end}\t${literal(name)},`,
    `${end}\t{`,
    ...properties(args, depth + 2),
    `${end}\t},`,
    `${end});`,
  ].join("\n");
}

function opening(call: string, name: string): string {
  return `${call}${literal(name)}, {`;
}

function properties(values: Readonly<Record<string, Value>>, depth: number): string[] {
  const indent = "\t".repeat(depth);
  return Object.entries(values).flatMap(([name, value]) => {
    const start = `${indent}${name}:`;
    if (Array.isArray(value)) {
      const items = value.map(literal);
      const flat = `${start} [${items.join(", ")}],`;
      return fits(flat)
        ? [flat]
        : [`${start} [`, ...items.map((item) => `${indent}\t${item},`), `${indent}],`];
    }
    if (typeof value === "object" && !(value instanceof Code))
      return [`${start} {`, ...properties(value as Record<string, Value>, depth + 1), `${indent}},`];
    const text = atom(value);
    const flat = `${start} ${text},`;
    return fits(flat) ? [flat] : [start, `${indent}\t${text},`];
  });
}

function atom(value: Value): string {
  if (value instanceof Code) return value.text;
  return typeof value === "string" ? literal(value) : String(value);
}

/** What could end the line, move the cursor, turn the direction of writing, or not be seen at all. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/** A string literal with the fewer escapes of the two kinds of quotes, and everything that cannot be seen escaped. */
export function literal(text: string): string {
  const count = (quote: string) => text.split(quote).length - 1;
  const quote = count('"') > count("'") ? "'" : '"';
  const escaped = text
    .replace(/\\/g, "\\\\")
    .replaceAll(quote, `\\${quote}`)
    .replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
  return quote + escaped + quote;
}

function fits(line: string): boolean {
  return columns(line) <= LINE;
}

/** Characters that a terminal draws two columns wide (https://www.unicode.org/reports/tr11/), but for halves of flags. */
const WIDE =
  /(?!\p{Regional_Indicator})[\p{Emoji_Presentation}\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\u3247\u3250-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18fff}\u{1aff0}-\u{1b2ff}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;
/** Those that add nothing to the one before. */
const JOINED = /[\p{Grapheme_Extend}\u1160-\u11ff\u3164\ud7b0-\ud7fb\uffa0]/u;

function columns(line: string): number {
  let sum = 0;
  for (const character of line)
    if (character === "\t") sum += TAB;
    else if (!JOINED.test(character)) sum += WIDE.test(character) ? 2 : 1;
  return sum;
}
