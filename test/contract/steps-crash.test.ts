import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { lockFile } from "../../provider/registry/file-lock";
import { resultOf } from "../support/result";
import { KEY, type Program, StepPlace } from "../support/step-place";
import { until } from "../support/until";

const WHEN = ["before", "while", "after"] as const;

describe("a step that is cut off", function () {
  this.timeout(120_000);

  let place: StepPlace;

  beforeEach(async () => {
    place = new StepPlace();
    const { code, stderr } = await place.run("before");
    assert.equal(code, 0, stderr);
  });
  afterEach(() => place.remove());

  const effectsOf = (direction: "do" | "undo") => place.effects().filter((effect) => effect === direction);

  /** Runs the direction until its command stands still, kills, and lets the rest end by itself. */
  async function cutOff(
    direction: "do" | "undo",
    when: (typeof WHEN)[number],
    victims: Program[],
    document?: string,
  ): Promise<void> {
    place.hold(when);
    const child = place.startBehindParent(direction, document);
    const result = resultOf(child);
    await place.untilHeld();
    place.kill(...victims);
    await result;
  }

  const VICTIMS: Program[][] = [
    ["relay"],
    ["guard"],
    ["parent"],
    ["parent", "relay"],
    ["parent", "relay", "guard", "inner"],
  ];
  for (const victims of VICTIMS)
    for (const when of WHEN)
      it(`by kill -9 of ${victims.join(", ")} ${when} its effect does nothing more, and has it once in the end`, async () => {
        for (const direction of ["do", "undo"] as const) {
          await cutOff(direction, when, victims);
          await place.untilNothingRuns();
          place.release();
          assert.deepEqual(effectsOf(direction), when === "after" ? [direction] : []);
          assert.equal(place.note()[direction]?.doneAt, undefined);
          const failure = place.note()[direction]?.failure;
          if (victims[0] === "guard") assert.match(failure ?? "", /cannot .* step 'export': .* was killed/);
          else assert.equal(failure, undefined);

          const { code, stderr } = await place.run(direction);
          assert.equal(code, 0, stderr);
          assert.deepEqual(effectsOf(direction), [direction]);
          const begun = place.runs().filter(({ action }) => action === direction);
          assert.deepEqual(
            begun.map((run) => run.begun),
            [false, true],
          );
          await place.untilNothingRuns();
        }
      });

  for (const when of WHEN)
    it(`by kill -9 of all but its command ${when} its effect is ended before the next run does anything`, async () => {
      await cutOff("do", when, ["parent", "relay", "guard"]);
      assert.equal(place.processes("inner").length, when === "while" ? 2 : 1);
      // The old command is not released: it would have its effect beside that of the new one.
      const next = place.start("do");
      const result = resultOf(next);
      const old = place.processes("inner");
      await until("the old command ends", () => old.every((pid) => !place.processes().includes(pid)));
      place.release();
      const { code, stderr } = await result;
      assert.equal(code, 0, stderr);
      assert.deepEqual(effectsOf("do"), ["do"]);
      await place.untilNothingRuns();
    });

  for (const stopped of [false, true])
    it(`by kill -9 of relay before its command begins never begins it, with a guard that ${stopped ? "was suspended" : "waits"}`, async () => {
      const path = join(place.notes.folderOf(KEY), "guard.lock");
      const release = await lockFile(path);
      assert.ok(release);
      const result = resultOf(place.start("do"));
      await until("the guard is started", () => place.processes("guard").length === 1);
      const [guard = 0] = place.processes("guard");
      // Time enough for one that does not wait to begin the command.
      for (let count = 0; count < 3; count += 1) await place.run("keep");
      if (stopped) process.kill(guard, "SIGSTOP");
      place.kill("relay");
      if (!stopped) await place.untilNothingRuns();
      release();
      if (stopped) process.kill(guard, "SIGCONT");
      await result;
      await place.untilNothingRuns();
      assert.deepEqual(
        place.runs().map(({ action }) => action),
        ["before"],
      );
    });

  it("by kill -9 at any moment has its effect once in the end", async () => {
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const child = place.start("do");
      const result = resultOf(child);
      await pause(attempt * 30);
      child.kill("SIGKILL");
      await result;
      await place.untilNothingRuns();
      assert.ok(effectsOf("do").length <= 1);
    }
    assert.equal((await place.run("do")).code, 0);
    assert.deepEqual(effectsOf("do"), ["do"]);
  });

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    it(`by ${signal} ends with all that it started`, async () => {
      place.hold("while");
      const child = place.start("do");
      const result = resultOf(child);
      await place.untilHeld();
      child.kill(signal);
      assert.equal((await result).code, 1);
      await place.untilNothingRuns();
      place.release();
      assert.deepEqual(effectsOf("do"), []);
      assert.deepEqual(Object.keys(place.note().do ?? {}), ["by", "begunAt", "values"]);
    });

  it("by a reader of its output that is gone ends with all that it started", async () => {
    place.hold("while");
    const child = place.start("do");
    await place.untilHeld();
    child.stdout?.destroy();
    await place.untilNothingRuns();
    place.release();
    assert.deepEqual(effectsOf("do"), []);
    assert.deepEqual(Object.keys(place.note().do ?? {}), ["by", "begunAt", "values"]);
  });
});
