// A service of the stand-in world while it runs: a process of its own, which outlives the command that started it.
//
//   node service.mjs <world> <server> <service>
import { linkSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { addMessages } from "./database.mjs";
import { queueFolder } from "./queues.mjs";
import { beginOf } from "./running.mjs";
import { definitionOf, folderOf } from "./services.mjs";
import { effect, readPace, readWorld, writeJson, writeText } from "./world.mjs";

const [world = "", server = "", service = ""] = process.argv.slice(2);
const named = { server, service };
const folder = folderOf(world, named);
const { id } = readWorld(world);
const { chatsIn, drains, generation } = definitionOf(world, named);

/** Takes the place of the one process of the service. Of two that were started at a time, one gets it. */
function takePlace() {
  const own = join(folder, `process.${process.pid}.json`);
  writeJson(own, { pid: process.pid, began: beginOf(process.pid) });
  try {
    linkSync(own, join(folder, "process.json"));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(own);
  }
}

/**
 * Does a piece of the service's work again and again. It fails, and with it the service ends, where the world is gone.
 * @param {number} milliseconds
 * @param {() => void} work
 */
function every(milliseconds, work) {
  const turn = () => {
    if (readWorld(world).id !== id) process.exit();
    work();
  };
  turn();
  setInterval(turn, milliseconds);
}

function seen() {
  writeText(join(folder, "ran"), new Date().toISOString());
}

process.on("SIGTERM", () => {
  seen();
  effect(world, `stop ${service} on ${server}`);
  process.exit();
});

if (takePlace()) {
  effect(world, `start ${service} on ${server}`);
  every(250, seen);

  // Group Chat's users never sleep; those of Persistent Chat write when say.mjs has them write.
  const { chat } = readPace(world);
  if (generation === "group-chat" && chatsIn && chat > 0)
    every(chat, () => addMessages(world, chatsIn, 1, new Date()));

  if (drains) {
    const queue = queueFolder(world, drains);
    mkdirSync(join(world, "archive"), { recursive: true });
    every(50, () => {
      const [oldest] = readdirSync(queue).sort();
      if (oldest !== undefined) renameSync(join(queue, oldest), join(world, "archive", oldest));
    });
  }
}
