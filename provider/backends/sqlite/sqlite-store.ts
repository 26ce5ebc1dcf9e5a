import type { DatabaseSync } from "node:sqlite";
import { setTimeout as pause, setImmediate as turn } from "node:timers/promises";
import { RegistryError } from "../../registry/errors";
import { notEmpty } from "../../registry/failures";
import type { BackendOptions } from "../backend";
import type { Row, Statement } from "../sql/sql";
import type { Filling } from "../sql/sql-contents";
import { noteOf, type Plan } from "../sql/sql-plans";
import type { SqlStore } from "../sql/sql-registry";
import { BUSY_TIMEOUT, connect, createAndConnect, identityOf, inTransaction } from "./sqlite-connection";
import {
  closedRegistry,
  isLocked,
  lockedTooLong,
  lostRegistry,
  noRegistry,
  storeFailure,
} from "./sqlite-errors";
import { rowsOf, run } from "./sqlite-statements";

const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 50;

/**
 * One registry file. Work on it is synchronous, so that a transaction never spans a turn of the event loop; waiting for a
 * lock is not. A file that does not exist, or holds no registry yet, reads as an empty one, and only a write makes it.
 */
export class SqliteStore implements SqlStore {
  readonly #path: string;
  readonly #options: Pick<BackendOptions, "clock" | "lockTimeout" | "mustExist">;
  readonly #closing = new AbortController();
  #database: DatabaseSync | undefined;
  #identity: string | undefined;

  constructor(path: string, options: Pick<BackendOptions, "clock" | "lockTimeout" | "mustExist">) {
    this.#path = path;
    this.#options = options;
  }

  read<T>(doing: string, reads: readonly Statement[], decode: (rows: readonly Row[][]) => T): Promise<T> {
    return this.#attempt(doing, () => {
      const database = this.#current();
      if (!database && this.#options.mustExist) throw noRegistry(doing, this.#path);
      if (!database) return decode(reads.map(() => []));
      const answer = () => decode(reads.map((query) => rowsOf(database, query)));
      return reads.length > 1 ? inTransaction(database, answer, "BEGIN") : answer();
    });
  }

  write<T>(doing: string, plan: Plan<T>): Promise<T> {
    return this.#transact(doing, (database) => {
      const { writes, answer } = plan.decide((read) => {
        const query = plan.reads[read];
        return query && rowsOf(database, query);
      });
      for (const write of writes) {
        if (run(database, write.change) !== 1) throw new Error("a statement did not write its one row");
        run(database, noteOf(write, this.#options.clock()));
      }
      return answer;
    });
  }

  fill(doing: string, { anything, inserts }: Filling): Promise<void> {
    return this.#transact(doing, (database) => {
      if (rowsOf(database, anything).length > 0) throw notEmpty(this.#path);
      for (const insert of inserts) run(database, insert);
    });
  }

  migrate(): Promise<void> {
    return this.#transact("make the tables", () => undefined);
  }

  assertExists(): Promise<void> {
    return this.#attempt("read", () => {
      if (!this.#current()) throw lostRegistry(this.#path);
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#letGo();
  }

  /** Runs `work` in one transaction, in which no other process writes. */
  #transact<T>(doing: string, work: (database: DatabaseSync) => T): Promise<T> {
    return this.#attempt(doing, () => {
      const database = this.#current() ?? this.#keep(createAndConnect(this.#path));
      return inTransaction(database, () => work(database));
    });
  }

  async #attempt<T>(doing: string, work: () => T): Promise<T> {
    const { signal } = this.#closing;
    const { lockTimeout } = this.#options;
    let waited = 0;
    for (let wait = FIRST_PAUSE; !signal.aborted; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      try {
        return work();
      } catch (error) {
        if (!isLocked(error)) throw this.#failed(doing, error);
      }
      if (waited >= lockTimeout) throw lockedTooLong(doing, this.#path, lockTimeout);
      await pause(wait, undefined, { signal }).catch(() => undefined);
      await turn(); // timers come before input: a process that was held up must see first that it is to close
      waited += wait + BUSY_TIMEOUT;
    }
    throw closedRegistry(doing, this.#path);
  }

  #current(): DatabaseSync | undefined {
    const identity = identityOf(this.#path);
    // A file that was removed or replaced would take writes that nobody ever reads.
    if (identity !== this.#identity) this.#letGo();
    if (this.#database || identity === undefined) return this.#database;
    const database = connect(this.#path);
    return database && this.#keep(database);
  }

  #keep(database: DatabaseSync): DatabaseSync {
    this.#database = database;
    this.#identity = identityOf(this.#path);
    return database;
  }

  /** After anything but an answer of ours the connection is not to be trusted; the next call makes another one. */
  #failed(doing: string, error: unknown): RegistryError {
    if (!(error instanceof RegistryError)) this.#letGo();
    return storeFailure(doing, this.#path, error);
  }

  #letGo(): void {
    this.#database?.close();
    this.#database = undefined;
    this.#identity = undefined;
  }
}
