// Has users write messages in Persistent Chat, as they do on Monday: node say.mjs [--world <folder>] <number of messages>
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import contoso from "./contoso.json" with { type: "json" };
import { addMessages } from "./database.mjs";
import { definitionOf, everyService, processOf } from "./services.mjs";
import { DEFAULT_WORLD, readWorld } from "./world.mjs";

const { values: options, positionals } = parseArgs({
  options: { world: { type: "string", default: DEFAULT_WORLD } },
  allowPositionals: true,
});
const world = resolve(options.world);
readWorld(world);
const count = Number(positionals[0]);
const runs = everyService(world).some(
  (named) => definitionOf(world, named).generation === "persistent-chat" && processOf(world, named),
);

if (!Number.isInteger(count) || count < 1) {
  console.error("say how many messages: node say.mjs [--world <folder>] <number of messages>");
  process.exitCode = 2;
} else if (!runs) {
  console.error("nobody can write: no service of Persistent Chat runs");
  process.exitCode = 1;
} else {
  addMessages(world, contoso.target, count, new Date());
  console.log(`users wrote ${count} messages`);
}
