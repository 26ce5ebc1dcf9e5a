import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { CutoverRecord } from "../../../registry/cutover-record";
import { RegistryError } from "../../../registry/errors";
import type { Incarnation, Revision } from "../../../registry/registry";
import { firstProblem, STORED_RECORDS } from "../../stored-records";
import type { JournalFile } from "../journal-file";

const SELECT = "SELECT revision, name, text FROM cutover";

const kept = z.object({
  record: STORED_RECORDS.cutover,
  natural: z.string().min(1),
  incarnation: z.string().min(1).optional(),
  former: z.array(z.string()).optional(),
  owner: z.string().optional(),
  adopted: z.boolean().optional(),
});

/** What is kept of a cutover. */
export interface KeptCutover {
  record: CutoverRecord;
  /** The incarnation with which it was made. */
  natural: Incarnation;
  /** The one that a claim gave it. */
  incarnation?: Incarnation;
  /** Incarnations that its resource may know still. */
  former?: Incarnation[];
  owner?: string;
  /** Whether the owner took it over, and did not make it. */
  adopted?: boolean;
}

export type KeptRow = KeptCutover & { revision: Revision };

/** The cutovers in the journal's file. Every method fails with `unavailable`. */
export class CutoverTable {
  constructor(private readonly file: JournalFile) {}

  read(name: string): KeptRow | undefined {
    return this.#rows((database) => database.prepare(`${SELECT} WHERE name = ?`).all(name))[0];
  }

  /** In the order of their names. */
  all(): KeptRow[] {
    return this.#rows((database) => database.prepare(`${SELECT} ORDER BY name`).all());
  }

  /** Does what reads and writes, while no other process writes: all or nothing. */
  change<T>(work: () => T): T {
    return this.file.change(work);
  }

  /** Puts a cutover in the place of the one with its name, under another revision. */
  write(cutover: KeptCutover): KeptRow {
    const text = JSON.stringify(cutover);
    return this.file.use((database) => {
      const { lastInsertRowid } = database
        .prepare("INSERT OR REPLACE INTO cutover (name, text) VALUES (?, ?)")
        .run(cutover.record.name, text);
      return { ...(JSON.parse(text) as KeptCutover), revision: String(lastInsertRowid) };
    });
  }

  remove(name: string): void {
    this.file.use((database) => database.prepare("DELETE FROM cutover WHERE name = ?").run(name));
  }

  #rows(query: (database: DatabaseSync) => Record<string, unknown>[]): KeptRow[] {
    return this.file.use((database) => query(database).map(rowOf));
  }
}

function rowOf({ revision, name, text }: Record<string, unknown>): KeptRow {
  const { data, error } = kept.safeParse(JSON.parse(String(text)));
  if (data) return { ...data, revision: String(revision) };
  throw new RegistryError(
    "unavailable",
    `cannot read cutover '${name}': what the journal has of it is damaged (${firstProblem(error)}); restore the journal from a backup`,
  );
}
