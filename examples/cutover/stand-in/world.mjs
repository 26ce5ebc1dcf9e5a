// The stand-in world: a folder that plays the servers, databases and file shares of contoso on one machine. Nothing in it is
// simulated inside a program: a service is a process, a database an SQLite file, a share a folder.
//
//   world.json               what world this is
//   pace.json                how fast it turns
//   effects.log              one line for each change that was really made
//   servers/<server>/<service>/   see services.mjs
//   databases/<instance>/<database>.sqlite   see database.mjs
//   queues/<server>/<queue>/ one file for each message that Compliance has not archived yet
//   archive/                 those that it has
//   shares/, exports/, backups/
import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** The world of whoever names none: in the folder of Pulumi.yaml, wherever a command runs. */
export const DEFAULT_WORLD = fileURLToPath(new URL("../.persistentchat/stand-in", import.meta.url));

/**
 * What world it is. Its id tells it from an earlier one in the same folder.
 * @typedef {{ id: string }} World
 */

/**
 * How fast the world turns, in milliseconds. `pause`: how long a step rests before each thing that it does, so that a person
 * can watch it. `chat`: how long a legacy Channel service waits between two messages of its users; 0 is no message at all.
 * @typedef {{ pause: number, chat: number }} Pace
 */

/**
 * @param {string} world
 * @returns {World}
 */
export function readWorld(world) {
  const known = /** @type {World | undefined} */ (readJson(join(world, "world.json")));
  if (known === undefined)
    throw new Error(
      `cannot use the stand-in world '${world}': it is not there; make it with 'node examples/cutover/stand-in/set-up.mjs --world ${world}'`,
    );
  return known;
}

/**
 * @param {string} world
 * @returns {Pace}
 */
export function readPace(world) {
  return /** @type {Pace | undefined} */ (readJson(join(world, "pace.json"))) ?? { pause: 0, chat: 0 };
}

/**
 * Rests as long as the world's pace says. Asked anew each time, so that a running step can be hurried.
 * @param {string} world
 */
export async function rest(world) {
  await wait(readPace(world).pause);
}

/**
 * Writes down a change that was made, right after it was made.
 * @param {string} world
 * @param {string} change
 */
export function effect(world, change) {
  appendFileSync(join(world, "effects.log"), `${change}\n`);
}

/**
 * Tells whoever watches how a step gets on.
 * @param {string} line
 */
export function progress(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * The JSON in a file; undefined where there is no such file.
 * @param {string} file
 * @returns {unknown}
 */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * @param {string} file
 * @param {unknown} value
 */
export function writeJson(file, value) {
  writeText(file, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Writes a file whole or not at all: whoever is killed here leaves the old one.
 * @param {string} file
 * @param {string} text
 */
export function writeText(file, text) {
  const unfinished = `${file}.${process.pid}.unfinished`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, file);
}

/**
 * Whether an operation failed because a file or folder is not there.
 * @param {unknown} error
 */
export function isMissing(error) {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
