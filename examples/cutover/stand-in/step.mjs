// The command behind every step of the cutover in the stand-in world. It shows what a command of your own has to do:
//
//   node step.mjs [--world <folder>] [--registry <registry>]
//
// One JSON document comes on standard input: which `step`, which `action` ("before", "do" or "undo"), the `values` of the
// step, what `before` found as `image`, what `do` answered as `result`, whether an earlier run began the same and did not end
// it as `begun`, and a `folder` of the step's own. Progress goes to standard error. Standard output takes one JSON value: the
// answer. Exit code 0 is success; else the last line of standard error is the cause, to which the package adds that 'pulumi up'
// goes on once that is put right, unless the line says of 'pulumi up' behind a semicolon what is to be done.
//
// `before` changes nothing in the world. `do` and `undo` look at the world first: whatever has happened is not done again.
import { resolve } from "node:path";
import { json } from "node:stream/consumers";
import { parseArgs } from "node:util";
import * as checks from "./steps/checks.mjs";
import * as data from "./steps/data.mjs";
import * as files from "./steps/files.mjs";
import * as imports from "./steps/import.mjs";
import * as messages from "./steps/messages.mjs";
import * as services from "./steps/services.mjs";
import { DEFAULT_WORLD, progress, readWorld } from "./world.mjs";

/** @import { StepValues } from "../../../provider/cutover/step-values.js" */

/**
 * What a step does on each action. A job is told apart by the step's name, which the compiler cannot follow.
 * @typedef {{ before?: (job: never) => unknown, do: (job: never) => Promise<unknown>, undo?: (job: never) => Promise<unknown> }} Actions
 */

/** @type {Record<keyof StepValues, Actions>} */
const STEPS = {
  preflight: { do: checks.preflight },
  "stop-legacy": { before: services.states, do: services.stopAll, undo: services.giveAllBack },
  "drain-compliance": { before: services.states, do: services.drain, undo: services.giveAllBack },
  "back-up-source": { do: data.backUp },
  export: { do: data.exportRooms, undo: data.deleteExport },
  "stop-persistent-chat": { before: services.states, do: services.stopAll, undo: services.giveAllBack },
  "back-up-target": { do: data.backUp },
  "rehearse-import": { do: imports.rehearse },
  import: { do: imports.importRooms, undo: imports.takeImportBack },
  "copy-files": { do: files.copy, undo: files.removeCopies },
  "check-export": { do: checks.checkExport },
  "mark-messages": { do: messages.mark, undo: messages.countNew },
  "start-persistent-chat": { before: services.states, do: services.startAll, undo: services.giveAllBack },
  verify: { do: checks.verify },
};

try {
  const { values: options } = parseArgs({
    options: { world: { type: "string", default: DEFAULT_WORLD }, registry: { type: "string" } },
  });
  // Services outlive the command, and its working folder.
  const world = resolve(options.world);
  readWorld(world);
  const document = /** @type {Record<string, unknown>} */ (await json(process.stdin));
  const { step, action } = /** @type {{ step: keyof StepValues, action: keyof Actions }} */ (document);
  if (STEPS[step] === undefined) throw new Error(`there is no step '${step}'; correct its name`);
  // A step without a way back, or with nothing to find beforehand, has nothing to do.
  const answer = await STEPS[step][action]?.(
    /** @type {never} */ ({ image: null, result: null, ...document, ...options, world }),
  );
  process.stdout.write(JSON.stringify(answer ?? null));
} catch (error) {
  progress(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
