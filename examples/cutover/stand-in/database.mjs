// The databases of the world: Group Chat's, and `mgc` of the Persistent Chat pool. Both hold rooms and messages.
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** @import { Database } from "../../../provider/cutover/step-values.js" */

/**
 * @typedef {{ id: string, name: string }} Room
 * @typedef {{ id: string, room: string, at: string, author: string, text: string }} Message
 */

const SCHEMA = `
  CREATE TABLE rooms (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;
  CREATE TABLE messages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    room TEXT NOT NULL REFERENCES rooms, at TEXT NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL
  ) STRICT;
  CREATE TABLE imports (sha256 TEXT PRIMARY KEY, finished_at TEXT) STRICT;
`;

/**
 * @param {string} world
 * @param {Database} named
 */
export function fileOf(world, { instance, database }) {
  return join(world, "databases", encodeURIComponent(instance), `${database}.sqlite`);
}

/**
 * @param {string} world
 * @param {Database} named
 */
export function createDatabase(world, named) {
  const file = fileOf(world, named);
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  database.exec(SCHEMA);
  return database;
}

/**
 * Works with a database, and closes it.
 * @template T
 * @param {string} world
 * @param {Database} named
 * @param {(database: DatabaseSync) => T} work
 * @returns {T}
 */
export function withDatabase(world, named, work) {
  const file = fileOf(world, named);
  if (!existsSync(file))
    throw new Error(`there is no database '${named.database}' on '${named.instance}'; correct the name`);
  return withFile(file, work);
}

/**
 * Works with the database in a file, and closes it.
 * @template T
 * @param {string} file
 * @param {(database: DatabaseSync) => T} work
 * @returns {T}
 */
export function withFile(file, work) {
  // Services write in it meanwhile.
  const database = new DatabaseSync(file, { timeout: 10_000 });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/**
 * All or nothing.
 * @param {DatabaseSync} database
 * @param {() => void} work
 */
export function inTransaction(database, work) {
  database.exec("BEGIN IMMEDIATE");
  try {
    work();
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

/**
 * @param {DatabaseSync} database
 * @returns {Room[]}
 */
export function roomsOf(database) {
  return /** @type {Room[]} */ (
    /** @type {unknown} */ (database.prepare("SELECT id, name FROM rooms ORDER BY id").all())
  );
}

/**
 * The messages of a room that are not older than a date.
 * @param {DatabaseSync} database
 * @param {string} room
 * @param {string} since
 * @returns {Message[]}
 */
export function messagesOf(database, room, since = "") {
  const select = database.prepare(
    "SELECT id, room, at, author, text FROM messages WHERE room = ? AND at >= ? ORDER BY at, id",
  );
  return /** @type {Message[]} */ (/** @type {unknown} */ (select.all(room, since)));
}

/**
 * How many messages came after one; messages are numbered in the order in which they come.
 * @param {DatabaseSync} database
 * @param {number} number
 */
export function countAfter(database, number) {
  return Number(database.prepare("SELECT count(*) AS n FROM messages WHERE number > ?").get(number)?.n);
}

/**
 * The number of the last message that ever came; 0 where none did.
 * @param {DatabaseSync} database
 */
export function lastNumber(database) {
  return Number(database.prepare("SELECT max(seq) AS n FROM sqlite_sequence").get()?.n ?? 0);
}

/**
 * Has users write messages in the first room.
 * @param {string} world
 * @param {Database} named
 * @param {number} count
 * @param {Date} now
 */
export function addMessages(world, named, count, now) {
  withDatabase(world, named, (database) =>
    inTransaction(database, () => {
      const [room] = roomsOf(database);
      if (room === undefined)
        throw new Error(
          `there is no room in the database '${named.database}' to write in; import them first`,
        );
      const insert = database.prepare(
        "INSERT INTO messages (id, room, at, author, text) VALUES (?, ?, ?, ?, ?)",
      );
      for (let number = 1; number <= count; number++)
        insert.run(randomUUID(), room.id, now.toISOString(), "anna", "is anybody there?");
    }),
  );
}

/**
 * A hash of all rooms and messages, in hexadecimal digits; how the file keeps them does not matter.
 * @param {DatabaseSync} database
 */
export function contentHash(database) {
  const hash = createHash("sha256");
  for (const room of roomsOf(database)) {
    hash.update(JSON.stringify([room.id, room.name]));
    for (const message of messagesOf(database, room.id)) hash.update(JSON.stringify(message));
  }
  return hash.digest("hex");
}
