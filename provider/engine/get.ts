import { setUpEngine } from "./set-up-engine";
import { createVoice } from "./voice";

// The entry behind `npm run engine`: finds or gets an engine, and prints the folder of its program for PATH.

const controller = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => controller.abort());

setUpEngine({
  env: process.env,
  voice: createVoice(process.stderr, () => performance.now()),
  signal: controller.signal,
}).then(
  ({ bin }) => {
    process.stdout.write(`${bin}\n`);
    process.exit(0);
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1); // the vendor's installer cannot be told to stop
  },
);
