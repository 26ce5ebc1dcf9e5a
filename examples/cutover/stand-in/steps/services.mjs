// The steps that stop and start services. "Stopped" is: startup type Disabled, state Stopped, and no process left.

import { setTimeout as wait } from "node:timers/promises";
import { waiting } from "../queues.mjs";
import { disable, giveBack, setStartup, start, stateOf } from "../services.mjs";
import { progress } from "../world.mjs";

/** @import { ServiceState } from "../../../../provider/cutover/step-values.js" */
/** @import { Job } from "./job.mjs" */

/** @typedef {"stop-legacy" | "drain-compliance" | "stop-persistent-chat" | "start-persistent-chat"} ServiceStep */

/**
 * How the services are found: what the way back gives back.
 * @param {Pick<Job<ServiceStep>, "world" | "values">} job
 */
export function states({ world, values }) {
  return values.services.map((named) => stateOf(world, named));
}

/** @param {Job<"stop-legacy" | "stop-persistent-chat" | "drain-compliance", ServiceState[]>} job */
export async function stopAll({ world, values }) {
  for (const named of values.services) await disable(world, named);
  return null;
}

/**
 * Compliance stays up until it has archived all that was said.
 * @param {Job<"drain-compliance", ServiceState[]>} job
 */
export async function drain(job) {
  const { world, values } = job;
  for (const queue of values.queues) {
    let left = waiting(world, queue);
    while (left > 0) {
      progress(`${left} messages wait in ${queue.queue} on ${queue.server}`);
      if (states(job).every(({ state }) => state === "Stopped"))
        throw new Error(
          `cannot empty '${queue.queue}' on '${queue.server}': ${left} messages wait, and Compliance does not run; start it, and do the step again`,
        );
      await wait(100);
      left = waiting(world, queue);
    }
  }
  return stopAll(job);
}

/**
 * Starts every service, with the startup type that it had before it was disabled. One that was disabled before is to run all
 * the same.
 * @param {Job<"start-persistent-chat", ServiceState[]>} job
 */
export async function startAll({ world, values }) {
  for (const named of values.services) {
    const before = values.recorded?.find(
      ({ server, service }) => server === named.server && service === named.service,
    );
    const startup = before?.startup ?? "Disabled";
    await setStartup(world, named, startup === "Disabled" ? "Automatic" : startup);
    await start(world, named);
  }
  return null;
}

/**
 * Gives every service back as it was found, the last one first.
 * @param {Job<ServiceStep, ServiceState[]>} job
 */
export async function giveAllBack({ world, image }) {
  for (const recorded of image.toReversed()) await giveBack(world, recorded);
  return null;
}
