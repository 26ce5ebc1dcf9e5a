import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../../provider/cutover/notes";
import type { CommandStepName } from "../../provider/cutover/runbook";
import { COMMAND_STEPS, makeEndpoint, Sequence } from "../support/stand-in-steps";
import { StandInWorld, type StepOrder } from "../support/stand-in-world";

const WHOLE = { import: "restore", files: "remove" } as const;
const SPARING = { import: "leave", files: "leave" } as const;

describe("the stand-in world", function () {
  this.timeout(120_000);
  let world: StandInWorld;
  const make = () => {
    world = StandInWorld.create();
    return world;
  };
  afterEach(() => world.dispose());

  describe("all steps in their order", () => {
    it("go forward, and back to a world that is the same as before", async () => {
      const sequence = new Sequence(make(), WHOLE);
      await makeEndpoint(world);
      const before = world.describe();
      for (const step of COMMAND_STEPS) {
        const answer = await sequence.do(step);
        const effects = world.effects().length;
        const again = await sequence.again(step, true);
        // How much of a disk is free changes by itself.
        if (step !== "preflight") assert.deepEqual(again, answer, `${step} again`);
        assert.equal(world.effects().length, effects, `${step} again: ${world.effects().slice(effects)}`);
      }
      const { sha256: _, ...imported } = sequence.results.get("import") as { sha256: string };
      assert.deepEqual(Object.keys(imported), ["finishedAt"]);
      assert.deepEqual(sequence.results.get("copy-files"), { files: 25, bytes: 6780 });
      assert.deepEqual(sequence.results.get("verify"), { rooms: 40, lookups: 1 });

      const after = world.describe();
      assert.equal(after.databases.mgc, before.databases.GroupChat);
      assert.equal(after.databases.GroupChat, before.databases.GroupChat);
      for (const [name, state] of Object.entries(after.services))
        assert.equal(
          state,
          name.endsWith("/PersistentChat") ? "Automatic, Running" : "Disabled, Stopped",
          name,
        );

      for (const step of COMMAND_STEPS.toReversed()) {
        await sequence.undo(step);
        const effects = world.effects().length;
        await sequence.undo(step);
        assert.equal(world.effects().length, effects, `undo ${step} again`);
      }
      assert.deepEqual(world.describe(), before);
    });

    it("go forward again after a way back that left data and files", async () => {
      const first = new Sequence(make(), SPARING);
      await first.until("check-export");
      for (const step of COMMAND_STEPS.slice(0, COMMAND_STEPS.indexOf("check-export")).reverse())
        await first.undo(step);
      assert.equal(world.describe().databases.mgc, world.describe().databases.GroupChat);
      const second = new Sequence(world, SPARING, 2);
      await second.until("check-export");
      assert.equal(world.effects().filter((line) => line.startsWith("copy ")).length, 25);
      assert.ok(existsSync(join(world.folder, "backups", "mgc.bak.1")), "the first backup is kept");
    });
  });

  describe("a step that is killed", () => {
    /** After how many lines of progress each is killed; the others are done in an instant. */
    const killedAfter: Partial<Record<CommandStepName, number>> = {
      "stop-legacy": 3,
      "drain-compliance": 1,
      "back-up-source": 1,
      export: 10,
      "stop-persistent-chat": 1,
      "back-up-target": 2,
      import: 12,
      "copy-files": 7,
      "start-persistent-chat": 1,
    };

    it("comes to the same end when it is done again, and is taken back as if it had not been killed", async () => {
      make();
      let results = new Map<CommandStepName, Json>();
      for (const step of COMMAND_STEPS.slice(0, -1)) {
        const lines = killedAfter[step];
        const sequence = new Sequence(world, WHOLE, 1, new Map(results));
        const before = world.describe();
        const from = world.effects().length;
        await sequence.before(step);
        if (lines !== undefined) await killed(sequence.order(step, "do"), lines);
        const cut = world.effects().length;
        await sequence.again(step, true);
        const effects = world.effects();
        assert.deepEqual(effects.slice(from), [...new Set(effects.slice(from))], step);
        if (step === "import") assert.deepEqual(effects.slice(cut), ["restore mgc", "import into mgc"]);
        const after = world.describe();

        if (lines !== undefined) await killed(sequence.order(step, "undo"), 1);
        await sequence.undo(step);
        assert.deepEqual(world.describe(), before, step);
        const second = new Sequence(world, WHOLE, 2, results);
        await second.do(step);
        assert.deepEqual(world.describe(), after, step);
        results = second.results;
      }
    });

    it("is taken back: an import that was cut off is not left, also where a whole one is", async () => {
      const sequence = new Sequence(make(), SPARING);
      await sequence.until("import");
      const before = world.describe();
      await sequence.before("import");
      await killed(sequence.order("import", "do"), 5);
      assert.notDeepEqual(world.describe(), before);
      await sequence.undo("import");
      assert.deepEqual(world.describe(), before);
    });

    /** Starts a step, kills it when it has told so many lines, or lets it end where it tells fewer. */
    async function killed(order: StepOrder, lines: number): Promise<void> {
      world.pace(40);
      const { child, result } = world.start(order);
      let told = 0;
      child.stderr?.on("data", (text: string) => {
        told += text.split("\n").length - 1;
        if (told >= lines) child.kill("SIGKILL");
      });
      const { signal, output } = await result;
      world.pace(0);
      if (order.action === "do") assert.equal(signal, "SIGKILL", output);
    }
  });
});
