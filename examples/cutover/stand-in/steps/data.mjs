// The steps that write files of a database: its backups, and the export of Group Chat.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { contentHash, messagesOf, roomsOf, withDatabase, withFile } from "../database.mjs";
import { progress, rest, writeText } from "../world.mjs";
import { deleteWritten, holds, setAside, writeOnce } from "../written-file.mjs";

/** @import { Message, Room } from "../database.mjs" */
/** @import { Job } from "./job.mjs" */

/** @typedef {{ room: Room, messages: Message[] }} ExportedRoom */

/**
 * Backs a database up, and reads the backup to see that it holds the same. A backup of an earlier attempt is kept.
 * @param {Job<"back-up-source" | "back-up-target">} job
 */
export async function backUp({ world, values, folder }) {
  setAside(values.file, folder);
  return writeOnce({ world, file: values.file, folder, what: "backup" }, async (unfinished) => {
    progress(`backing ${values.database} up`);
    const original = withDatabase(world, values, (database) => {
      database.prepare("VACUUM INTO ?").run(unfinished);
      return contentHash(database);
    });
    await rest(world);
    progress("verifying the backup");
    if (withFile(unfinished, contentHash) !== original)
      throw new Error(
        `cannot back '${values.database}' up: the backup is not what the database holds; see that nothing writes in it, and do the step again`,
      );
  });
}

/**
 * Exports rooms and messages: one line of JSON for each room, packed by gzip.
 * @param {Job<"export">} job
 */
export async function exportRooms({ world, values, folder }) {
  const written = await writeOnce(
    { world, file: values.file, folder, what: "export" },
    async (unfinished) => {
      const rooms = withDatabase(world, values, roomsOf);
      /** @type {ExportedRoom[]} */
      const exported = [];
      for (const room of rooms) {
        await rest(world);
        const messages = withDatabase(world, values, (database) =>
          messagesOf(database, room.id, values.startDate),
        );
        exported.push({ room, messages });
        progress(`exported ${exported.length} of ${rooms.length} rooms`);
      }
      writeFileSync(unfinished, gzipSync(exported.map((line) => `${JSON.stringify(line)}\n`).join("")));
    },
  );
  writeReport(values.report, "Export", countsOf(readExport(values.file, written.sha256)), []);
  return written;
}

/** @param {Job<"export">} job */
export async function deleteExport({ world, values, folder }) {
  const left = deleteWritten({ world, file: values.file, folder, what: "export" });
  if (left !== undefined) progress(left);
  return null;
}

/**
 * The rooms in an exported file, which must be the one of that hash.
 * @param {string} file
 * @param {string} hash
 * @returns {ExportedRoom[]}
 */
export function readExport(file, hash) {
  if (!holds(file, hash))
    throw new Error(
      `cannot read '${file}': it is not the file that was exported; put that file back, or set stage to 'prepare', run 'pulumi up', then set it to 'migrate' again, which exports again`,
    );
  const lines = gunzipSync(readFileSync(file)).toString("utf8").trimEnd();
  return lines === "" ? [] : lines.split("\n").map((line) => JSON.parse(line));
}

/** @param {ExportedRoom[]} exported */
export function countsOf(exported) {
  return {
    rooms: exported.length,
    messages: exported.reduce((sum, { messages }) => sum + messages.length, 0),
  };
}

/**
 * Writes a report for people to read, over an earlier one.
 * @param {string} file
 * @param {string} title
 * @param {{ rooms: number, messages: number }} counts
 * @param {readonly string[]} warnings
 */
export function writeReport(file, title, { rooms, messages }, warnings) {
  mkdirSync(dirname(file), { recursive: true });
  const items = warnings.map((warning) => `<li>${warning.replaceAll("<", "&lt;")}</li>\n`).join("");
  writeText(file, `<h1>${title}</h1>\n<p>${rooms} rooms, ${messages} messages</p>\n<ul>\n${items}</ul>\n`);
}
