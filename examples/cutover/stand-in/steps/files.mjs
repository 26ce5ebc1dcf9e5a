// The step that copies the files that users uploaded. It only ever adds: nothing in the new file store is overwritten or deleted.
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { effect, isMissing, progress, rest } from "../world.mjs";

/** @import { Job } from "./job.mjs" */

/** @param {Job<"copy-files">} job */
export async function copy({ world, values: { from, to }, folder }) {
  const files = filesBelow(from);
  let bytes = 0;
  for (const [index, file] of files.entries()) {
    const [source, target] = [join(from, file), join(to, file)];
    bytes += statSync(source).size;
    if (isSame(source, target)) continue;
    if (isThere(target))
      throw new Error(
        `cannot copy '${file}': '${target}' is there and is another file; move one of them away, and do the step again`,
      );
    await rest(world);
    // Written down first: a copy that nobody knows of would never be removed.
    appendFileSync(join(folder, "copied"), `${JSON.stringify(file)}\n`);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(source, `${target}.unfinished`);
    renameSync(`${target}.unfinished`, target);
    effect(world, `copy ${file}`);
    progress(`copied ${index + 1} of ${files.length} files`);
  }
  return { files: files.length, bytes };
}

/**
 * Leaves the copies, or removes those that this cutover made and nobody has changed since, as was asked for.
 * @param {Job<"copy-files", null, { files: number, bytes: number }>} job
 */
export async function removeCopies({ world, values: { from, to, undo }, folder }) {
  if (undo === "leave") return null;
  for (const file of copiedFiles(folder)) {
    const target = join(to, file);
    rmSync(`${target}.unfinished`, { force: true });
    if (isThere(target)) {
      if (isSame(join(from, file), target)) {
        await rest(world);
        rmSync(target);
        effect(world, `remove ${file}`);
        progress(`removed ${file}`);
      } else progress(`'${target}' was changed since it was copied; it is left alone`);
    }
    removeEmpty(dirname(target), to);
  }
  return null;
}

/**
 * All files below a folder, as paths from there.
 * @param {string} folder
 */
export function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/**
 * Whether the target is there, and holds what the source holds.
 * @param {string} source
 * @param {string} target
 */
function isSame(source, target) {
  return isThere(target) && readFileSync(source).equals(readFileSync(target));
}

/** @param {string} file */
function isThere(file) {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function copiedFiles(folder) {
  try {
    const lines = readFileSync(join(folder, "copied"), "utf8").trimEnd().split("\n");
    return [...new Set(lines.map((line) => JSON.parse(line)))];
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/**
 * Removes a folder and those above it, as far as nothing is left in them.
 * @param {string} folder
 * @param {string} top Is kept.
 */
function removeEmpty(folder, top) {
  for (let empty = resolve(folder); empty !== resolve(top); empty = dirname(empty)) {
    try {
      rmdirSync(empty);
    } catch {
      return;
    }
  }
}
