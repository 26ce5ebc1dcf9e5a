// Makes the stand-in world as it is on Saturday night, and starts its services:
//
//   node set-up.mjs [--world <folder>] [--pause <ms>] [--chat <ms>]
//
// What contoso has, by name, is in contoso.json, from which the cutover takes it, too.
//
// `--pause` and `--chat` say how fast the world turns (world.mjs); 200 and 3000 unless said.
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import contoso from "./contoso.json" with { type: "json" };
import { createDatabase, inTransaction } from "./database.mjs";
import { queueFolder } from "./queues.mjs";
import { everyService, install, start } from "./services.mjs";
import { DEFAULT_WORLD, writeJson } from "./world.mjs";

const ROOMS = 40;
const MESSAGES = 2000;
const FILES = 25;
const UNARCHIVED = 20;

const { legacyServices, complianceServices, complianceQueue, persistentChatServices } = contoso;
const { source, target, oldFiles, newFiles } = contoso;

const { values: options } = parseArgs({
  options: {
    world: { type: "string", default: DEFAULT_WORLD },
    pause: { type: "string", default: "200" },
    chat: { type: "string", default: "3000" },
  },
});
const world = resolve(options.world);

function makeGroupChat() {
  const database = createDatabase(world, source);
  inTransaction(database, () => {
    const addRoom = database.prepare("INSERT INTO rooms (id, name) VALUES (?, ?)");
    const addMessage = database.prepare(
      "INSERT INTO messages (id, room, at, author, text) VALUES (?, ?, ?, ?, ?)",
    );
    const rooms = Array.from({ length: ROOMS }, (_, index) => ({
      id: randomUUID(),
      name: `Room ${index + 1}`,
    }));
    for (const { id, name } of rooms) addRoom.run(id, name);
    for (let number = 0; number < MESSAGES; number++) {
      const room = rooms[number % ROOMS]?.id ?? "";
      const at = new Date(Date.UTC(2012, 0, 1) + number * 3_600_000).toISOString();
      addMessage.run(randomUUID(), room, at, number % 2 ? "anna" : "ben", `message ${number + 1}`);
    }
  });
  database.close();
}

function makeFiles() {
  for (let number = 1; number <= FILES; number++) {
    const folder = join(world, oldFiles, `room-${(number % 5) + 1}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `plan-${number}.txt`), `the plan, version ${number}\n`.repeat(number));
  }
  for (const folder of [newFiles, "exports", "backups"]) mkdirSync(join(world, folder), { recursive: true });
}

function makeQueue() {
  const folder = queueFolder(world, complianceQueue);
  mkdirSync(folder, { recursive: true });
  for (let number = 1; number <= UNARCHIVED; number++)
    writeFileSync(join(folder, `${String(number).padStart(4, "0")}.txt`), `anna said message ${number}\n`);
}

function installServices() {
  for (const named of legacyServices) {
    const chatsIn = named.service === "GroupChatChannel" ? { chatsIn: source } : {};
    install(world, named, { startup: "Automatic", generation: "group-chat", ...chatsIn });
  }
  for (const named of complianceServices)
    install(world, named, { startup: "Automatic", generation: "group-chat", drains: complianceQueue });
  for (const named of persistentChatServices)
    install(world, named, { startup: "AutomaticDelayed", generation: "persistent-chat", chatsIn: target });
}

if (existsSync(join(world, "world.json"))) {
  console.error(`there is a stand-in world in '${world}' already; end it with tear-down.mjs, then set it up`);
  process.exitCode = 1;
} else {
  mkdirSync(world, { recursive: true });
  makeGroupChat();
  createDatabase(world, target).close();
  makeFiles();
  makeQueue();
  installServices();
  // Nothing rests while the world is made.
  writeJson(join(world, "pace.json"), { pause: 0, chat: Number(options.chat) });
  writeJson(join(world, "world.json"), { id: randomUUID() });
  await Promise.all(everyService(world).map((named) => start(world, named)));
  writeJson(join(world, "pace.json"), { pause: Number(options.pause), chat: Number(options.chat) });
  console.log(`made the stand-in world in ${world}: ${everyService(world).length} services run`);
}
