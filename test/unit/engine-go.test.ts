import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { buildEngine } from "../../provider/engine/build-engine";
import { findInCache } from "../../provider/engine/find-engine";
import { addToCache } from "../../provider/engine/parts";
import { createScratch, PROCESSES_MS, type Scratch, writeProgram } from "./engine-fakes";

const NEWEST_HOST = "github.com/pulumi/pulumi/sdk/nodejs/cmd/pulumi-language-nodejs/v3";

/** Answers as Go does: its own version when told to be local, else that of the toolchain it was asked to get. */
const FAKE_GO = `
refuse() { echo "$1" >&2; exit 1; }
for last; do :; done
case "$1" in
  env)
    [ "$2" = GOTOOLCHAIN ] && { echo "$FAKE_SETTING"; exit 0; }
    [ "$GOTOOLCHAIN" = local ] && { echo "go$FAKE_VERSION"; exit 0; }
    [ -n "$FAKE_TOOLCHAINS" ] || refuse "go: download $GOTOOLCHAIN: cannot be reached"
    echo "$GOTOOLCHAIN" ;;
  list)
    [ "$last" = "$FAKE_MISSING" ] && refuse "$last@v1.0.0: reading it: 403 Forbidden"
    echo "go: downloading example.org/a v1.0.0" >&2
    printf 'a\\nb\\n' ;;
  build)
    echo "$GOOS $CGO_ENABLED $GOTOOLCHAIN $GOPROXY $last" >> "$FAKE_CALLS"
    while [ "$1" != -o ]; do shift; done
    printf '#!/bin/sh\\necho v3.259.0\\n' > "$2"
    /bin/chmod +x "$2" ;;
esac
`;

describe("building an engine with Go", function () {
  this.timeout(PROCESSES_MS);

  let scratch: Scratch;
  let said: string[] = [];
  let env: NodeJS.ProcessEnv = {};

  beforeEach(async () => {
    scratch = await createScratch();
    said = [];
    const bin = join(scratch.folder, "go", "bin");
    await mkdir(bin, { recursive: true });
    await writeProgram(join(bin, "go"), FAKE_GO);
    const calls = join(scratch.folder, "calls");
    env = {
      ...scratch.env,
      PATH: bin,
      GOPROXY: "direct",
      FAKE_CALLS: calls,
      FAKE_VERSION: "1.99.1",
      FAKE_SETTING: "auto",
    };
  });
  afterEach(() => scratch.remove());

  const build = (changes: NodeJS.ProcessEnv = {}) => {
    const made = { ...env, ...changes };
    const voice = { say: (line: string) => void said.push(line), progress: () => undefined };
    const signal = new AbortController().signal;
    return addToCache(scratch.cache, made, (folder) => buildEngine(folder, made, voice, signal));
  };
  const built = async () => (await readFile(join(scratch.folder, "calls"), "utf8")).trim().split("\n");

  it("builds the language host and the engine, with the module proxy of the user and nothing of C", async () => {
    const engine = await build({ GOOS: "plan9", CGO_ENABLED: "1" });
    assert.deepEqual(await findInCache(env), engine);
    const system = process.platform === "win32" ? "windows" : process.platform;
    assert.deepEqual(await built(), [
      `${system} 0 local direct ${NEWEST_HOST}`,
      `${system} 0 local direct github.com/pulumi/pulumi/pkg/v3/cmd/pulumi`,
    ]);
    assert.deepEqual(said, ["building Pulumi 3.259.0 with Go 1.99.1; this takes some minutes, once"]);
  });

  it("takes an older language host where the newest cannot be had, and says so", async () => {
    await build({ FAKE_MISSING: NEWEST_HOST });
    assert.match((await built())[0] ?? "", /sdk\/v3\/nodejs\/cmd\/pulumi-language-nodejs$/);
    assert.equal(
      said[1],
      "the Node language host 3.259.0 cannot be had (reading it: 403 Forbidden); taking the Node language host 3.68.0, which works too",
    );
  });

  it("says why nothing can be built", async () => {
    await assert.rejects(build({ PATH: "" }), /^NoEngine: no 'go' is on PATH$/);
    const missing = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
    await assert.rejects(build({ FAKE_MISSING: missing }), /^NoEngine: reading it: 403 Forbidden$/);
  });

  it("lets an old Go get a newer one, and says so", async () => {
    await build({ FAKE_VERSION: "1.22.0", FAKE_TOOLCHAINS: "1" });
    assert.match(
      said[0] ?? "",
      /is version 1\.22\.0, and 1\.25\.11 or newer is needed; asking it to get that from the module proxy$/,
    );
    assert.match((await built())[0] ?? "", / go1\.25\.11 /);
  });

  it("says when an old Go cannot or may not get a newer one", async () => {
    const old = { FAKE_VERSION: "1.25.3" };
    await assert.rejects(
      build(old),
      /1\.25\.11 or newer is needed, and it cannot get that: .* cannot be reached$/,
    );
    await assert.rejects(
      build({ ...old, FAKE_SETTING: "local", FAKE_TOOLCHAINS: "1" }),
      /or newer is needed$/,
    );
    await assert.rejects(
      build({ FAKE_VERSION: "1.20", FAKE_TOOLCHAINS: "1" }),
      /1\.20\.0, and 1\.25\.11 or newer is needed$/,
    );
  });
});
