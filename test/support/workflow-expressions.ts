/** What the expressions of a workflow may name: `github`, `matrix`, `secrets` and so on. */
export type Contexts = Record<string, unknown>;

/** Puts the values of its expressions into a text, by GitHub's own reader of them. */
export async function interpolated(text: string, contexts: Contexts): Promise<string> {
  const parts = text.split(/\$\{\{(.*?)\}\}/s);
  const values = parts.map((part, index) => (index % 2 === 0 ? part : evaluated(part, contexts)));
  return (await Promise.all(values)).join("");
}

/** Whether a condition holds, as an `if` of a workflow states it. Nothing is ever cancelled here. */
export async function holds(condition: string, contexts: Contexts): Promise<boolean> {
  const [, inner = condition] = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(condition) ?? [];
  return (await evaluated(inner, contexts)) === "true";
}

async function evaluated(expression: string, contexts: Contexts): Promise<string> {
  const { data, Evaluator, Lexer, Parser } = await import("@actions/expressions");
  const cancelled = {
    name: "cancelled",
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(false),
  };
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), [cancelled]).parse();
  const known = JSON.parse(JSON.stringify(contexts), data.reviver);
  return new Evaluator(parsed, known, new Map([["cancelled", cancelled]])).evaluate().coerceString();
}
