import assert from "node:assert/strict";
import { chmod, mkdir, rm, symlink } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { engineFolder, findEngine, findInCache, findOnPath } from "../../provider/engine/find-engine";
import { createScratch, PROCESSES_MS, type Scratch, writeFakeEngine, writeProgram } from "./engine-fakes";

describe("finding an engine", function () {
  this.timeout(PROCESSES_MS);

  let scratch: Scratch;
  let bin = "";
  const cached = (version: string) => join(scratch.cache, engineFolder(version), "bin");
  const onPath = (...folders: string[]) => ({ ...scratch.env, PATH: folders.join(delimiter) });

  beforeEach(async () => {
    scratch = await createScratch();
    bin = join(scratch.folder, "bin");
  });
  afterEach(() => scratch.remove());

  it("answers undefined where there is none", async () => {
    assert.equal(await findEngine(scratch.env), undefined);
  });

  it("takes the one on PATH", async () => {
    await writeFakeEngine(bin, "3.300.1");
    assert.deepEqual(await findEngine(onPath("relative", "/nowhere", bin)), {
      bin,
      version: "3.300.1",
      onPath: true,
    });
  });

  it("goes on to the cache when the one on PATH is too old", async () => {
    await writeFakeEngine(bin, "3.254.0");
    await writeFakeEngine(cached("3.259.0"), "3.259.0");
    await assert.rejects(
      findOnPath(onPath(bin)),
      /is version 3\.254\.0, and 3\.255\.0 or newer of version 3 is needed$/,
    );
    assert.deepEqual(await findEngine(onPath(bin)), {
      bin: cached("3.259.0"),
      version: "3.259.0",
      onPath: false,
    });
  });

  it("finds the companions of a linked engine beside the file itself", async () => {
    const links = join(scratch.folder, "links");
    await writeFakeEngine(bin, "3.259.0");
    await mkdir(links);
    await symlink(join(bin, "pulumi"), join(links, "pulumi"));
    assert.equal((await findOnPath(onPath(links))).bin, links);
  });

  it("finds the companions of an engine on PATH elsewhere on PATH", async () => {
    const host = join(scratch.folder, "host");
    await writeFakeEngine(bin, "3.259.0");
    await mkdir(host);
    await rm(join(bin, "pulumi-language-nodejs"));
    await assert.rejects(
      findOnPath(onPath(bin, host)),
      /has no 'pulumi-language-nodejs' beside it or on PATH$/,
    );
    await writeProgram(join(host, "pulumi-language-nodejs"), "exit 0");
    assert.equal((await findOnPath(onPath(bin, host))).bin, bin);
  });

  it("refuses what does not answer with a version", async () => {
    await writeFakeEngine(bin, "", "echo hello");
    await assert.rejects(findOnPath(onPath(bin)), /does not answer with a version: 'hello'$/);
    await writeFakeEngine(bin, "", "echo broken >&2; exit 3");
    await assert.rejects(findOnPath(onPath(bin)), /does not answer with a version: broken$/);
  });

  it("takes the newest of the cache that works", async () => {
    for (const version of ["3.255.0", "3.1000.0", "3.259.0"]) await writeFakeEngine(cached(version), version);
    await chmod(join(cached("3.1000.0"), "pulumi"), 0o644);
    assert.equal((await findInCache(scratch.env)).version, "3.259.0");
  });

  it("takes no part folder and no engine of another kind of machine", async () => {
    await writeFakeEngine(join(scratch.cache, "part-Ab12Cd", "bin"), "3.259.0");
    await writeFakeEngine(join(scratch.cache, "3.259.0-plan9-mips", "bin"), "3.259.0");
    await assert.rejects(findInCache(scratch.env), /^NoEngine: none is in /);
  });
});
