import { existsSync, writeFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { Shutdown } from "../../provider/lifecycle/shutdown";
import type { TopologyRegistry } from "../../provider/registry/registry";

// A process that begins five writes at once and is held up in the first of them, as by a suspended machine, until a file
// appears. When its input has ended it prints how many writes began.

const [, , released = ""] = process.argv;
let begun = 0;

const registry = {
  create: async () => {
    begun += 1;
    if (begun > 1) return;
    writeFileSync(`${released}.held`, "");
    const clock = new Int32Array(new SharedArrayBuffer(4));
    while (!existsSync(released)) Atomics.wait(clock, 0, 0, 5);
  },
} as unknown as TopologyRegistry;

const shutdown = new Shutdown();
shutdown.watch(process.stdin, async () => {
  for (let turn = 0; turn < 20; turn++) await setImmediate();
  console.log(`${begun} begun`);
  process.exit();
});
const guarded = shutdown.guard(registry);
for (let i = 0; i < 5; i++)
  guarded.create("sip-domain", { domain: "contoso.com" }, { operator: "test" }).catch(() => undefined);
