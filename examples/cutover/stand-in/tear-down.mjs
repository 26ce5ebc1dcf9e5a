// Ends all processes of the stand-in world, and removes it: node tear-down.mjs [--world <folder>]
import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { everyService, stop } from "./services.mjs";
import { DEFAULT_WORLD, writeJson } from "./world.mjs";

const { values: options } = parseArgs({ options: { world: { type: "string", default: DEFAULT_WORLD } } });
const world = resolve(options.world);

if (!existsSync(join(world, "world.json"))) {
  console.log(`there is no stand-in world in ${world}`);
} else {
  writeJson(join(world, "pace.json"), { pause: 0, chat: 0 });
  await Promise.all(everyService(world).map((named) => stop(world, named)));
  rmSync(world, { recursive: true });
  console.log(`removed the stand-in world in ${world}`);
}
