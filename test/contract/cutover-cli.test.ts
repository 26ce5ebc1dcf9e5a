import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cutoverJournal } from "../../provider/cli/cutover/journal";
import { cutoverStatus } from "../../provider/cli/cutover/status";
import { before, type Performer, perform, undo } from "../../provider/cutover/perform";
import type { PlanDescription } from "../../provider/cutover/plan-description";
import type { CutoverStatus } from "../../provider/cutover/status";
import type { JournalLine } from "../../provider/cutover/whole-journal";
import { altered } from "../support/altered-registry";
import { OBSERVING } from "../support/observing-registry";
import { resultOf } from "../support/result";
import { until } from "../support/until";
import { CUTOVER, ENDPOINT, holderOf, RELEASE, useCutoverWorld } from "./cutover-world";
import { ADDRESS, BY_HAND, POOL } from "./furniture";

const TOOL = join(__dirname, "..", "..", "provider", "cli", "index.js");

describe("a cutover at the command line", function () {
  this.timeout(60_000);
  const world = useCutoverWorld();
  const running: ChildProcess[] = [];

  afterEach(async () => {
    for (const child of running.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "close");
    }
  });

  const status = () => world.json<CutoverStatus>("cutover", "status", CUTOVER);
  const stepIn = ({ steps }: CutoverStatus, name: string) => steps?.find((step) => step.name === name);

  function tool(args: readonly string[], input?: string): ChildProcess {
    const child = spawn(process.execPath, [TOOL, ...args], { stdio: ["pipe", "pipe", "pipe"] });
    running.push(child);
    child.stdin?.end(input);
    return child;
  }

  async function performer(): Promise<Performer> {
    const holder = await holderOf(world);
    return { notes: world.notes, holder, clock: world.clock, by: "bert@admin02" };
  }

  async function done(step: string, attempt = 1): Promise<void> {
    const by = await performer();
    await before(by, { step, attempt }, async () => null);
    await perform(by, { step, attempt }, async () => null);
  }

  /** Looks before a step whose command says a line and waits; gives its document, and the file that lets it end. */
  async function waiting(step: string, long = false): Promise<{ go: string; input: string }> {
    const go = join(world.place.folder, "go");
    const command = `
      process.stderr.write("room 17 of 80\\n");
      setInterval(() => require("node:fs").existsSync(${JSON.stringify(go)}) && process.exit(0), 10);`;
    const input = JSON.stringify({
      ...(await holderOf(world)),
      folder: world.folder,
      step,
      attempt: 1,
      long,
      command: { do: [process.execPath, "-e", command] },
      values: {},
    });
    assert.equal((await resultOf(tool(["cutover", "step", "before"], input))).code, 0);
    return { go, input };
  }

  const saidByIt = () => world.notes.journal().some(({ text }) => text === "room 17 of 80");

  describe("status", () => {
    it("follows an address from the user over nobody to the pool, and back", async () => {
      await world.change({ stage: "handover", begun: "handover", attempts: { migrate: 1, handover: 1 } });
      const held = async () => {
        const [view] = (await status()).addresses;
        return [view?.holders[0]?.kind, view?.nobodySince !== undefined];
      };
      const snapshot = await world.registry.snapshotUser(ADDRESS);
      assert.ok(snapshot);
      assert.deepEqual(await held(), ["sip-user", false]);
      await done("stop-legacy");
      const parkedAddress = "sip:released-ocschat@contoso.com";
      await world.registry.releaseUser(snapshot, { way: "rename", parkedAddress }, BY_HAND);
      await done(RELEASE);
      assert.deepEqual(await held(), [undefined, true]);
      const { stdout } = await world.tool("cutover", "status", CUTOVER);
      assert.match(stdout, /^sip:ocschat@contoso.com {2}nobody for 00:\d\d$/m);
      const made = await world.registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, BY_HAND);
      await done(ENDPOINT);
      assert.deepEqual(await held(), ["endpoint", false]);
      await world.registry.remove("endpoint", ADDRESS, made, BY_HAND);
      await undo(await performer(), { step: ENDPOINT, attempt: 1 }, async () => null);
      assert.deepEqual(await held(), [undefined, true]);
      assert.equal(stepIn(await status(), ENDPOINT)?.state, "taken back");
      await world.registry.restoreUser(snapshot, BY_HAND);
      assert.deepEqual(await held(), ["sip-user", false]);
    });

    it("tells a step that runs from one that was killed, without a part in it", async () => {
      await world.change({ stage: "migrate", begun: "migrate", attempts: { migrate: 1, handover: 0 } });
      const { go, input } = await waiting("stop-legacy");
      assert.equal(stepIn(await status(), "stop-legacy")?.state, "open");
      const step = tool(["cutover", "step", "do"], input);
      await until("the step says something", saidByIt);
      const runs = await status();
      const { state, said: line } = stepIn(runs, "stop-legacy") ?? {};
      assert.deepEqual([state, line], ["running", "room 17 of 80"]);
      assert.equal(runs.next, undefined);
      step.kill("SIGKILL");
      await once(step, "close");
      assert.equal(stepIn(await status(), "stop-legacy")?.state, "left");
      writeFileSync(go, "");
      assert.equal((await resultOf(tool(["cutover", "step", "do"], input))).code, 0);
      assert.equal(stepIn(await status(), "stop-legacy")?.state, "done");
      assert.ok((await status()).back?.steps === 1);
    });

    it("tells a job that runs on after kill -9 of whoever waited for it", async () => {
      await world.change({
        stage: "migrate",
        begun: "migrate",
        attempts: { migrate: 1, handover: 0 },
        plan: ["export"],
      });
      const { go, input } = await waiting("export", true);
      const step = tool(["cutover", "step", "do"], input);
      await until("the job says something", saidByIt);
      const shown = async () => {
        const { state, byItself, said: line } = stepIn(await status(), "export") ?? {};
        return [state, byItself, line];
      };
      try {
        assert.deepEqual(await shown(), ["running", undefined, "room 17 of 80"]);
        step.kill("SIGKILL");
        await once(step, "close");
        assert.deepEqual(await shown(), ["running", true, "room 17 of 80"]);
      } finally {
        writeFileSync(go, "");
      }
      assert.equal((await resultOf(tool(["cutover", "step", "do"], input))).code, 0);
      assert.deepEqual(await shown(), ["done", undefined, undefined]);
    });

    it("is the record alone where the folder is not that of the cutover", async () => {
      await world.change({ folder: world.place.folder });
      const { folderProblem, steps, addresses } = await status();
      assert.match(folderProblem ?? "", /it has no cutover.json/);
      assert.equal(steps, undefined);
      assert.equal(addresses.length, 1);
    });

    it("is in colours on a terminal alone, and not where NO_COLOR is set", async () => {
      const plan = ["start-persistent-chat"];
      await world.change({ stage: "handover", attempts: { migrate: 1, handover: 1 }, plan });
      await done("start-persistent-chat");
      const isRed = async (isTTY: boolean, env: NodeJS.ProcessEnv) => {
        const silent = { write: () => {}, isTTY };
        const surroundings = { env, folder: () => "/", clock: world.clock, out: silent, err: silent };
        const { text } = await cutoverStatus(CUTOVER, world.registry, surroundings);
        return text.includes("\u001b[31mback from here");
      };
      assert.equal(await isRed(true, {}), true);
      assert.equal(await isRed(true, { NO_COLOR: "" }), true);
      assert.equal(await isRed(true, { NO_COLOR: "1" }), false);
      assert.equal(await isRed(false, {}), false);
    });

    it("is followed until Ctrl-C, with a page for each change", async () => {
      const child = tool([
        "cutover",
        "status",
        CUTOVER,
        "--follow",
        "--registry",
        `sqlite:${world.place.path}`,
      ]);
      let text = "";
      child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      await until("the first page", () => text.endsWith("\n\n"));
      assert.match(text, /^stage +prepare$/m);
      await world.change({ hold: true });
      await until("the second page", () => text.includes("held at the border"));
      child.kill("SIGINT");
      assert.deepEqual(await once(child, "close"), [0, null]);
      assert.equal(text.match(/^cutover /gm)?.length, 2);
      assert.ok(!text.includes("\u0007") && !text.includes("\u001b"), "nothing for a terminal");
    });

    for (const command of ["status", "plan", "journal"])
      it(`has exit code 1 for ${command} of a cutover that is not there`, async () => {
        const { code, stdout, stderr } = await world.tool("cutover", command, "fabrikam", "--json");
        assert.deepEqual([code, stdout], [1, "null\n"]);
        assert.match(
          stderr,
          /^persistentchat: the registry knows no cutover 'fabrikam'; 'persistentchat list cutovers'/,
        );
      });

    it("has exit code 1 when what is to be followed is not there", async () => {
      const { code, stderr } = await world.tool("cutover", "status", "fabrikam", "--follow");
      assert.equal(code, 1);
      assert.match(stderr, /the registry knows no cutover 'fabrikam'/);
    });
  });

  describe("journal", () => {
    it("has what the steps did and how the stage was turned, in the order in time", async () => {
      await world.change({ stage: "migrate", begun: "migrate", attempts: { migrate: 1, handover: 0 } });
      await done("stop-legacy");
      await world.change({ hold: true });
      const failing = perform(await performer(), { step: "preflight", attempt: 1 }, () =>
        Promise.reject(new Error("no")),
      );
      await assert.rejects(failing);
      await world.change({
        stage: "prepare",
        lease: { token: "another", holder: "bert@admin02", since: "" },
      });
      await undo(await performer(), { step: "stop-legacy", attempt: 1 }, async () => null);
      const lines = await world.json<JournalLine[]>("cutover", "journal", CUTOVER);
      const told = lines.map((line) =>
        "step" in line ? `${line.step} ${line.direction} ${line.event}` : `${line.by}: ${line.text}`,
      );
      assert.deepEqual(told, [
        "carol@admin03: the cutover begins with stage 'prepare'; anna@admin01 takes the lease",
        "carol@admin03: the stage is turned from 'prepare' to 'migrate'",
        "stop-legacy before begun",
        "stop-legacy before done",
        "stop-legacy do begun",
        "stop-legacy do done",
        "carol@admin03: the handover is held",
        "preflight do begun",
        "preflight do failed",
        "carol@admin03: the stage is turned from 'migrate' to 'prepare'; bert@admin02 takes the lease",
        "stop-legacy undo begun",
        "stop-legacy undo done",
      ]);
      assert.deepEqual(
        lines.map(({ at }) => at),
        lines.map(({ at }) => at).toSorted(),
      );
      const { stdout } = await world.tool("cutover", "journal", CUTOVER);
      assert.match(stdout, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}bert@admin02 +stop-legacy +way back done$/m);
    });

    it("is not that of an earlier cutover of the name", async () => {
      const { record, ...stored } = await world.stored();
      await world.registry.remove("cutover", CUTOVER, stored, BY_HAND);
      const again = await world.registry.create("cutover", { ...record, lease: null }, BY_HAND);
      writeFileSync(
        join(world.folder, "cutover.json"),
        JSON.stringify({ cutover: CUTOVER, id: again.incarnation, lease: null }),
      );
      const lines = await world.json<JournalLine[]>("cutover", "journal", CUTOVER);
      assert.deepEqual(
        lines.map(({ text }) => text),
        ["the cutover begins with stage 'prepare'"],
      );
    });

    it("says where nothing has happened yet, and no history is kept", async () => {
      const registry = altered(world.registry, { capabilities: OBSERVING });
      const { json, text } = await cutoverJournal(CUTOVER, registry);
      assert.deepEqual([json, text], [[], "nothing is in the journal yet"]);
    });

    it("fails where the folder is not seen, since half of it would be none", async () => {
      await world.change({ folder: world.place.folder });
      const { code, stderr } = await world.tool("cutover", "journal", CUTOVER);
      assert.equal(code, 3);
      assert.match(stderr, /cannot use the folder/);
    });
  });

  describe("plan", () => {
    it("has the steps of the cutover, with what they took", async () => {
      await world.change({ stage: "migrate", begun: "migrate", attempts: { migrate: 1, handover: 0 } });
      await done("stop-legacy");
      const plan = await world.json<PlanDescription>("cutover", "plan", CUTOVER);
      assert.equal(plan.name, CUTOVER);
      assert.deepEqual(
        plan.steps.map(({ name }) => name),
        (await world.stored()).record.plan,
      );
      const known = plan.steps.filter(({ milliseconds }) => milliseconds !== undefined);
      assert.deepEqual(
        known.map(({ name }) => name),
        ["stop-legacy"],
      );
    });

    it("is the same where the folder is not seen, but for the durations", async () => {
      await world.change({ folder: world.place.folder });
      const plan = await world.json<PlanDescription>("cutover", "plan", CUTOVER);
      assert.deepEqual(
        plan.steps.map(({ name }) => name),
        (await world.stored()).record.plan,
      );
    });

    it("is the runbook of any cutover without a registry", async () => {
      const child = tool(["cutover", "plan", "--mermaid"]);
      const { code, stdout } = await resultOf(child);
      assert.equal(code, 0);
      assert.match(stdout, /^flowchart TD\n/);
    });
  });

  it("leaves the folder as it is", async () => {
    for (const command of ["status", "plan", "journal"]) await world.tool("cutover", command, CUTOVER);
    assert.ok(!existsSync(join(world.folder, "journal.jsonl")));
    assert.deepEqual(world.notes.all(), []);
  });
});
