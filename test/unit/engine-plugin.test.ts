import assert from "node:assert/strict";
import { watch } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type PluginSetUp, PluginUnavailable, setUpPlugin } from "../../provider/engine/set-up-plugin";
import { createScratch, PROCESSES_MS, type Scratch, writeFakeEngine, writeProgram } from "./engine-fakes";

const PLUGIN = "pulumi-resource-command";

/** Installs as the engine does, from a file or, where there is a vendor, from there. A plugin prints its version. */
const FAKE = `
plugins="$HOME/.pulumi/plugins"
put() {
  /bin/mkdir -p "$plugins/resource-command-v$4"
  /bin/cp "$1" "$plugins/resource-command-v$4/${PLUGIN}"
  /bin/rm -f "$plugins/resource-command-v$4.partial"
}
echo "$@" >> "$HOME/calls"
case "$1 $2" in
  "package get-schema") printf '{"name": "command", "version": "%s"}' "$("$3")" ;;
  "plugin install")
    [ "$6" = --file ] && { put "$7" - - "$5"; exit; }
    [ -z "$FAKE_WAITS" ] || { trap 'exit 9' INT; : > "$HOME/waiting"; while :; do /bin/sleep 0.05; done; }
    [ -n "$FAKE_VENDOR" ] && { put "$FAKE_VENDOR" - - "$5"; exit; }
    echo "warning: Error downloading plugin: no such host" >&2
    echo "error: [resource plugin command-1.2.1] failed all 5 attempts" >&2
    exit 1 ;;
esac
`;

describe("setting up the command plugin", function () {
  this.timeout(PROCESSES_MS);

  let scratch: Scratch;
  let said: string[] = [];
  let bin = "";

  const options = (changes: Partial<PluginSetUp> = {}): PluginSetUp => ({
    engine: { bin, version: "3.259.0", onPath: false },
    env: scratch.env,
    voice: { say: (line) => said.push(line), progress: () => undefined },
    signal: new AbortController().signal,
    ...changes,
  });
  const writePlugin = async (folder: string, version = "1.2.1") => {
    await mkdir(folder, { recursive: true });
    await writeProgram(join(folder, PLUGIN), `echo ${version}`);
  };
  const installed = () => join(scratch.folder, ".pulumi", "plugins", "resource-command-v1.2.1");
  const installs = async () => {
    const calls = await readFile(join(scratch.folder, "calls"), "utf8").catch(() => "");
    return calls.split("\n").filter((line) => line.startsWith("plugin install"));
  };

  beforeEach(async () => {
    scratch = await createScratch();
    said = [];
    bin = join(scratch.folder, "engine", "bin");
    await writeFakeEngine(bin, "3.259.0", FAKE);
  });
  afterEach(() => scratch.remove());

  it("tells what each of the three ways answered when all fail", async () => {
    await assert.rejects(setUpPlugin(options()), (error: Error) => {
      assert.ok(error instanceof PluginUnavailable);
      const [first, ...ways] = error.message.split("\n");
      assert.equal(
        first,
        "cannot find or get the plugin of @pulumi/command, because all three ways failed; make one of them possible, " +
          "or run 'pulumi plugin install resource command 1.2.1 --file <plugin>'",
      );
      const beside = join(scratch.folder, "engine", "plugins");
      assert.deepEqual(ways, [
        `  1. command plugin of the engine: none is in '${installed()}'`,
        `  2. command plugin beside the engine: none is in '${beside}'`,
        "  3. download of the command plugin from the vendor: no such host",
      ]);
      return true;
    });
    assert.equal(said.length, 3);
  });

  it("gets nothing where the engine has it, wherever its home is", async () => {
    await writePlugin(installed());
    await setUpPlugin(options());
    assert.deepEqual(said, [`command plugin of the engine: 1.2.1 in '${installed()}'`]);
    const home = join(scratch.folder, "home");
    const env = { ...scratch.env, PULUMI_HOME: home };
    await assert.rejects(setUpPlugin(options({ env })), PluginUnavailable);
    await writePlugin(join(home, "plugins", "resource-command-v1.2.1"));
    said = [];
    await setUpPlugin(options({ env }));
    assert.equal(said.length, 1);
  });

  it("installs what lies beside the engine, also over what was cut off", async () => {
    await writePlugin(join(scratch.folder, "engine", "plugins"));
    await writePlugin(installed(), "half of it");
    await writeFile(`${installed()}.partial`, "");
    await setUpPlugin(options());
    assert.match(said[0] ?? "", /^command plugin of the engine: an installation in .* was cut off$/);
    assert.equal(said[1], `command plugin beside the engine: 1.2.1 in '${installed()}'`);
    assert.match(await readFile(join(installed(), PLUGIN), "utf8"), /echo 1\.2\.1/);
    assert.equal((await installs()).length, 1);
  });

  it("passes over another version beside the engine, and downloads", async () => {
    const beside = join(scratch.folder, "engine", "plugins");
    await writePlugin(beside, "1.1.0");
    const vendor = join(scratch.folder, "vendor");
    await writePlugin(vendor);
    await setUpPlugin(options({ env: { ...scratch.env, FAKE_VENDOR: join(vendor, PLUGIN) } }));
    assert.equal(
      said[1],
      `command plugin beside the engine: '${join(beside, PLUGIN)}' is not the plugin of version 1.2.1: it is version 1.1.0`,
    );
    assert.equal(said[2], `download of the command plugin from the vendor: 1.2.1 in '${installed()}'`);
    assert.deepEqual(await installs(), [
      "plugin install resource command 1.2.1 --exact --reinstall --non-interactive",
    ]);
  });

  it("ends a download that is interrupted, and tries nothing more", async () => {
    const controller = new AbortController();
    const watcher = watch(scratch.folder, (_, name) => {
      if (name === "waiting") controller.abort();
    });
    const env = { ...scratch.env, FAKE_WAITS: "1" };
    const setting = setUpPlugin(options({ env, signal: controller.signal }));
    await assert.rejects(
      setting,
      /^Error: cannot set up the command plugin: interrupted; nothing of it is left/,
    );
    watcher.close();
    assert.equal(said.length, 2);
  });
});
