import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jobResult } from "../../provider/steps/job-request";
import { markOf } from "../../provider/steps/process-group";
import { resultOf } from "../support/result";
import { KEY, lastLine, type Program, StepPlace } from "../support/step-place";
import { until } from "../support/until";

const WHEN = ["before", "while", "after"] as const;

describe("the job of a long step", function () {
  this.timeout(120_000);

  let place: StepPlace;
  let long: string;

  beforeEach(async () => {
    place = new StepPlace();
    long = place.document({ long: true });
    assert.equal((await place.run("before", long)).code, 0);
  });
  afterEach(() => place.remove());

  const effectsOf = (direction: string) => place.effects().filter((effect) => effect === direction);
  const begunOf = (direction: string) =>
    place.runs().flatMap(({ action, begun }) => (action === direction ? [begun] : []));
  const jobFile = (direction: string, name: string) => join(place.notes.folderOf(KEY), direction, name);

  it("passes on what its command says and answers, as a short one does", async () => {
    const { code, stdout, stderr } = await place.run("do", long);
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).action, "do");
    assert.equal(stderr, "do, begun false\n");
    const said = place.journal().filter(({ direction }) => direction === "do");
    assert.deepEqual(
      said.map(({ event, text }) => [event, text]),
      [
        ["begun", undefined],
        ["said", "do, begun false"],
        ["done", undefined],
      ],
    );
    await place.untilNothingRuns();
  });

  for (const victims of [["relay"], ["parent"], ["parent", "relay"]] satisfies Program[][])
    for (const direction of ["do", "undo"])
      it(`runs on after kill -9 of ${victims.join(", ")}, and its answer is taken by the next ${direction}`, async () => {
        if (direction === "undo") assert.equal((await place.run("do", long)).code, 0);
        place.hold("while");
        const result = resultOf(place.startBehindParent(direction, long));
        await place.untilHeld();
        const before = place.processes("runner");
        place.kill(...victims);
        await result;
        await until("only the job runs", () => place.processes("relay").length === 0);
        assert.deepEqual(place.processes("runner"), before);
        place.release();
        await place.untilNothingRuns();
        assert.deepEqual(effectsOf(direction), [direction]);

        const next = await place.run(direction, long);
        assert.equal(next.code, 0, next.stderr);
        assert.equal(JSON.parse(next.stdout).action, direction);
        assert.deepEqual(begunOf(direction), [false]);
        assert.deepEqual(effectsOf(direction), [direction]);
      });

  it("that still runs is waited for by the next run, which hears what it says from then on", async () => {
    place.hold("while");
    const first = place.start("do", long);
    await place.untilHeld();
    first.kill("SIGKILL");
    const second = resultOf(place.start("do", long));
    await until("the second waits", () => place.processes("relay").length === 1);
    place.release();
    const { code, stderr } = await second;
    assert.equal(code, 0, stderr);
    assert.equal(stderr, "");
    assert.deepEqual(begunOf("do"), [false]);
    assert.deepEqual(effectsOf("do"), ["do"]);
    await place.untilNothingRuns();
    const job = jobResult.parse(JSON.parse(readFileSync(jobFile("do", "result.json"), "utf8")));
    assert.ok(job.milliseconds !== undefined && job.milliseconds > 0);
    assert.equal(place.note().do?.milliseconds, job.milliseconds, "of the job, and not of the second run");
  });

  const OF_THE_JOB: Program[][] = [["runner"], ["runner", "guard"], ["runner", "guard", "inner"]];
  for (const victims of OF_THE_JOB)
    for (const when of WHEN)
      it(`is started again after kill -9 of ${victims.join(", ")} ${when} the effect, with its old log`, async () => {
        place.hold(when);
        const result = resultOf(place.start("do", long));
        await place.untilHeld();
        // What is still on its way through the guard would be lost with it.
        const log = jobFile("do", "log");
        await until("its words are in the log", () =>
          readFileSync(log, "utf8").includes("do, begun false\n"),
        );
        const old = place.processes("inner");
        place.kill(...victims);
        await until("the old command ends", () => old.every((pid) => !place.processes().includes(pid)));
        place.release();
        const { code, stderr } = await result;
        assert.equal(code, 0, stderr);
        assert.deepEqual(begunOf("do"), [false, true]);
        assert.deepEqual(effectsOf("do"), ["do"]);
        assert.equal(stderr, "do, begun false\ndo, begun true\n");
        await place.untilNothingRuns();
      });

  it("is started again by the next run after kill -9 of everything", async () => {
    place.hold("while");
    const result = resultOf(place.startBehindParent("do", long));
    await place.untilHeld();
    place.kill("parent", "relay", "runner", "guard", "inner");
    await result;
    await place.untilNothingRuns();
    assert.deepEqual(effectsOf("do"), []);
    place.release();
    const { code, stderr } = await place.run("do", long);
    assert.equal(code, 0, stderr);
    assert.deepEqual(begunOf("do"), [false, true]);
    assert.deepEqual(effectsOf("do"), ["do"]);
  });

  it("is not taken for another process that has the number of its runner", async () => {
    place.hold("while");
    const result = resultOf(place.startBehindParent("do", long));
    await place.untilHeld();
    place.kill("parent", "relay", "runner", "guard", "inner");
    await result;
    // Another process that leads a group has both numbers now.
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true });
    try {
      const { pid = 0 } = other;
      const { host, began } = markOf(pid);
      const mark = JSON.stringify({ host, pid, began: `${began}1` });
      writeFileSync(jobFile("do", "runner.json"), mark);
      writeFileSync(join(place.notes.folderOf(KEY), "guard.json"), mark);
      place.release();
      const { code, stderr } = await place.run("undo", long);
      assert.equal(code, 0, stderr);
      assert.equal(other.signalCode, null);
    } finally {
      other.kill("SIGKILL");
    }
    assert.deepEqual(place.effects(), ["before", "undo"]);
  });

  it("that failed is tried again by the next run", async () => {
    const failing = ["-e", "console.error('disk is full.'); process.exit(3)"];
    const command = { do: [process.execPath, ...failing] };
    const failed = await place.run("do", place.document({ long: true, command }));
    assert.equal(failed.code, 1);
    assert.equal(
      lastLine(failed),
      "cannot do step 'export': disk is full; put that right, then run 'pulumi up' again",
    );
    assert.equal(place.note().do?.failure, lastLine(failed));
    const { code, stderr } = await place.run("do", long);
    assert.equal(code, 0, stderr);
    assert.deepEqual(begunOf("do"), [true]);
  });

  it("whose runner cannot write a result ends, and is not started for ever", async () => {
    place.hold("while");
    const result = resultOf(place.start("do", long));
    for (let start = 0; start < 3; start += 1) {
      await place.untilHeld();
      place.hold("while");
      place.kill("runner", "guard", "inner");
    }
    const ended = await result;
    assert.equal(ended.code, 1);
    assert.match(
      lastLine(ended) ?? "",
      /^cannot do step 'export': its job ended 3 times without a result; '.*log' may say why/,
    );
    await place.untilNothingRuns();
  });

  for (const when of WHEN)
    it(`is ended by the way back ${when} its effect, also under whoever waits for it`, async () => {
      place.hold(when);
      const waiting = resultOf(place.start("do", long));
      await place.untilHeld();
      const old = place.processes("inner");
      const back = resultOf(place.start("undo", long));
      await until("the old command ends", () => old.every((pid) => !place.processes().includes(pid)));
      place.release();
      const { code, stderr } = await back;
      assert.equal(code, 0, stderr);
      const given = await waiting;
      assert.equal(given.code, 1);
      assert.equal(
        lastLine(given),
        "cannot do step 'export': its way back has begun; bring the way back to its end",
      );
      assert.deepEqual(place.effects(), ["before", ...(when === "after" ? ["do"] : []), "undo"]);
      assert.deepEqual(begunOf("do"), [false]);
      await place.untilNothingRuns();
    });

  it("that ended unheard gives its answer to the way back", async () => {
    place.hold("while");
    const first = place.start("do", long);
    await place.untilHeld();
    first.kill("SIGKILL");
    place.release();
    await place.untilNothingRuns();
    assert.ok(existsSync(jobFile("do", "result.json")));
    const { code, stdout, stderr } = await place.run("undo", long);
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).result.action, "do");
  });

  it("of another host is not ended from here", async () => {
    place.hold("while");
    const first = place.start("do", long);
    await place.untilHeld();
    first.kill("SIGKILL");
    writeFileSync(jobFile("do", "runner.json"), JSON.stringify({ host: "admin09", pid: 5, began: "" }));
    const refused = await place.run("undo", long);
    assert.equal(refused.code, 1);
    assert.match(lastLine(refused) ?? "", /^cannot take back step 'export': its job still runs on 'admin09'/);
    assert.equal(place.note().undo, undefined);
    place.release();
    await place.untilNothingRuns();
  });
});
