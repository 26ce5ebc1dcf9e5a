import { notEmpty } from "../../registry/failures";
import { locationOf, type PostgresqlSettings } from "../../registry/postgresql-settings";
import type { BackendOptions } from "../backend";
import { type Row, raw, type Statement, sql } from "../sql/sql";
import type { Filling } from "../sql/sql-contents";
import type { Plan, Write } from "../sql/sql-plans";
import type { SqlStore } from "../sql/sql-registry";
import { historyColumnsOf } from "../sql/sql-rows";
import { insertIf } from "../sql/sql-statements";
import { PostgresqlAttempts, type Work } from "./postgresql-attempts";
import type { PostgresqlConnection } from "./postgresql-connection";
import { lostRegistry, noRegistry, notMade, Overtaken, outdated } from "./postgresql-errors";
import { migrate, type SchemaState, schemaState } from "./postgresql-schema";

/** Rows that are sent at a time where a registry is filled. */
const BATCH_SIZE = 250;

/**
 * A schema of a PostgreSQL database. A write reads first, without a lock, and then writes in one statement what the
 * constraints and the revision in its condition let through; overtaken by another write, it begins again. A schema that holds
 * no registry reads as an empty one, and only a write makes it.
 */
export class PostgresqlStore implements SqlStore {
  readonly #attempts: PostgresqlAttempts;
  readonly #schema: string;
  readonly #location: string;

  constructor(
    settings: PostgresqlSettings,
    private readonly options: BackendOptions,
  ) {
    this.#attempts = new PostgresqlAttempts(settings, options);
    this.#schema = settings.schema;
    this.#location = locationOf(settings);
  }

  read<T>(doing: string, reads: readonly Statement[], decode: (rows: readonly Row[][]) => T): Promise<T> {
    return this.#attempts.run(doing, async (connection) => {
      if (!(await this.#isMade(connection))) {
        if (this.options.mustExist) throw noRegistry(doing, this.#location, this.#schema);
        return decode(reads.map(() => []));
      }
      if (reads.length === 1) return decode(await ask(connection, reads));
      const begin = raw("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      return decode((await ask(connection, [begin, ...reads, raw("COMMIT")])).slice(1, -1));
    });
  }

  write<T>(doing: string, plan: Plan<T>): Promise<T> {
    const names = Object.keys(plan.reads);
    return this.#change(doing, async (connection, committing) => {
      const found = await ask(connection, Object.values(plan.reads));
      const { writes, answer } = plan.decide((read) => found[names.indexOf(read)]);
      const [only] = writes;
      if (only && writes.length === 1) {
        committing();
        await this.#carryOut(connection, only);
      } else if (only) {
        await inTransaction(connection, committing, async () => {
          for (const write of writes) await this.#carryOut(connection, write);
        });
      }
      return answer;
    });
  }

  fill(doing: string, { anything, inserts }: Filling): Promise<void> {
    return this.#change(doing, (connection, committing) =>
      inTransaction(connection, committing, async () => {
        await connection.run("LOCK TABLE sip_domain, pool, contact, cutover IN SHARE ROW EXCLUSIVE MODE");
        const [found = []] = await ask(connection, [anything]);
        if (found.length > 0) throw notEmpty(this.#location);
        for (let begin = 0; begin < inserts.length; begin += BATCH_SIZE)
          await connection.run(...inserts.slice(begin, begin + BATCH_SIZE));
        await connection.run(
          "SELECT setval(pg_get_serial_sequence('history', 'sequence'), max(sequence)) FROM history",
        );
      }),
    );
  }

  migrate(): Promise<void> {
    return this.#change("make the tables", async () => undefined);
  }

  assertExists(): Promise<void> {
    return this.#attempts.run("read", async (connection) => {
      if (!(await this.#isMade(connection))) throw lostRegistry(this.#location, this.#schema);
    });
  }

  close(): Promise<void> {
    return this.#attempts.close();
  }

  /** Runs `work` on a registry that is made first where it does not exist yet. */
  #change<T>(doing: string, work: Work<T>): Promise<T> {
    return this.#attempts.run(doing, async (connection, committing) => {
      if ((await this.#state(connection)) !== "current") await this.#make(connection);
      return work(connection, committing);
    });
  }

  /** One statement, so that a record is never written without its entry, nor an entry without its record. */
  async #carryOut(connection: PostgresqlConnection, { change, kind, key, entry }: Write): Promise<void> {
    const at = this.options.clock().toISOString();
    const columns = historyColumnsOf(kind, key, { ...entry, at });
    const note = insertIf("history", columns, raw("FROM written"));
    const [result] = await connection.run(sql`WITH written AS (${change} RETURNING revision) ${note}`);
    if (result?.rowCount !== 1) throw new Overtaken();
  }

  /** Whether there is anything to read. A reader changes no tables: those of an earlier version are its owner's business. */
  async #isMade(connection: PostgresqlConnection): Promise<boolean> {
    const state = await this.#state(connection);
    if (state === "old") throw outdated(this.#location, this.#schema);
    return state === "current";
  }

  async #state(connection: PostgresqlConnection): Promise<SchemaState> {
    if (connection.schema !== "current")
      connection.schema = await schemaState(connection, this.#schema, this.#location);
    return connection.schema;
  }

  async #make(connection: PostgresqlConnection): Promise<void> {
    await migrate(connection, this.#schema, this.#location).catch((error: unknown) => {
      throw notMade(this.#location, this.#schema, error);
    });
    connection.schema = "current";
  }
}

/** Runs statements that read, in one round trip. */
async function ask(connection: PostgresqlConnection, reads: readonly Statement[]): Promise<Row[][]> {
  // No text of the database has a NUL, and it takes none to seek for.
  const answerable = reads.map((read) => (hasNul(read) ? raw("SELECT WHERE FALSE") : read));
  return (await connection.run(...answerable)).map(({ rows }) => rows);
}

function hasNul({ values }: Statement): boolean {
  return values.some((value) => typeof value === "string" && value.includes("\0"));
}

async function inTransaction(
  connection: PostgresqlConnection,
  committing: () => void,
  work: () => Promise<void>,
): Promise<void> {
  await connection.run("BEGIN");
  try {
    await work();
  } catch (error) {
    await connection.run("ROLLBACK").catch(() => undefined); // what ended the connection has rolled it back
    throw error;
  }
  committing();
  await connection.run("COMMIT");
}
