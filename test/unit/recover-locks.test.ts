import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  isEngineIn,
  isEngineRunning,
  judged,
  locksIn,
  locksNamedIn,
  stateFolderOf,
} from "../../provider/cli/stacks/recover/locks";

const AT = "2026-01-02T03:04:05.678+01:00";
const holder = { user: "anna", host: "admin01", pid: 4711, at: AT };

describe("the lock of a stack", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "persistentchat-locks-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("lies in the folder of a backend of files alone", () => {
    const of = (url: string) => stateFolderOf(url, "/project", "/home/anna");
    assert.equal(of("file:///var/state"), "/var/state");
    assert.equal(of("file:///var/state?no_tmp_dir=true"), "/var/state");
    assert.equal(of("file://~"), "/home/anna");
    assert.equal(of("file://~/state"), "/home/anna/state");
    assert.equal(of("file://./state"), "/project/state");
    assert.equal(of("file:///var/the%20state"), "/var/the state");
    assert.equal(stateFolderOf("file://./state", "/a%20project", "/home/anna"), "/a project/state");
    for (const url of ["s3://bucket", "https://example.com", "postgres://a/b"])
      assert.equal(of(url), undefined);
  });

  it("tells who holds it, and is one also where it tells nothing", () => {
    assert.equal(locksIn(folder, "organization/chat/test"), undefined, "no state is there");
    const locks = join(folder, ".pulumi", "locks", "organization", "chat", "test");
    mkdirSync(locks, { recursive: true });
    const { user, host, pid, at } = holder;
    const text = JSON.stringify({ pid, username: user, hostname: host, timestamp: at });
    writeFileSync(join(locks, "a.json"), text);
    writeFileSync(join(locks, "b.json"), text.slice(0, 20));
    writeFileSync(join(locks, "a.json.attrs"), "{}");
    assert.deepEqual(locksIn(folder, "organization/chat/test"), [{ holder }, {}]);
    assert.deepEqual(locksIn(folder, "organization/chat/other"), []);
  });

  it("is known from what the engine says when it is kept out", () => {
    const first =
      "error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end";
    const line = (user: string) =>
      `  postgres://h/.pulumi/locks/x.json: created by ${user}@admin01 (pid 4711) at ${AT}`;
    assert.deepEqual(locksNamedIn([first, line("anna"), line("a@b: c")]), [
      { holder },
      { holder: { ...holder, user: "a@b: c" } },
    ]);
    assert.deepEqual(locksNamedIn([first]), [{}]);
    assert.equal(locksNamedIn(["error: no such thing", line("anna")]), undefined);
  });

  it("is of a run that has ended only where that can be known", () => {
    const by = (hostname: string, running: boolean) => ({ hostname, isEngineRunning: () => running });
    assert.equal(judged({ holder }, by("admin01", true)), "running");
    assert.equal(judged({ holder }, by("admin01", false)), "ended");
    assert.equal(judged({ holder }, by("ci-7", false)), "elsewhere");
    assert.equal(judged({}, by("admin01", false)), "unknown");
  });

  it("is not held by a process that has its number by chance", () => {
    assert.equal(isEngineRunning(2 ** 30), false);
    if (process.platform === "linux") assert.equal(isEngineRunning(process.pid), false);
    const of = (name: string, state: string) => isEngineIn(`4711 (${name}) ${state} 1 4711 4711 0`);
    assert.deepEqual([of("pulumi", "S"), of("pulumi", "R"), of("node", "S")], [true, true, false]);
  });

  it("is not held by a process that has ended and that nobody has asked for its end yet", () => {
    for (const state of ["Z", "X"]) assert.equal(isEngineIn(`4711 (pulumi) ${state} 1 4711 4711 0`), false);
    assert.equal(isEngineIn("4711 (pulumi) Z (x) S 1 4711 4711 0"), true, "that is its name");
  });
});
