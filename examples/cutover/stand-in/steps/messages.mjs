// The step that remembers the last message before the new services start, and the gate of the way back that counts from there.
import { join } from "node:path";
import { countAfter, lastNumber, withDatabase } from "../database.mjs";
import { readJson, writeJson } from "../world.mjs";

/** @import { Job } from "./job.mjs" */

/** @typedef {{ mark: string }} Mark */

/** @param {Job<"mark-messages">} job */
export async function mark({ world, values, folder }) {
  const file = join(folder, "mark.json");
  const known = /** @type {Mark | undefined} */ (readJson(file));
  if (known !== undefined) return known;
  const marked = { mark: String(withDatabase(world, values, lastNumber)) };
  writeJson(file, marked);
  return marked;
}

/**
 * Counts the messages since the mark, and refuses the way back unless somebody named just that number. Where there is no mark,
 * the new services were never started.
 * @param {Job<"mark-messages", null, Mark>} job
 */
export async function countNew({ world, values, result }) {
  if (result === null) return { newMessages: 0 };
  const newMessages = withDatabase(world, values, (database) => countAfter(database, Number(result.mark)));
  if (newMessages > 0 && newMessages !== values.acceptDataLoss)
    throw new Error(
      `cannot go back: ${newMessages} new messages in '${values.database}' would be lost to Group Chat; if they may be, set acceptDataLoss: ${newMessages}`,
    );
  return { newMessages };
}
