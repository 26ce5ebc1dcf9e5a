// The message queues of Compliance: what Channel services said and Compliance has not archived yet.
import { readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {{ server: string, queue: string }} Queue
 */

/**
 * @param {string} world
 * @param {Queue} queue
 */
export function queueFolder(world, { server, queue }) {
  return join(world, "queues", server, encodeURIComponent(queue));
}

/**
 * How many messages wait in a queue.
 * @param {string} world
 * @param {Queue} queue
 */
export function waiting(world, queue) {
  return readdirSync(queueFolder(world, queue)).length;
}
