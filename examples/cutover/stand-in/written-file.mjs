// Files that steps write: whole or not at all, never over another one, and known again after a crash.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { effect, readJson, writeJson } from "./world.mjs";

/** @import { WrittenFile } from "../../../provider/cutover/step-values.js" */

/**
 * Writes a file, and answers with what was written. Written already in this attempt, it is not written again.
 *
 * `folder` is the step's own, which tells what an earlier run wrote. `produce` writes the file that it is given, anew.
 * @param {{ world: string, file: string, folder: string, what: string }} target
 * @param {(unfinished: string) => Promise<void>} produce
 * @returns {Promise<WrittenFile>}
 */
export async function writeOnce({ world, file, folder, what }, produce) {
  const known = writtenBefore(folder);
  if (known !== undefined && holds(file, known.sha256)) return known;
  assertFree(file);
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = unfinishedOf(file);
  rmSync(unfinished, { force: true });
  await produce(unfinished);
  const content = readFileSync(unfinished);
  const written = {
    file,
    sha256: sha256(content),
    bytes: content.length,
    finishedAt: new Date().toISOString(),
  };
  // Noted first: a file that is there and was never noted would be somebody else's.
  writeJson(noteIn(folder), written);
  renameSync(unfinished, file);
  effect(world, `write ${what} ${basename(file)}`);
  return written;
}

/**
 * Deletes what an attempt has written, unless somebody has put another file in its place.
 * @param {{ world: string, file: string, folder: string, what: string }} target
 * @returns {string | undefined} Why the file was left alone.
 */
export function deleteWritten({ world, file, folder, what }) {
  rmSync(unfinishedOf(file), { force: true });
  const known = writtenBefore(folder);
  if (known === undefined || !existsSync(file)) return undefined;
  if (!holds(file, known.sha256)) return `'${file}' is not the file that was written; it is left alone`;
  rmSync(file);
  effect(world, `delete ${what} ${basename(file)}`);
  return undefined;
}

/**
 * Keeps a file that stands where a new one is to be written, under a name that nothing has yet.
 * @param {string} file
 * @param {string} folder That of the step which writes; the file that it wrote itself stays.
 */
export function setAside(file, folder) {
  const known = writtenBefore(folder);
  if (!existsSync(file) || (known !== undefined && holds(file, known.sha256))) return;
  let number = 1;
  while (existsSync(`${file}.${number}`)) number++;
  renameSync(file, `${file}.${number}`);
}

/**
 * Whether a file is there, and is the one of that hash.
 * @param {string} file
 * @param {string} hash
 */
export function holds(file, hash) {
  return existsSync(file) && sha256(readFileSync(file)) === hash;
}

/** @param {string} file */
function assertFree(file) {
  if (existsSync(file))
    throw new Error(`cannot write '${file}': another file is there; move it away, or name another one`);
}

/**
 * @param {string} folder
 * @returns {WrittenFile | undefined}
 */
function writtenBefore(folder) {
  return /** @type {WrittenFile | undefined} */ (readJson(noteIn(folder)));
}

/** @param {string} folder */
function noteIn(folder) {
  return join(folder, "written.json");
}

/** @param {string} file */
function unfinishedOf(file) {
  return `${file}.unfinished`;
}

/** @param {Buffer} content */
function sha256(content) {
  return createHash("sha256").update(content).digest("hex");
}
