import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import type { World, WorldInput } from "./world";
import { parseWorld, WorldError } from "./world-text";

const LOCK_TIMEOUT_MS = 30_000;

/** A world in a file that several simulators and a person share. Every method fails with `WorldError`. */
export class WorldFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  read(): World {
    return parseWorld(
      this.#attempt("read", () => readFileSync(this.#path, "utf8")),
      this.#path,
    );
  }

  /** Does something to the world while no other simulator does, and keeps what it made of it, or nothing if it fails. */
  change<T>(work: (world: World) => T): T {
    return this.#locked(() => {
      const world = this.read();
      const before = textOf(world);
      const result = work(world);
      const after = textOf(world);
      if (after !== before) this.#write(after);
      return result;
    });
  }

  /** Makes the file, and its folder; a file that exists is left alone. */
  create(world: WorldInput): void {
    this.#attempt("write", () => mkdirSync(dirname(this.#path), { recursive: true }));
    this.#locked(() => {
      if (existsSync(this.#path))
        throw new WorldError(`'${this.#path}' exists; name another file, or remove it`);
      this.#write(textOf(parseWorld(JSON.stringify(world), this.#path)));
    });
  }

  #write(text: string): void {
    this.#attempt("write", () => {
      const fresh = `${this.#path}.new`;
      const file = openSync(fresh, "w");
      try {
        writeFileSync(file, text);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(fresh, this.#path);
    });
  }

  // The operating system drops a lock of SQLite's with its process, however that ends, which no lock file of Node's own does.
  #locked<T>(work: () => T): T {
    const lock = this.#attempt("lock", () => {
      const sqlite = process.getBuiltinModule?.("node:sqlite");
      if (!sqlite)
        throw new Error(`Node ${process.versions.node} has no node:sqlite; use Node 22.13 or later`);
      const database = new sqlite.DatabaseSync(`${this.#path}.lock`);
      database.exec(
        `PRAGMA busy_timeout = ${LOCK_TIMEOUT_MS}; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE`,
      );
      return database;
    });
    try {
      return work();
    } finally {
      lock.close();
    }
  }

  #attempt<T>(doing: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof WorldError) throw error;
      throw new WorldError(
        `cannot ${doing} the world '${this.#path}': ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

function textOf(world: World): string {
  return `${JSON.stringify(world, null, 2)}\n`;
}
