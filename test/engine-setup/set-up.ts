import { run } from "../../provider/engine/run";
import { setUpEngine } from "../../provider/engine/set-up-engine";

// A set-up in a process of its own, to be watched and killed: `node set-up.js FOLDER` sets the engine up and runs `up` for the
// project in the folder. Every progress is a line, and the vendor's download is left out, so that only Go remains.

const line = (text: string) => void process.stderr.write(`${text}\n`);

void run(["up"], {
  env: process.env,
  root: process.argv[2] ?? "",
  setUp: (signal) =>
    setUpEngine({
      env: process.env,
      voice: { say: line, progress: line },
      signal,
      install: () => Promise.reject(new Error("left out by the test")),
    }),
  setUpPlugin: () => Promise.reject(new Error("no project here wants it")),
  afterUp: async (stack, env) => line(`after up of '${stack}' with ${env.PULUMI_BACKEND_URL}`),
  say: line,
  onSignal: (listener) => {
    process.on("SIGINT", listener);
    return () => process.off("SIGINT", listener);
  },
  atTerminal: false,
}).then((code) => process.exit(code));
