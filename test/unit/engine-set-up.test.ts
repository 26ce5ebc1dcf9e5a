import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NoEngine } from "../../provider/engine/engine";
import { engineFolder, findEngine } from "../../provider/engine/find-engine";
import { EngineUnavailable, type SetUp, setUpEngine } from "../../provider/engine/set-up-engine";
import { createScratch, PROCESSES_MS, type Scratch, writeFakeEngine } from "./engine-fakes";

describe("setting up an engine", function () {
  this.timeout(PROCESSES_MS);

  let scratch: Scratch;
  let said: string[] = [];

  const options = (changes: Partial<SetUp> = {}): SetUp => ({
    env: scratch.env,
    voice: { say: (line) => said.push(line), progress: () => undefined },
    signal: new AbortController().signal,
    install: () => Promise.reject(new Error("cannot be reached")),
    build: () => Promise.reject(new NoEngine("no 'go' is on PATH")),
    ...changes,
  });
  const fill = (root: string) => writeFakeEngine(join(root, "bin"), "3.259.0");
  const cached = async () => (await readdir(scratch.cache)).sort();

  beforeEach(async () => {
    scratch = await createScratch();
    said = [];
  });
  afterEach(() => scratch.remove());

  it("tells what each of the four ways answered when all fail", async () => {
    await assert.rejects(setUpEngine(options()), (error: Error) => {
      assert.ok(error instanceof EngineUnavailable);
      const [first, ...ways] = error.message.split("\n");
      assert.match(
        first ?? "",
        /^cannot find or get a Pulumi engine, because all four ways failed; .* install Pulumi/,
      );
      assert.deepEqual(ways, [
        "  1. 'pulumi' on PATH: no 'pulumi' is there",
        `  2. an engine that was set up earlier: none is in '${scratch.cache}'`,
        "  3. download from the vendor: cannot be reached",
        "  4. build with Go: no 'go' is on PATH",
      ]);
      return true;
    });
    assert.equal(said.length, 4);
    assert.deepEqual(await cached(), ["lock"]);
  });

  it("downloads once, and finds that the next time", async () => {
    const engine = await setUpEngine(options({ install: fill }));
    assert.deepEqual(engine, {
      bin: join(scratch.cache, engineFolder("3.259.0"), "bin"),
      version: "3.259.0",
      onPath: false,
    });
    assert.deepEqual(await setUpEngine(options()), engine);
    assert.deepEqual(await findEngine(scratch.env), engine);
    assert.deepEqual(await cached(), [engineFolder("3.259.0"), "lock"]);
  });

  it("builds when the download fails or brings something that does not work", async () => {
    const install = (root: string) => writeFakeEngine(join(root, "bin"), "3.200.0");
    await setUpEngine(options({ install, build: fill }));
    assert.match(said.at(-2) ?? "", /^download from the vendor: .* is version 3\.200\.0/);
    assert.match(said.at(-1) ?? "", /^build with Go: Pulumi 3\.259\.0 in /);
  });

  it("gives the reason of the SDK's installer in one line", async () => {
    const report = "code: -2\n stdout: \n stderr: Command failed with ENOENT: /bin/sh\n at x\n err?: Error\n";
    await assert.rejects(setUpEngine(options({ install: () => Promise.reject(new Error(report)) })));
    assert.equal(said[2], "download from the vendor: Command failed with ENOENT: /bin/sh");
  });

  it("replaces an engine that no longer works", async () => {
    const place = join(scratch.cache, engineFolder("3.259.0"));
    await mkdir(join(place, "bin"), { recursive: true });
    await writeFile(join(place, "bin", "pulumi"), "");
    await setUpEngine(options({ install: fill }));
    assert.notEqual(await readFile(join(place, "bin", "pulumi"), "utf8"), "");
    assert.deepEqual(await cached(), [engineFolder("3.259.0"), "lock"]);
  });

  it("clears away what an earlier set-up left when it was killed", async () => {
    await writeFakeEngine(join(scratch.cache, "part-Ab12Cd", "bin"), "3.259.0");
    await assert.rejects(setUpEngine(options()));
    assert.deepEqual(await cached(), ["lock"]);
  });

  it("ends when it is interrupted, tries nothing more and leaves nothing", async () => {
    const controller = new AbortController();
    const install = async (root: string) => {
      await fill(root);
      controller.abort();
      await new Promise(() => undefined);
    };
    await assert.rejects(
      setUpEngine(options({ install, signal: controller.signal })),
      /interrupted; nothing of it is left/,
    );
    assert.deepEqual(await cached(), ["lock"]);
  });

  it("lets two at once get one engine", async () => {
    let installs = 0;
    const install = async (root: string) => {
      installs += 1;
      await fill(root);
    };
    const engines = await Promise.all([setUpEngine(options({ install })), setUpEngine(options({ install }))]);
    assert.equal(installs, 1);
    assert.deepEqual(engines[0], engines[1]);
  });

  it("says why when the cache cannot be written", async () => {
    await rm(scratch.cache, { recursive: true, force: true });
    await writeFile(join(scratch.folder, "cache"), "a file where a folder should be");
    await assert.rejects(
      setUpEngine(options()),
      /3\. download from the vendor: cannot lock .*: (EEXIST|ENOTDIR)/,
    );
  });
});
