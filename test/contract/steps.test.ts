import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandStep } from "../../provider/steps/step";
import { readStepDocument } from "../../provider/steps/step-document";
import { HOSTILE } from "../support/hostile-texts";
import { resultOf } from "../support/result";
import { CLI, HOLDER, KEY, lastLine, StepPlace } from "../support/step-place";
import { until } from "../support/until";

const NODE = process.execPath;
const AGAIN = "put that right, then run 'pulumi up' again";

describe("a command step", function () {
  this.timeout(60_000);

  let place: StepPlace;

  beforeEach(async () => {
    place = new StepPlace();
  });
  afterEach(() => place.remove());

  /** A document whose `do` is a program of Node's. */
  const doing = (program: string, changes: object = {}) =>
    place.document({ command: { do: [NODE, "-e", program] }, ...changes });

  async function ok(action: string, document?: string): Promise<unknown> {
    const { code, stdout, stderr } = await place.run(action, document);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  }

  async function fails(action: string, document?: string): Promise<string> {
    const result = await place.run(action, document);
    assert.equal(result.code, 1, result.output);
    assert.equal(result.stdout.trim(), "");
    await place.untilNothingRuns();
    return lastLine(result) ?? "";
  }

  it("tells its command what it needs, and prints what it answers", async () => {
    const values = { database: "mgc" };
    const document = place.document({ values });
    const folder = join(place.notes.folderOf(KEY), "command");
    const told = { cutover: "contoso", ...KEY, begun: false, values, folder };
    const image = await ok("before", document);
    assert.deepEqual(image, { ...told, action: "before" });
    const result = await ok("do", document);
    assert.deepEqual(result, { ...told, action: "do", image });
    assert.deepEqual(await ok("undo", document), { ...told, action: "undo", image, result });
    assert.deepEqual(readdirSync(folder), []);
    await place.untilNothingRuns();
  });

  it("does nothing twice in an attempt, and answers as it did then", async () => {
    for (const action of ["before", "do", "undo"]) {
      const first = await ok(action);
      assert.deepEqual(await ok(action, place.document({ values: { other: true } })), first);
    }
    assert.deepEqual(place.effects(), ["before", "do", "undo"]);
    await ok("before", place.document({ attempt: 2 }));
    assert.equal(place.runs().length, 4);
  });

  it("keeps what it answered, whatever its values are now, without a lease", async () => {
    await ok("before");
    assert.match(
      await fails("keep"),
      /^cannot keep what step 'export' answered: .* has no answer of attempt 1/,
    );
    const result = await ok("do");
    place.notes.release(HOLDER);
    const changed = place.document({ lease: "t0", values: { other: true } });
    assert.deepEqual(await ok("keep", changed), result);
    place.notes.establish(HOLDER, "r1");
    const back = await ok("undo");
    assert.deepEqual(await ok("keep", changed), back);
    assert.equal(place.runs().length, 3);
  });

  it("prints what it found before it began without a lease, and looks with one alone", async () => {
    const image = await ok("before");
    place.notes.release(HOLDER);
    assert.deepEqual(await ok("before"), image);
    assert.match(await fails("before", place.document({ attempt: 2 })), /its lease was given back/);
    assert.equal(place.runs().length, 1);
  });

  it("relays what its command says while it runs, to the screen and to the journal", async () => {
    await ok("before", doing(""));
    place.hold("after");
    const child = place.start("do");
    const result = resultOf(child);
    let heard = "";
    child.stderr?.on("data", (text: string) => {
      heard += text;
    });
    await until("the line is heard", () => heard === "do, begun false\n");
    assert.equal(child.exitCode, null);
    const said = { direction: "do", event: "said", text: "do, begun false" };
    assert.deepEqual(place.journal().at(-1), said);
    place.release();
    assert.equal((await result).code, 0);
  });

  it("has in the journal what it shows", async () => {
    await ok("before");
    const seen: object[] = [];
    const step = new CommandStep(readStepDocument(place.document()), {
      clock: () => new Date(),
      by: "anna@admin01",
      say: () => seen.push(place.journal().at(-1) ?? {}),
      callerIsThere: async () => {},
      onGuarded: () => {},
    });
    await step.do();
    assert.deepEqual(seen, [{ direction: "do", event: "said", text: "do, begun false" }]);
    await place.untilNothingRuns();
  });

  it("takes no answer for null", async () => {
    assert.equal(await ok("before", doing("")), null);
    assert.equal(await ok("do", doing("process.stdin.destroy()")), null);
  });

  describe("whose command fails", () => {
    beforeEach(() => ok("before", doing("")));

    const FAILURES: [what: string, program: string, cause: string][] = [
      ["says its last words", "console.error('a\\nno room.\\n\\n'); process.exit(4)", `no room; ${AGAIN}`],
      [
        "says itself what to do",
        "console.error(`it is stale; set stage to 'prepare', run 'pulumi up'`); process.exit(4)",
        "it is stale; set stage to 'prepare', run 'pulumi up'",
      ],
      ["says nothing", "process.exit(4)", `its command ended with exit code 4; ${AGAIN}`],
      ["is killed", "process.kill(process.pid, 'SIGKILL')", `its command was ended by SIGKILL; ${AGAIN}`],
      [
        "answers with anything else than JSON",
        "console.log('done: hush')",
        `what its command wrote to standard output is no JSON; it may write one value there, and its progress to standard error; ${AGAIN}`,
      ],
      [
        "answers too much",
        "process.stdout.write(JSON.stringify('x'.repeat(1048576)))",
        `its command wrote more than 1048576 bytes to standard output; progress belongs to standard error; ${AGAIN}`,
      ],
    ];
    for (const [what, program, cause] of FAILURES)
      it(`and ${what} has the cause in one sentence, on the screen, in the note and in the journal`, async () => {
        const sentence = `cannot do step 'export': ${cause}`;
        assert.equal(await fails("do", doing(program)), sentence);
        assert.equal(place.note().do?.failure, sentence);
        assert.deepEqual(place.journal().at(-1), { direction: "do", event: "failed", text: sentence });
      });

    it("because it is not there says so", async () => {
      const sentence = await fails("do", place.document({ command: { do: ["no-such-program"] } }));
      assert.match(sentence, /^cannot do step 'export': 'no-such-program' cannot be started: .*ENOENT; put/);
    });

    it("because nobody said how to go back says so", async () => {
      await ok("do", doing(""));
      assert.match(await fails("undo", doing("")), /^cannot take back step 'export': .*give it an 'undo'/);
    });
  });

  it("takes an answer of 1 MB, and bounds what is said", async () => {
    await ok("before", doing(""));
    const program = `
      process.stderr.write("y".repeat(9e6) + "\\nlast\\n");
      process.stdout.write(JSON.stringify("x".repeat(1048574)));`;
    const { code, stdout, stderr } = await place.run("do", doing(program));
    assert.equal(code, 0);
    assert.equal(JSON.parse(stdout).length, 1_048_574);
    assert.deepEqual(stderr.split("\n"), ["y".repeat(4_096), "last", ""]);
  });

  it("ends when its command does, whatever that leaves behind", async () => {
    await ok("before", doing(""));
    const program = `
      require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
      console.log(1); process.exit()`;
    assert.equal(await ok("do", doing(program)), 1);
    assert.equal(place.processes().length, 1);
  });

  describe("with hostile values", () => {
    const SECRET = "hush-hush-4711";

    it("has them arrive byte for byte, on both ways", async () => {
      const texts = [...HOSTILE, "x'\"\n\u2028".repeat(200_000)];
      const document = place.document({ values: { texts } });
      const copied = {
        command: { do: [NODE, "-e", "process.stdin.pipe(require('fs').createWriteStream('told'))"] },
      };
      await ok("before", doing(""));
      await ok("do", JSON.stringify({ ...JSON.parse(document), ...copied }));
      assert.deepEqual(JSON.parse(place.text("told")).values.texts, texts);
      const echoed = JSON.stringify(texts.slice(0, -1));
      writeFileSync(join(place.folder, "answer"), echoed);
      const answer = "process.stdout.write(require('fs').readFileSync('answer'))";
      await ok("before", doing("", { attempt: 2 }));
      assert.equal(JSON.stringify(await ok("do", doing(answer, { attempt: 2 }))), echoed);
    });

    for (const long of [false, true])
      it(`shows none of them in a command line or an environment, ${long ? "long" : "short"}`, async () => {
        const document = place.document({ long, values: { password: SECRET }, lease: HOLDER.lease });
        await ok("before", document);
        place.hold("while");
        const result = resultOf(place.startBehindParent("do", document));
        await place.untilHeld();
        const pids = place.processes();
        assert.ok(pids.length >= 5, String(pids.length));
        for (const pid of pids)
          for (const file of ["cmdline", "environ"])
            assert.ok(!readFileSync(`/proc/${pid}/${file}`, "utf8").includes(SECRET));
        place.release();
        assert.equal((await result).code, 0);
      });
  });

  describe("refuses before its command begins", () => {
    beforeEach(() => ok("before"));
    const refused = async (pattern: RegExp, document?: string, actions = ["do", "undo"]) => {
      for (const action of actions) assert.match(await fails(action, document), pattern);
      assert.deepEqual(place.effects(), ["before"]);
    };

    it("when somebody else has taken the lease", async () => {
      place.notes.establish({ ...HOLDER, lease: "t2" }, "r1");
      await refused(/^cannot go on with cutover 'contoso': somebody else has taken its lease; /);
    });
    it("when the lease was given back", async () => {
      place.notes.release(HOLDER);
      await refused(/its lease was given back; /);
    });
    it("when the lease is lost while it waits", async () => {
      const release = await place.notes.take(KEY);
      const child = place.start("do");
      const result = resultOf(child);
      let heard = "";
      child.stderr?.on("data", (text: string) => {
        heard += text;
      });
      await until("it waits", () =>
        heard.includes("another process is at step 'export'; waiting for its end"),
      );
      place.notes.establish({ ...HOLDER, lease: "t2" }, "r1");
      release?.();
      const ended = await result;
      assert.equal(ended.code, 1);
      assert.match(lastLine(ended) ?? "", /somebody else has taken its lease/);
      assert.deepEqual(place.effects(), ["before"]);
    });
    it("when the folder is that of another cutover", () =>
      refused(/it is that of cutover 'contoso'/, place.document({ cutover: "fabrikam" }), [
        "do",
        "undo",
        "keep",
      ]));
    it("when the folder is that of an earlier one", () =>
      refused(/an earlier cutover of this name/, place.document({ id: "i2" }), [
        "do",
        "undo",
        "keep",
        "before",
      ]));
    it("when the folder is not there", () =>
      refused(/it has no cutover.json/, place.document({ folder: join(place.folder, "nowhere") })));

    it("when the disk is full", async () => {
      // Whatever is written there fails as on a full disk.
      rmSync(join(place.notes.folder, "journal.jsonl"));
      symlinkSync("/dev/full", join(place.notes.folder, "journal.jsonl"));
      await refused(/^cannot write the folder '.*' of the cutover: .*ENOSPC/);
    });
    it("when the folder cannot be written", async () => {
      const steps = join(place.notes.folder, "steps");
      rmSync(steps, { recursive: true });
      writeFileSync(steps, "");
      await refused(/^cannot (read|write) the folder '.*' of the cutover: /);
    });
    it("when the command can have no folder", async () => {
      rmSync(join(place.notes.folder, "work"), { recursive: true });
      writeFileSync(join(place.notes.folder, "work"), "");
      await refused(/^cannot do step 'export': .*ENOTDIR.*; put that right/, undefined, ["do"]);
    });
    it("when what it found before was never recorded", () =>
      refused(/^cannot do step 'export': .*never recorded/, place.document({ attempt: 2 }), ["do"]));

    for (const [what, document] of [
      ["no JSON", "values: hush"],
      ["no document of a step", JSON.stringify({ hush: 1 })],
      ["without a program", ""],
    ] as const)
      it(`when standard input is ${what}, without a word of it`, async () => {
        const given = document || place.document({ command: { do: [] } });
        const sentence = await fails("do", given);
        assert.match(sentence, /^cannot read the document of a step on standard input: .*; /);
        assert.doesNotMatch(sentence, /hush/);
      });
  });

  describe("by two at once", () => {
    for (const long of [false, true])
      it(`has its effect once, and both get its answer, ${long ? "long" : "short"}`, async () => {
        const document = place.document({ long });
        await ok("before", document);
        place.hold("while");
        const first = resultOf(place.start("do", document));
        await place.untilHeld();
        const other = place.start("do", document);
        const second = resultOf(other);
        let heard = "";
        other.stderr?.on("data", (text: string) => {
          heard += text;
        });
        await until("the second waits", () => heard !== "");
        assert.equal(heard, "another process is at step 'export'; waiting for its end\n");
        place.release();
        const results = await Promise.all([first, second]);
        assert.deepEqual(
          results.map(({ code }) => code),
          [0, 0],
        );
        assert.equal(results[0].stdout.trim(), results[1].stdout.trim());
        assert.equal(place.runs().length, 2);
        assert.deepEqual(place.effects(), ["before", "do"]);
      });

    it("of which the first is killed has its effect by the second", async () => {
      await ok("before");
      place.hold("while");
      const first = place.start("do");
      await place.untilHeld();
      const second = resultOf(place.start("do"));
      await until("both run", () => place.processes("relay").length === 2);
      rmSync(join(place.folder, "hold"));
      first.kill("SIGKILL");
      const { code, stderr } = await second;
      assert.equal(code, 0, stderr);
      assert.deepEqual(place.effects(), ["before", "do"]);
      await place.untilNothingRuns();
    });
  });

  it("is a word of the command line that takes nothing else", async () => {
    mkdirSync(join(place.folder, "elsewhere"));
    for (const args of [
      ["cutover"],
      ["cutover", "step"],
      ["cutover", "step", "redo"],
      ["cutover", "step", "do", "x"],
    ]) {
      const { code, stderr } = await resultOf(spawn(NODE, [CLI, ...args], { cwd: place.folder }));
      assert.equal(code, 2);
      assert.match(stderr, /^persistentchat: cutover /);
    }
  });
});
