import type { DatabaseSync } from "node:sqlite";
import { setTimeout as pause, setImmediate as turn } from "node:timers/promises";
import { RegistryError } from "../registry/errors";
import type { BackendOptions } from "./backend";
import { BUSY_TIMEOUT, connect, createAndConnect, identityOf, inTransaction } from "./sqlite-connection";
import {
  closedRegistry,
  isLocked,
  lockedTooLong,
  lostRegistry,
  noRegistry,
  storeFailure,
} from "./sqlite-errors";

const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 50;

/**
 * One registry file. Work on it is synchronous, so that a transaction never spans a turn of the event loop; waiting for a
 * lock is not. A file that does not exist, or holds no registry yet, reads as an empty one, and only a write makes it.
 */
export class SqliteFile {
  readonly #path: string;
  readonly #options: Pick<BackendOptions, "lockTimeout" | "mustExist">;
  readonly #closing = new AbortController();
  #database: DatabaseSync | undefined;
  #identity: string | undefined;

  constructor(path: string, options: Pick<BackendOptions, "lockTimeout" | "mustExist">) {
    this.#path = path;
    this.#options = options;
  }

  /** Runs `work`, which only reads, or answers with `absent` where no registry is. `doing` is a verb and its object. */
  read<T>(doing: string, absent: T, work: (database: DatabaseSync) => T): Promise<T> {
    return this.#attempt(doing, () => {
      const database = this.#current();
      if (database) return work(database);
      if (this.#options.mustExist) throw noRegistry(doing, this.#path);
      return absent;
    });
  }

  /** Fails where no registry is. */
  assertExists(): Promise<void> {
    return this.#attempt("read", () => {
      if (!this.#current()) throw lostRegistry(this.#path);
    });
  }

  /** Runs `work` in one transaction, in which no other process writes. */
  write<T>(doing: string, work: (database: DatabaseSync) => T): Promise<T> {
    return this.#attempt(doing, () => {
      const database = this.#current() ?? this.#keep(createAndConnect(this.#path));
      return inTransaction(database, () => work(database));
    });
  }

  close(): void {
    this.#closing.abort();
    this.#letGo();
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
