import { join } from "node:path";
import { printStackResolutions } from "../cli/after-up";
import { type RunDependencies, run } from "./run";
import { setUpEngine } from "./set-up-engine";
import { createVoice } from "./voice";

// The entry behind `npm run up`, `preview`, `refresh` and `destroy`: all that the runner needs of the process is read here.

const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

const onSignal: RunDependencies["onSignal"] = (listener) => {
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
};

const root = join(__dirname, "..", "..", "..");
const voice = createVoice(process.stderr, () => performance.now());

void run(process.argv.slice(2), {
  env: process.env,
  root,
  setUp: (signal) => setUpEngine({ env: process.env, voice, signal }),
  afterUp: (stack, env) => printStackResolutions(stack, env, root, process.stdout),
  say: (line) => process.stderr.write(`${line}\n`),
  onSignal,
  atTerminal: [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY),
}).then((code) => {
  // The vendor's installer cannot be told to stop, so an interrupted one is left behind with the process.
  process.exit(code);
});
