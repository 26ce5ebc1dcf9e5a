import assert from "node:assert/strict";
import { existsSync, watch } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type RunDependencies, run } from "../../provider/engine/run";
import { createScratch, PROCESSES_MS, type Scratch, writeFakeEngine } from "./engine-fakes";

/** Keeps a note of each call, and knows one stack when there is a file of its name. */
const FAKE = `
case "$1 $2" in
  "stack --stack") [ -e "$3" ] && exit 0; echo "error: no stack named '$3' found" >&2; exit 255 ;;
  "stack init") : > "$3" ;;
esac
echo "$@" >> calls
[ -z "$FAKE_WAITS" ] || { trap 'exit 9' INT; : > waiting; while :; do /bin/sleep 0.05; done; }
exit \${FAKE_CODE:-0}
`;

describe("the runner behind the npm scripts", function () {
  this.timeout(PROCESSES_MS);

  let scratch: Scratch;
  let said: string[] = [];
  let after: string[] = [];
  let plugins: string[] = [];
  let listeners = new Set<(signal: NodeJS.Signals) => void>();
  let deps: RunDependencies;

  const calls = async () => (await readFile(join(scratch.folder, "calls"), "utf8")).trim().split("\n");
  const signal = (name: NodeJS.Signals) => {
    for (const listener of [...listeners]) listener(name);
  };

  beforeEach(async () => {
    scratch = await createScratch();
    [said, after, plugins, listeners] = [[], [], [], new Set()];
    const bin = join(scratch.folder, "bin");
    await writeFakeEngine(bin, "3.259.0", FAKE);
    deps = {
      env: scratch.env,
      root: scratch.folder,
      setUp: async () => ({ bin, version: "3.259.0", onPath: false }),
      setUpPlugin: async ({ engine }) => void plugins.push(engine.bin),
      afterUp: async (stack, env) => void after.push(`${stack} ${env.PULUMI_BACKEND_URL?.slice(0, 8)}`),
      say: (line) => said.push(line),
      onSignal: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      atTerminal: false,
    };
  });
  afterEach(() => scratch.remove());

  it("makes the stack once, without selecting it, and tells what is there after an up", async () => {
    for (const _ of [1, 2]) assert.equal(await run(["up", "--stack", "qa"], deps), 0);
    assert.deepEqual(await calls(), [
      "stack init qa --no-select --non-interactive",
      "up --stack qa --yes",
      "up --stack qa --yes",
    ]);
    assert.deepEqual(after, ["qa file:///", "qa file:///"]);
    assert.equal(listeners.size, 0);
  });

  it("answers with the engine's exit code", async () => {
    deps.env = { ...deps.env, FAKE_CODE: "7" };
    assert.equal(
      await run(["preview", "--expect-no-changes"], { ...deps, env: { ...deps.env, FAKE_CODE: "0" } }),
      0,
    );
    assert.equal(await run(["up"], deps), 7);
    assert.deepEqual(after, []);
  });

  it("gets the command plugin for a project that says so, in the folder that is named, and for what needs it", async () => {
    const other = join(scratch.folder, "other");
    await mkdir(other);
    await writeFile(join(scratch.folder, "Pulumi.yaml"), "name: a\n# commandPlugin: true\nmain: index.ts\n");
    await writeFile(join(other, "Pulumi.yaml"), "name: b\ncommandPlugin: true # its steps\n");
    assert.equal(await run(["up"], deps), 0);
    assert.deepEqual(plugins, []);
    for (const command of ["up", "cancel", "preview"])
      assert.equal(await run([command, "--cwd", "other"], deps), 0);
    assert.deepEqual(plugins, [join(scratch.folder, "bin"), join(scratch.folder, "bin")]);
    await writeFile(join(other, "Pulumi.yaml"), "name: b\ncommandPlugin: false\n");
    assert.equal(await run(["up", "--cwd", "other"], deps), 0);
    assert.equal(plugins.length, 2);
  });

  it("runs nothing without the plugin that a project wants", async () => {
    await writeFile(join(scratch.folder, "Pulumi.yaml"), "name: a\ncommandPlugin: true\n");
    deps.setUpPlugin = () => Promise.reject(new Error("cannot find or get the plugin"));
    assert.equal(await run(["up"], deps), 1);
    assert.deepEqual(said.at(-1), "cannot find or get the plugin");
    assert.deepEqual(await calls(), ["stack init dev --no-select --non-interactive"]);
  });

  it("makes no stack to destroy it, or to free it", async () => {
    assert.equal(await run(["destroy"], deps), 0);
    assert.equal(await run(["cancel"], deps), 0);
    assert.deepEqual(said, [
      "the stack 'dev' does not exist, so there is nothing to destroy",
      "the stack 'dev' does not exist, so there is nothing to cancel",
    ]);
    assert.ok(!existsSync(join(scratch.folder, "calls")));
  });

  it("gives an interrupt to the engine once and waits for it", async () => {
    deps.env = { ...deps.env, FAKE_WAITS: "1" };
    await writeFakeEngine(
      join(scratch.folder, "bin"),
      "3.259.0",
      FAKE.replace('"stack --stack") [', '"stack --stack") exit 0; ['),
    );
    const waiting = new Promise<void>((resolve) => {
      const watcher = watch(scratch.folder, (_, name) => {
        if (name !== "waiting") return;
        watcher.close();
        resolve();
      });
    });
    const running = run(["up"], deps);
    await waiting;
    signal("SIGINT");
    assert.equal(await running, 9);
  });

  it("ends with the code of the signal when the set-up is interrupted", async () => {
    deps.setUp = (aborted) =>
      new Promise((_, reject) => aborted.addEventListener("abort", () => reject(new Error("interrupted"))));
    const running = run(["up"], deps);
    signal("SIGTERM");
    assert.equal(await running, 143);
    assert.deepEqual(said, ["interrupted"]);
  });

  it("says in one line what was typed wrong", async () => {
    assert.equal(await run(["upp"], deps), 2);
    assert.deepEqual(said, ["cannot run 'upp': it is none of up, preview, refresh, destroy, cancel"]);
  });
});
