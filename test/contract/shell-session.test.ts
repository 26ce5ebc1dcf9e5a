import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ShellSession } from "../../provider/backends/shell/session/session";
import type { ShellSettings } from "../../provider/backends/shell/session/settings";
import {
  CallNotBegun,
  CallOutcomeUnknown,
  CallTimedOut,
  CmdletFailed,
  ShellUnusable,
} from "../../provider/backends/shell/session/shell-errors";
import type { CallPlan, StartPlan } from "../support/shell-child";
import { until } from "../support/until";

const CHILD = join(__dirname, "..", "support", "shell-child.js");
const PARENT = join(__dirname, "..", "support", "shell-parent.js");
const LONG = 20_000;
const NOTHING = { ok: true, results: [], missing: [], truncated: false, warnings: [], errors: [] };

describe("a session of a management shell", function () {
  this.timeout(60_000);
  let folder: string;
  let log: string;
  let sessions: ShellSession[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "shell-"));
    log = join(folder, "log");
    sessions = [];
  });

  afterEach(async () => {
    await Promise.all(sessions.map((session) => session.close()));
    try {
      await nothingRuns();
    } finally {
      for (const pid of runningPids()) process.kill(pid, "SIGKILL");
      rmSync(folder, { recursive: true });
    }
  });

  const command = (plan: StartPlan) => [process.execPath, CHILD, JSON.stringify({ log, ...plan })];

  function open(plan: StartPlan = {}, settings: Partial<ShellSettings> = {}): ShellSession {
    const session = new ShellSession({
      command: command(plan),
      appendArguments: false,
      startTimeout: LONG,
      idleTimeout: LONG,
      grace: 500,
      ...settings,
    });
    sessions.push(session);
    return session;
  }

  function call(session: ShellSession, plan: CallPlan = { do: "answer" }, deadline = LONG) {
    return session.call("Get-CsUser", { LdapFilter: JSON.stringify(plan) }, { deadline });
  }

  const lines = () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []);
  const count = (word: string) => lines().filter((line) => line.split(" ")[0] === word).length;
  const pidsOf = (word: string) =>
    lines().flatMap((line) => (line.startsWith(`${word} `) ? [Number(line.split(" ")[1])] : []));
  const runningPids = () => [...pidsOf("start"), ...pidsOf("holder")].filter(isRunning);
  const nothingRuns = () => until("every process has ended", () => runningPids().length === 0);

  it("gives what a cmdlet gave, from one process for all calls", async () => {
    const session = open();
    const hello = await session.hello();
    assert.equal(hello.directory.domainController, "dc01.contoso.com");
    const given = {
      SipAddress: "sip:o'hara@contoso.com",
      DisplayName: "a\u2028\ud800\0'\"/Date(0)/",
      PassThru: true,
    };
    const { results, printed } = await session.call(
      "New-CsPersistentChatEndpoint",
      { ...given, PersistentChatPoolFqdn: undefined },
      { deadline: LONG },
    );
    assert.deepEqual(JSON.parse(String(results[0]?.Identity)), [
      ["SipAddress", "s", given.SipAddress],
      ["DisplayName", "s", given.DisplayName],
      ["PassThru", "b", true],
    ]);
    assert.equal(printed, "");
    for (let turn = 0; turn < 5; turn += 1) await call(session);
    assert.equal(count("start"), 1);
  });

  it("gives every kind of value, and says what is missing or cut off", async () => {
    const reply = {
      ok: true,
      type: "Some.Type",
      results: [{ a: "x", b: 1, c: true, d: null, e: [], f: ["one"] }, {}],
      missing: ["g"],
      truncated: true,
      warnings: ["WARNUNG: Änderung"],
      errors: [],
      names: ["a", "z"],
    };
    assert.deepEqual(await call(open(), { do: "answer", reply }), { ...reply, printed: "" });
  });

  for (const results of [[], [{ Identity: "one" }], [{ Identity: "one" }, { Identity: "two" }]])
    it(`gives ${results.length} results as a list, and a warning beside them as one`, async () => {
      const reply = { ...NOTHING, results, warnings: ["Vorsicht"] };
      assert.deepEqual(await call(open(), { do: "answer", reply }), { ...reply, printed: "" });
    });

  it("does 50 calls at a time one after the other, in their order", async () => {
    const session = open();
    const names = Array.from({ length: 50 }, (_, index) => `${index}`);
    await Promise.all(names.map((name) => call(session, { do: "answer", effect: true, name })));
    assert.deepEqual(
      lines().flatMap((line) => (line.startsWith("effect ") ? [line.slice(7)] : [])),
      names,
    );
    assert.equal(count("start"), 1);
  });

  describe("finds the answer", () => {
    const cases: [string, CallPlan, string][] = [
      ["after noise", { do: "answer", stdout: "WARNING: a\r\nb\n" }, "WARNING: a\r\nb\n"],
      ["after half a line", { do: "answer", stdout: "What if: Performing" }, "What if: Performing\n"],
      ["after a frame of somebody else", { do: "answer", foreignFrame: true }, "#PC1 0"],
      ["after that to another call", { do: "other-id-first" }, ""],
      ["that comes byte by byte", { do: "answer", slowly: true }, ""],
      ["that comes twice", { do: "twice" }, ""],
      ["behind 1 MB of errors", { do: "answer", stderr: "e".repeat(1024), times: 1024 }, ""],
      ["behind 1 MB of noise", { do: "answer", stdout: "n".repeat(1024), times: 1024 }, "n".repeat(60_000)],
    ];
    for (const [what, plan, noise] of cases)
      it(what, async () => {
        const session = open();
        for (let turn = 0; turn < 3; turn += 1) {
          const { results, warnings, printed } = await call(session, plan);
          assert.equal(results.length, 1);
          assert.deepEqual(warnings, []);
          assert.ok(noise === "" ? printed === "" : printed.startsWith(noise), printed.slice(0, 100));
        }
        const { printed } = await call(session);
        assert.equal(printed, "");
      });

    it("of a process that ends right after it", async () => {
      const session = open();
      const results = [{ Identity: "x".repeat(150_000) }];
      const reply = { ok: true, results, missing: [], truncated: false, warnings: [], errors: [] };
      for (let turn = 0; turn < 5; turn += 1) {
        const answer = await call(session, { do: "end-after", reply });
        assert.deepEqual(answer.results, results);
        await pause(300);
      }
    });

    it("and what was printed after that to another call is not of this one", async () => {
      const session = open();
      await call(session, { do: "answer", after: "late\nhalf a line" });
      await pause(200);
      assert.equal((await call(session, { do: "answer", stdout: "own\n" })).printed, "own\n");
    });

    it("of a start with a byte order mark, a banner and a line that looks like a frame", async () => {
      const session = open({ stdout: `\ufeffWindows PowerShell\r\n#PC1 ${"0".repeat(32)} 1 4 bnVsbA==` });
      await call(session);
    });
  });

  describe("fails a call", () => {
    const error = (message: string) => ({
      message,
      id: "X,Y",
      category: "InvalidOperation",
      target: "",
      exceptions: ["System.Exception"],
    });

    it("with all texts, each once, in whatever language, when the cmdlet reports errors", async () => {
      const reply = {
        ok: false,
        results: [{ Identity: "CN=x" }],
        missing: [],
        truncated: false,
        warnings: ["Vorsicht"],
        errors: [error("Zugriff\r\nverweigert."), error("Zugriff verweigert."), error("Objekt fehlt")],
      };
      const session = open();
      await assert.rejects(call(session, { do: "answer", reply }), (failure) => {
        assert.ok(failure instanceof CmdletFailed);
        assert.deepEqual(failure.reply, reply);
        assert.equal(
          failure.message,
          `cannot run 'Get-CsUser' in the management shell '${process.execPath}': Zugriff verweigert; Objekt fehlt`,
        );
        return true;
      });
      await call(session);
      assert.equal(count("start"), 1);
    });

    for (const effect of [false, true])
      it(`that may have been done when the process ends ${effect ? "after" : "before"} the effect`, async () => {
        const session = open();
        await assert.rejects(call(session, { do: "crash", effect, stderr: "Killed" }), (failure) => {
          assert.ok(failure instanceof CallOutcomeUnknown);
          assert.equal(failure.why, "ended");
          assert.match(
            failure.message,
            /exit code 3 before it answered; it last said: Killed; it may have been/,
          );
          return true;
        });
        assert.equal(count("effect"), effect ? 1 : 0);
        assert.equal(count("call"), 1);
      });

    it("that may have been done when the answer is cut in half", async () => {
      await assert.rejects(call(open(), { do: "half-frame", effect: true }), CallOutcomeUnknown);
      assert.equal(count("effect"), 1);
    });

    for (const [what, plan] of [
      ["is not of the protocol", { do: "unreadable" }],
      ["has a list in a list", { do: "answer", reply: { ...NOTHING, results: [{ a: [["x"]] }] } }],
    ] as [string, CallPlan][])
      it(`that may have been done when the answer ${what}`, async () => {
        const session = open();
        await assert.rejects(
          call(session, plan),
          (failure) => failure instanceof CallOutcomeUnknown && failure.why === "unreadable",
        );
        await call(session);
        assert.equal(count("start"), 2);
      });

    it("that may have been done when the module ends the process, though it says that all is well", async () => {
      const session = open();
      await assert.rejects(
        call(session, { do: "crash", exit: 0, effect: true }),
        (failure) => failure instanceof CallOutcomeUnknown && failure.why === "ended",
      );
      await call(session);
      assert.deepEqual([count("start"), count("effect")], [2, 1]);
    });

    it("when no answer comes by the deadline and the grace, and has ended the process by then", async () => {
      const session = open();
      await session.hello();
      const begun = Date.now();
      await assert.rejects(
        call(session, { do: "silent" }, 300),
        (failure) => failure instanceof CallOutcomeUnknown && failure.why === "silent",
      );
      assert.deepEqual(runningPids(), []);
      const took = Date.now() - begun;
      assert.ok(took >= 800 && took < 5_000, `${took} ms`);
      await call(session);
      assert.equal(count("start"), 2);
    });

    it("that was stopped when the shell says so, and has seen the end of the process by then", async () => {
      const session = open();
      await assert.rejects(call(session, { do: "time-out" }, 200), CallTimedOut);
      assert.deepEqual(runningPids(), []);
      await call(session);
      assert.equal(count("start"), 2);
    });

    it("though something else holds the streams of the process that ended", async () => {
      const session = open();
      await assert.rejects(call(session, { do: "leave-a-holder" }), CallOutcomeUnknown);
      await nothingRuns();
    });

    it("but not one that is late within the grace", async () => {
      await call(open({}, { grace: 5_000 }), { do: "answer", delay: 600 }, 100);
    });

    it("before it is sent, when the module does not have the cmdlet or a parameter", async () => {
      const session = open({
        hello: { missingCmdlets: ["Get-CsUser"], missingParameters: { "Get-CsPool": ["Identity"] } },
      });
      await assert.rejects(call(session), /its module does not have 'Get-CsUser'/);
      const pool = session.call("Get-CsPool", { Identity: "pc.contoso.com" }, { deadline: LONG });
      await assert.rejects(pool, /'Get-CsPool' does not have the parameter 'Identity' there/);
      await session.call("Get-CsPool", {}, { deadline: LONG });
      assert.equal(count("call"), 1);
    });
  });

  describe("starts the process again", () => {
    it("once after a crash, and gives up after a second one in a row", async () => {
      const session = open();
      await assert.rejects(call(session, { do: "crash" }), CallOutcomeUnknown);
      await call(session);
      await assert.rejects(call(session, { do: "crash" }), CallOutcomeUnknown);
      await assert.rejects(call(session, { do: "crash" }), CallOutcomeUnknown);
      await assert.rejects(call(session), (failure) => failure instanceof ShellUnusable);
      assert.equal(count("start"), 3);
    });

    it("when it has ended between two calls", async () => {
      for (const exit of [0, 255]) {
        const session = open();
        const before = count("start");
        await call(session, { do: "end-after", exit });
        await nothingRuns();
        // A call that comes before the end is seen may get lost with it, and is told so.
        await pause(300);
        await call(session);
        assert.equal(count("start"), before + 2);
        await session.close();
      }
    });

    it("when it did not take a call any more, and gives the call to the other one", async () => {
      const session = open();
      await call(session, { do: "deaf-after" });
      await pause(100);
      await call(session, { do: "answer", effect: true });
      assert.deepEqual([count("start"), count("effect")], [2, 1]);
    });

    it("when its input was closed in the middle of a call, which it answers all the same", async () => {
      const session = open();
      assert.equal((await call(session, { do: "deaf", delay: 300, effect: true })).results.length, 1);
      await pause(100);
      await call(session, { do: "answer", effect: true });
      assert.deepEqual([count("start"), count("call"), count("effect")], [2, 2, 2]);
    });

    it("when it was idle, which ends it", async () => {
      const session = open({}, { idleTimeout: 100 });
      await call(session);
      await nothingRuns();
      assert.equal(count("bye"), 1);
      await call(session);
      assert.equal(count("start"), 2);
    });

    it("and not in the middle of calls that wait for each other", async () => {
      const session = open({}, { idleTimeout: 1 });
      await Promise.all([1, 2, 3].map(() => call(session, { do: "answer", delay: 100 })));
      assert.equal(count("start"), 1);
    });
  });

  describe("cannot be used", () => {
    const because = async (plan: StartPlan, cause: RegExp, settings: Partial<ShellSettings> = {}) => {
      const session = open(plan, settings);
      for (const attempt of [() => session.hello(), () => call(session), () => call(session)])
        await assert.rejects(attempt(), (failure) => {
          assert.ok(failure instanceof ShellUnusable, String(failure));
          assert.match(failure.message, cause);
          assert.match(failure.message, /^cannot use the management shell '/);
          assert.ok(!failure.message.includes("\n"));
          return true;
        });
      assert.equal(count("call"), 0);
      assert.ok(count("start") <= 2);
      await nothingRuns();
    };
    const error = { message: "nicht gefunden", id: "", category: "", target: "", exceptions: [] };
    const noKey = /cannot read .*; a logon without network credentials \(SSH with a key\) is the usual cause/;
    const cases: [string, StartPlan, RegExp][] = [
      [
        "when it ends at once",
        { exit: 5, stderr: "Permission\ndenied" },
        /exit code 5 .*last said: Permission denied$/,
      ],
      ["in a constrained language, told by the exit code", { exit: 87 }, /AppLocker or WDAC/],
      ["when it is too old, told by the exit code", { exit: 86 }, /older than PowerShell 3\.0/],
      ["in a constrained language", { hello: { languageMode: "ConstrainedLanguage" } }, /AppLocker or WDAC/],
      ["when it is of 32 bits", { hello: { is64Bit: false } }, /32-bit process/],
      [
        "with the script of another version",
        { hello: { script: "00" } },
        /'persistentchat shell-script' prints/,
      ],
      ["without the module", { hello: { module: null, errors: [error] } }, /module .*\(nicht gefunden\)/],
      ["without the store", { hello: { store: { ok: false, error: "SQL\r\nnein" } } }, noKey],
      [
        "without the directory",
        { hello: { directory: { ok: false, error: "LDAP" } } },
        /the directory \(LDAP\)/,
      ],
      ["when it says something else", { hello: { psVersion: 5 } }, /does not speak its protocol/],
    ];
    for (const [what, plan, cause] of cases) it(what, () => because(plan, cause));

    it("when it does not answer", () =>
      because({ mute: true }, /did not start in time/, { startTimeout: 200 }));

    it("when there is no such program", () =>
      because({}, /there is no such program/, { command: ["no-such-program-here"] }));

    it("but is waited for when it starts slowly", async () => {
      await call(open({ delay: 700, slow: 300 }));
    });
  });

  describe("when it is closed", () => {
    it("ends an idle process by word, and takes no more calls", async () => {
      const session = open();
      await call(session);
      await session.close();
      assert.deepEqual(runningPids(), []);
      assert.equal(count("bye"), 1);
      await assert.rejects(call(session), CallNotBegun);
      await session.close();
    });

    it("lets the call under way come to its end, and begins no other", async () => {
      const session = open();
      await session.hello();
      const running = call(session, { do: "answer", delay: 1_500, effect: true });
      const waiting = assert.rejects(call(session), CallNotBegun);
      await until("the call has begun", () => count("call") === 1);
      await session.close();
      assert.equal((await running).results.length, 1);
      await waiting;
      assert.deepEqual([count("effect"), count("call")], [1, 1]);
      assert.deepEqual(runningPids(), []);
    });

    it("waits for a call no longer than to its deadline", async () => {
      const session = open();
      await session.hello();
      const running = assert.rejects(call(session, { do: "silent" }, 500), CallOutcomeUnknown);
      await until("the call has begun", () => count("call") === 1);
      await session.close();
      await running;
      assert.deepEqual(runningPids(), []);
    });

    it("ends a process that stays, and one that has not said hello", async () => {
      const stays = open({ stays: true });
      await call(stays);
      const mute = open({ mute: true, stays: true });
      const started = assert.rejects(mute.hello(), CallNotBegun);
      await until("both have started", () => count("hello") === 2);
      const begun = Date.now();
      await Promise.all([stays.close(), mute.close()]);
      assert.ok(Date.now() - begun < LONG / 2);
      await started;
      assert.deepEqual(runningPids(), []);
    });

    it("and was never used, starts nothing", async () => {
      await open().close();
      assert.deepEqual(lines(), []);
    });
  });

  describe("whose own process is ended", () => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const)
      it(`by ${signal} in a call leaves nothing running, and the call done`, async () => {
        const settings: ShellSettings = {
          command: command({}),
          appendArguments: false,
          startTimeout: LONG,
          idleTimeout: LONG,
        };
        const filter: CallPlan = { do: "answer", delay: 1_000, effect: true };
        const parent = spawn(process.execPath, [PARENT, JSON.stringify(settings), JSON.stringify(filter)], {
          stdio: "ignore",
          detached: true,
        });
        await until("the call has begun", () => count("call") === 1);
        const exit = once(parent, "exit");
        // As the terminal does it: to all of the group.
        process.kill(-(parent.pid ?? Number.NaN), signal);
        await exit;
        await nothingRuns();
        assert.deepEqual([count("input"), count("effect")], [1, 1]);
      });
  });
});

function isRunning(pid: number): boolean {
  try {
    // A process that has ended and was not asked for yet is a Z.
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
