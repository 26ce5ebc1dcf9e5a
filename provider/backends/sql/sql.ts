/** What a statement binds. */
export type Value = string | number | boolean | null;

/** A row as a driver gives it, by names of columns. */
export type Row = Readonly<Record<string, unknown>>;

/** A statement that every dialect runs: its text in pieces, with a value bound between each two of them. */
export interface Statement {
  readonly pieces: readonly string[];
  readonly values: readonly Value[];
}

/** A statement, or a part of one. Values are bound; other statements become part of the text. */
export function sql(strings: TemplateStringsArray, ...parts: (Value | Statement)[]): Statement {
  const pieces = [strings[0] ?? ""];
  const values: Value[] = [];
  const append = (text: string) => pieces.push((pieces.pop() ?? "") + text);
  for (const [index, part] of parts.entries()) {
    if (part !== null && typeof part === "object") {
      const [first = "", ...rest] = part.pieces;
      append(first);
      pieces.push(...rest);
      values.push(...part.values);
    } else {
      pieces.push("");
      values.push(part);
    }
    append(strings[index + 1] ?? "");
  }
  return { pieces, values };
}

/** A text that becomes part of a statement as it is: a name of ours, never a value. */
export function raw(text: string): Statement {
  return { pieces: [text], values: [] };
}

export function joined(statements: readonly Statement[], separator: string): Statement {
  const [first, ...rest] = statements;
  if (!first) return raw("");
  return rest.reduce((all, next) => sql`${all}${raw(separator)}${next}`, first);
}

/** The text of a statement in a dialect, which has its own sign for a value at a position counted from 1. */
export function textOf(statement: Statement, sign: (position: number) => string): string {
  return statement.pieces.reduce((text, piece, index) => `${text}${sign(index)}${piece}`);
}
