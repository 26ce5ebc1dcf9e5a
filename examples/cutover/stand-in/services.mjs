// The services of the world. Each has a folder, servers/<server>/<service>/:
//
//   definition.json   what the service is, and its startup type
//   process.json      the process that it runs in, or last ran in
//   ran               when it was last seen running
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isRunning } from "./running.mjs";
import { effect, isMissing, progress, readJson, rest, writeJson } from "./world.mjs";

/** @import { Database, ServerService, ServiceState } from "../../../provider/cutover/step-values.js" */
/** @import { KnownProcess } from "./running.mjs" */

/**
 * What a service is. `chatsIn`: the database in which its users write while it runs. `drains`: the message queue that it
 * empties into the archive.
 * @typedef {object} Definition
 * @property {string} startup `Automatic`, `AutomaticDelayed`, `Manual` or `Disabled`.
 * @property {"group-chat" | "persistent-chat"} generation
 * @property {Database} [chatsIn]
 * @property {{ server: string, queue: string }} [drains]
 */

const SERVICE = fileURLToPath(new URL("service.mjs", import.meta.url));
/** Longer than any service here needs to start or to stop. */
const PATIENCE = 30_000;

/**
 * @param {string} world
 * @param {ServerService} named
 */
export function folderOf(world, { server, service }) {
  return join(world, "servers", server, service);
}

/**
 * @param {string} world
 * @param {ServerService} named
 * @returns {Definition}
 */
export function definitionOf(world, named) {
  const known = readJson(join(folderOf(world, named), "definition.json"));
  if (known === undefined)
    throw new Error(`there is no service '${named.service}' on '${named.server}'; correct the name`);
  return /** @type {Definition} */ (known);
}

/**
 * @param {string} world
 * @param {ServerService} named
 * @param {Definition} definition
 */
export function install(world, named, definition) {
  mkdirSync(folderOf(world, named), { recursive: true });
  writeJson(join(folderOf(world, named), "definition.json"), definition);
}

/**
 * Every service of the world, server by server.
 * @param {string} world
 * @returns {ServerService[]}
 */
export function everyService(world) {
  const servers = join(world, "servers");
  return readdirSync(servers)
    .sort()
    .flatMap((server) =>
      readdirSync(join(servers, server))
        .sort()
        .map((service) => ({ server, service })),
    );
}

/**
 * @param {string} world
 * @param {ServerService} named
 * @returns {ServiceState}
 */
export function stateOf(world, named) {
  const { startup } = definitionOf(world, named);
  const state = processOf(world, named) === undefined ? "Stopped" : "Running";
  return { server: named.server, service: named.service, startup, state };
}

/**
 * When a service was last seen running, ISO 8601; undefined where it never ran.
 * @param {string} world
 * @param {ServerService} named
 * @returns {string | undefined}
 */
export function lastRan(world, named) {
  try {
    return readFileSync(join(folderOf(world, named), "ran"), "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * The process of a service that runs.
 * @param {string} world
 * @param {ServerService} named
 */
export function processOf(world, named) {
  const known = /** @type {KnownProcess | undefined} */ (
    readJson(join(folderOf(world, named), "process.json"))
  );
  return known !== undefined && isRunning(known) ? known : undefined;
}

/**
 * @param {string} world
 * @param {ServerService} named
 * @param {string} startup
 */
export async function setStartup(world, named, startup) {
  const definition = definitionOf(world, named);
  if (definition.startup === startup) return;
  await rest(world);
  install(world, named, { ...definition, startup });
  effect(world, `set ${named.service} on ${named.server} to ${startup}`);
}

/**
 * Starts a service, and waits until it runs. One that runs already is left alone.
 * @param {string} world
 * @param {ServerService} named
 */
export async function start(world, named) {
  if (processOf(world, named) !== undefined) return;
  if (definitionOf(world, named).startup === "Disabled")
    throw new Error(
      `cannot start '${named.service}' on '${named.server}': it is disabled; give it another startup type first`,
    );
  await rest(world);
  progress(`starting ${named.service} on ${named.server}`);
  // What is left of the process before; the new one takes the place only where it is empty.
  rmSync(join(folderOf(world, named), "process.json"), { force: true });
  spawn(process.execPath, [SERVICE, world, named.server, named.service], {
    cwd: world,
    detached: true,
    stdio: "ignore",
  }).unref();
  await until(() => processOf(world, named) !== undefined, `'${named.service}' on '${named.server}' runs`);
}

/**
 * Stops a service, and waits until its process is gone.
 * @param {string} world
 * @param {ServerService} named
 */
export async function stop(world, named) {
  const known = processOf(world, named);
  if (known === undefined) return;
  await rest(world);
  progress(`stopping ${named.service} on ${named.server}`);
  if (isRunning(known)) process.kill(known.pid, "SIGTERM");
  await until(() => !isRunning(known), `'${named.service}' on '${named.server}' has stopped`);
}

/**
 * Stops a service for good. Disabled first: whatever restarts services finds nothing to do.
 * @param {string} world
 * @param {ServerService} named
 */
export async function disable(world, named) {
  await setStartup(world, named, "Disabled");
  await stop(world, named);
}

/**
 * Gives a service the startup type back that it had, and then the state.
 * @param {string} world
 * @param {ServiceState} recorded
 */
export async function giveBack(world, recorded) {
  if (recorded.state === "Stopped") {
    await stop(world, recorded);
  } else if (processOf(world, recorded) === undefined && recorded.startup === "Disabled") {
    // It was disabled while it ran on; a disabled service does not start.
    await setStartup(world, recorded, "Manual");
    await start(world, recorded);
  }
  await setStartup(world, recorded, recorded.startup);
  if (recorded.state === "Running") await start(world, recorded);
}

/**
 * @param {() => boolean} condition
 * @param {string} what
 */
async function until(condition, what) {
  const deadline = Date.now() + PATIENCE;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited ${PATIENCE / 1000} s in vain until ${what}`);
    await wait(20);
  }
}
