import { join } from "node:path";
import { printStackResolutions } from "../cli/after-up";
import { callersFolder, projectFolderOf } from "../registry/project-folder";
import { run } from "./run";
import { setUpEngine } from "./set-up-engine";
import { setUpPlugin } from "./set-up-plugin";
import { atTerminal, onSignal } from "./signals";
import { createVoice } from "./voice";

// The entry behind `npm run up`, `preview`, `refresh` and `destroy`: all that the runner needs of the process is read here.

const clone = join(__dirname, "..", "..", "..");
const root = projectFolderOf(callersFolder(clone, process.env));
const voice = createVoice(process.stderr, () => performance.now());

void run(process.argv.slice(2), {
  env: process.env,
  root,
  setUp: (signal) => setUpEngine({ env: process.env, voice, signal }),
  setUpPlugin: (user) => setUpPlugin({ ...user, voice }),
  afterUp: (stack, env, folder) => printStackResolutions(stack, env, folder, process.stdout),
  say: (line) => process.stderr.write(`${line}\n`),
  onSignal,
  atTerminal: atTerminal(),
}).then((code) => {
  // The vendor's installer cannot be told to stop, so an interrupted one is left behind with the process.
  process.exit(code);
});
