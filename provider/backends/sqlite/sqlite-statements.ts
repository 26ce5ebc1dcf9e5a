import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Row, type Statement, textOf } from "../sql/sql";

export function rowsOf(database: DatabaseSync, statement: Statement): Row[] {
  return prepared(database, statement).all(...bound(statement));
}

/** Runs a statement that writes, and tells how many rows it wrote. */
export function run(database: DatabaseSync, statement: Statement): number {
  return Number(prepared(database, statement).run(...bound(statement)).changes);
}

/** SQLite has no booleans. */
function bound({ values }: Statement) {
  return values.map((value) => (typeof value === "boolean" ? Number(value) : value));
}

// To prepare a statement takes several times as long as to run it. They end with their database.
const statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

function prepared(database: DatabaseSync, statement: Statement): StatementSync {
  const text = textOf(statement, () => "?");
  const known = statements.get(database) ?? new Map<string, StatementSync>();
  statements.set(database, known);
  const found = known.get(text) ?? database.prepare(text);
  known.set(text, found);
  return found;
}
