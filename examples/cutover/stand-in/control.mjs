// Starts or stops one service of the stand-in world, as an administrator does by hand, or shows them all:
//
//   node control.mjs [--world <folder>] [start|stop <server> <service>]
//
// A disabled service is started as one of startup type Manual.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { everyService, setStartup, start, stateOf, stop } from "./services.mjs";
import { DEFAULT_WORLD, readWorld } from "./world.mjs";

const { values: options, positionals } = parseArgs({
  options: { world: { type: "string", default: DEFAULT_WORLD } },
  allowPositionals: true,
});
const world = resolve(options.world);
readWorld(world);
const [verb, server = "", service = ""] = positionals;
const named = { server, service };

if (verb === "start") {
  if (stateOf(world, named).startup === "Disabled") await setStartup(world, named, "Manual");
  await start(world, named);
} else if (verb === "stop") {
  await stop(world, named);
}
console.table(everyService(world).map((each) => stateOf(world, each)));
