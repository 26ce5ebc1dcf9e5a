import { KINDS, type Kind } from "../../registry/records";
import type { RegistryContents, Stored } from "../../registry/registry";
import type { Row, Statement } from "./sql";
import { changeOf, columnsOf, historyColumnsOf, storedOf, TABLES } from "./sql-rows";
import * as statements from "./sql-statements";

/** What a registry is filled with, once it is seen to be empty. */
export interface Filling {
  /** Gives a row where the store holds or remembers anything. */
  readonly anything: Statement;
  /** Each writes one row. */
  readonly inserts: readonly Statement[];
}

/** Each kind, then the history. */
export const CONTENT_READS: readonly Statement[] = [
  ...KINDS.map(statements.everythingOf),
  statements.wholeHistory(),
];

export function contentsOf(found: readonly (readonly Row[])[]): RegistryContents {
  const records = KINDS.flatMap((kind, index): Stored[] =>
    (found[index] ?? []).map((row) => storedOf(kind, row)),
  );
  const history = (found[KINDS.length] ?? []).map((row) => {
    const kind = KINDS.find((name) => name === row.kind) as Kind;
    return { kind, key: String(row.key), change: changeOf(kind, row) };
  });
  return { records, history };
}

export function fillingOf({ records, history }: RegistryContents): Filling {
  // What others refer to comes first, as KINDS has it.
  const inOrder = KINDS.flatMap((kind) => records.filter((stored) => stored.kind === kind));
  return {
    anything: statements.anything(),
    inserts: [
      ...inOrder.map((stored) => statements.insertInto(TABLES[stored.kind].table, columnsOf(stored))),
      ...history.map(({ kind, key, change }) =>
        statements.insertInto("history", {
          sequence: change.sequence,
          ...historyColumnsOf(kind, key, change),
        }),
      ),
    ],
  };
}
