import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { withLock } from "../../provider/engine/lock";
import { createScratch, PROCESSES_MS, type Scratch } from "./engine-fakes";

const HOLDER = `
const { withLock } = require(${JSON.stringify(require.resolve("../../provider/engine/lock"))});
withLock(process.argv[1], () => {}, new AbortController().signal, () => {
  process.send("held");
  return new Promise(() => setInterval(() => {}, 1000));
});
`;

describe("the lock of the set-up", function () {
  this.timeout(PROCESSES_MS);

  const signal = new AbortController().signal;
  let scratch: Scratch;

  beforeEach(async () => {
    scratch = await createScratch();
  });
  afterEach(() => scratch.remove());

  it("lets one work at a time, and tells the other that it waits", async () => {
    const events: string[] = [];
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const wait = () => {
      events.push("second waits");
      letGo();
    };
    let second: Promise<unknown> | undefined;
    await withLock(scratch.cache, assert.fail, signal, async () => {
      events.push("first begins");
      second = withLock(scratch.cache, wait, signal, async () => events.push("second begins"));
      await held;
      events.push("first ends");
    });
    await second;
    assert.deepEqual(events, ["first begins", "second waits", "first ends", "second begins"]);
  });

  it("is free again after a failure", async () => {
    const fail = () => Promise.reject(new Error("no"));
    await assert.rejects(withLock(scratch.cache, assert.fail, signal, fail), /no/);
    assert.equal(await withLock(scratch.cache, assert.fail, signal, async () => "again"), "again");
  });

  it("does not outlive a killed process", async () => {
    const holder = spawn(process.execPath, ["-e", HOLDER, scratch.cache], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    await once(holder, "message");
    let waited = 0;
    const wait = () => {
      waited += 1;
      holder.kill("SIGKILL");
    };
    assert.equal(await withLock(scratch.cache, wait, signal, async () => "mine"), "mine");
    assert.equal(waited, 1);
  });

  it("ends its wait when it is interrupted", async () => {
    const controller = new AbortController();
    await withLock(scratch.cache, assert.fail, signal, async () => {
      const waiting = withLock(scratch.cache, () => controller.abort(), controller.signal, assert.fail);
      await assert.rejects(waiting, /^NoEngine: cannot lock/);
    });
  });
});
