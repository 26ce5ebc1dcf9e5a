// The steps that import what was exported, in rehearsal and in earnest.
//
// As with the documented cmdlets, an import cannot simply be repeated after it was cut off: what stands in the database where
// an exported room or message has the same id is overwritten. Half an import is therefore taken back before a new one begins.
import { copyFileSync, renameSync } from "node:fs";
import { fileOf, inTransaction, roomsOf, withDatabase } from "../database.mjs";
import { effect, progress, rest } from "../world.mjs";
import { countsOf, readExport, writeReport } from "./data.mjs";

/** @import { Database } from "../../../../provider/cutover/step-values.js" */
/** @import { ExportedRoom } from "./data.mjs" */
/** @import { Job } from "./job.mjs" */

/** The longest name of a room that Persistent Chat takes. */
const LONGEST_NAME = 256;

/**
 * Finds out what an import would warn of, and writes nothing but the report.
 * @param {Job<"rehearse-import">} job
 */
export async function rehearse({ world, values }) {
  const exported = readExport(values.file, values.sha256);
  const warnings = warningsOf(world, values, exported);
  writeReport(values.report, "Rehearsed import", countsOf(exported), warnings);
  const accepted = new Set(values.acceptedWarnings);
  const open = warnings.filter((warning) => !accepted.has(warning));
  for (const warning of open) progress(`warning: ${warning}`);
  if (open.length > 0)
    throw new Error(
      `cannot import '${values.file}': ${open.length} warnings were not accepted; correct their causes, or accept them word by word: ${open.join("; ")}`,
    );
  return { ...countsOf(exported), warnings };
}

/**
 * Imports room by room, each whole or not at all.
 * @param {Job<"import">} job
 */
export async function importRooms({ world, values, begun }) {
  const { file, sha256, report } = values;
  const known = importOf(world, values, sha256);
  if (known?.finishedAt) return { sha256, finishedAt: known.finishedAt };
  const exported = readExport(file, sha256);
  if (known !== undefined) {
    if (!begun)
      throw new Error(
        `cannot import '${file}': '${values.database}' holds half of an earlier import of it; restore the backup from before that import`,
      );
    restore(world, values, values.backup);
  }
  withDatabase(world, values, (database) => {
    database.prepare("INSERT INTO imports (sha256) VALUES (?)").run(sha256);
  });
  for (const [index, room] of exported.entries()) {
    await rest(world);
    importRoom(world, values, room);
    progress(`imported ${index + 1} of ${exported.length} rooms`);
  }
  writeReport(report, "Import", countsOf(exported), []);
  const finishedAt = new Date().toISOString();
  withDatabase(world, values, (database) => {
    database.prepare("UPDATE imports SET finished_at = ? WHERE sha256 = ?").run(finishedAt, sha256);
  });
  effect(world, `import into ${values.database}`);
  return { sha256, finishedAt };
}

/**
 * Leaves what was imported, or restores the backup, as was asked for. Half an import serves nobody, and is never left.
 * @param {Job<"import">} job
 */
export async function takeImportBack({ world, values }) {
  const known = importOf(world, values, values.sha256);
  if (known === undefined) return null;
  if (values.undo === "restore" || !known.finishedAt) {
    await rest(world);
    restore(world, values, values.backup);
  } else progress(`what was imported into ${values.database} stays there`);
  return null;
}

/**
 * What is known in a database of an import of a file, by the file's hash.
 * @param {string} world
 * @param {Database} named
 * @param {string} sha256
 */
function importOf(world, named, sha256) {
  const found = withDatabase(world, named, (database) =>
    database.prepare("SELECT finished_at AS finishedAt FROM imports WHERE sha256 = ?").get(sha256),
  );
  return found && { finishedAt: found.finishedAt === null ? undefined : String(found.finishedAt) };
}

/**
 * @param {string} world
 * @param {Database} named
 * @param {ExportedRoom} exported
 */
function importRoom(world, named, { room, messages }) {
  withDatabase(world, named, (database) =>
    inTransaction(database, () => {
      database
        .prepare("INSERT INTO rooms VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name")
        .run(room.id, room.name);
      const insert = database.prepare(
        `INSERT INTO messages (id, room, at, author, text) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET at = excluded.at, author = excluded.author, text = excluded.text`,
      );
      for (const { id, at, author, text } of messages) insert.run(id, room.id, at, author, text);
    }),
  );
}

/**
 * Puts a backup in the place of a database, whole. The database was read just before: nothing of a transaction that was cut off
 * is left beside it.
 * @param {string} world
 * @param {Database} named
 * @param {string} backup
 */
function restore(world, named, backup) {
  progress(`restoring ${named.database} from its backup`);
  const file = fileOf(world, named);
  copyFileSync(backup, `${file}.restored`);
  renameSync(`${file}.restored`, file);
  effect(world, `restore ${named.database}`);
}

/**
 * @param {string} world
 * @param {Database} named
 * @param {ExportedRoom[]} exported
 * @returns {string[]}
 */
function warningsOf(world, named, exported) {
  const there = new Map(withDatabase(world, named, roomsOf).map((room) => [room.name, room.id]));
  return exported.flatMap(({ room }) => {
    if (room.name.length > LONGEST_NAME)
      return [`the name of room '${room.name.slice(0, 40)}…' is longer than ${LONGEST_NAME} characters`];
    const other = there.get(room.name);
    return other === undefined || other === room.id
      ? []
      : [`room '${room.name}' is in the pool already, with another id`];
  });
}
