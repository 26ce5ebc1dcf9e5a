import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { registrySettingOfStack } from "../../provider/cli/stack-registry";
import { stacksOf, stateOf } from "../../provider/cli/stacks/told-by-engine";
import { EngineFailure, ProjectEngine } from "../../provider/engine/project-engine";
import { OLDEST_ENGINE } from "../../provider/engine/version";
import { createScratch, PROCESSES_MS, type Scratch, writeFakeEngine } from "./engine-fakes";

const CUT_OFF = "error: failed to load checkpoint: EOF";

describe("the engine of a project", function () {
  this.timeout(PROCESSES_MS);
  let scratch: Scratch;
  let asked: string;

  beforeEach(async () => {
    scratch = await createScratch();
    asked = join(scratch.folder, "asked");
    writeFileSync(join(scratch.folder, "Pulumi.yaml"), "name: chat\nruntime: nodejs\n");
  });
  afterEach(() => scratch.remove());

  /** One that fails with `error` as often, and then answers. */
  async function failing(times: number, error: string): Promise<ProjectEngine> {
    const bin = join(scratch.folder, "bin");
    const script = `if [ "$1" = version ]; then echo v${OLDEST_ENGINE}; exit 0; fi
printf x >> '${asked}'; read -r all < '${asked}'
if [ "\${#all}" -le ${times} ]; then echo '${error}' >&2; exit 255; fi
echo told`;
    await writeFakeEngine(bin, OLDEST_ENGINE, script);
    return ProjectEngine.find(scratch.folder, { ...scratch.env, PATH: bin });
  }
  const count = () => readFileSync(asked, "utf8").length;
  const READING = { isReading: true } as const;

  it("is asked again where a run is just writing the state that it reads", async () => {
    for (const error of [CUT_OFF, "error: EOF"]) {
      writeFileSync(asked, "");
      assert.equal(await (await failing(2, error)).tell(["stack", "export"], READING), "told\n");
      assert.equal(count(), 3);
    }
  });

  it("is asked so for the stacks, the state and the settings of one", async () => {
    for (const ask of [
      stacksOf,
      (engine: ProjectEngine) => stateOf(engine, "test"),
      (engine: ProjectEngine) => registrySettingOfStack("test", engine),
    ]) {
      writeFileSync(asked, "");
      await assert.rejects(ask(await failing(1, CUT_OFF)), /^(?!.*half written)/s);
      assert.equal(count(), 2);
    }
  });

  it("is asked so for some time only, and then tells what to do with a run at work and without", async () => {
    const engine = await failing(1_000, CUT_OFF);
    await assert.rejects(engine.tell(["stack", "ls"], READING), (error) => {
      assert.ok(error instanceof EngineFailure);
      assert.match(error.message, /wait for the run that is at work, and if none is, .* delete that file/);
      return true;
    });
    assert.ok(count() > 2 && count() < 20, `${count()} times`);
  });

  it("is asked once for what writes, and where it has another reason", async () => {
    await assert.rejects((await failing(1, CUT_OFF)).tell(["cancel", "--yes"]), EngineFailure);
    assert.equal(count(), 1);
    writeFileSync(asked, "");
    await assert.rejects((await failing(1, "error: no stack named 'x'")).tell(["stack", "export"], READING));
    assert.equal(count(), 1);
  });
});
