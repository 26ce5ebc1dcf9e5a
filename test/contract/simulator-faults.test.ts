import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { WorldInput } from "../../provider/simulator/world";
import { type SimulatedShell, WorldPlace } from "../support/simulated-shell";

const URI = "sip:ocschat@contoso.test";
const NEW = "New-CsPersistentChatEndpoint";
const GET = "Get-CsPersistentChatEndpoint";
const ENDPOINT = { SipAddress: URI, PersistentChatPoolFqdn: "pcpool.contoso.test" };
const AUTOMATIC = 2;

type Fault = NonNullable<WorldInput["faults"]>[number];

describe("a fault of the simulator", function () {
  this.timeout(60_000);
  let place: WorldPlace;

  beforeEach(() => {
    place = new WorldPlace();
  });
  afterEach(() => place.dispose());

  const shellWith = (...faults: Fault[]) => {
    place.fill({ faults });
    return place.shell();
  };
  const count = async (shell: SimulatedShell) => (await shell.done(GET)).length;
  /** How many endpoints there are in the end, as another process sees it. */
  const countLater = async () => count(await place.shell());
  const milliseconds = async (work: Promise<unknown>) => {
    const start = performance.now();
    await work;
    return performance.now() - start;
  };
  const KILLED = { code: null, signal: "SIGKILL" };

  it("latency: befalls the call whose turn it is, and no other", async () => {
    const shell = await shellWith({ kind: "latency", cmdlet: GET, occurrence: 2, ms: 400 });
    assert.ok((await milliseconds(shell.call(GET))) < 350);
    assert.ok((await milliseconds(shell.call(GET))) >= 399);
    assert.ok((await milliseconds(shell.call(GET))) < 350);
  });

  it("is counted across processes", async () => {
    const shell = await shellWith({ kind: "access-denied", cmdlet: GET, occurrence: 2 });
    await shell.done(GET);
    const other = await place.shell();
    assert.equal(await other.fails(GET), "AccessDenied");
    await shell.done(GET);
    assert.equal(place.read().faults[0]?.seen, 3);
  });

  it("the deadline ends a call that takes longer, and the shell with it", async () => {
    const shell = await shellWith({ kind: "latency", cmdlet: NEW, ms: 20_000 });
    const reply = await shell.call(NEW, ENDPOINT, { deadlineMs: 200 });
    assert.deepEqual([reply.ok, reply.timedOut], [false, true]);
    assert.deepEqual(await shell.ended(), { code: 1, signal: null });
    assert.equal(await countLater(), AUTOMATIC);
  });

  it("hang: until the deadline", async () => {
    const shell = await shellWith({ kind: "hang", cmdlet: "write" });
    await shell.done(GET);
    assert.equal((await shell.call(NEW, ENDPOINT, { deadlineMs: 200 })).timedOut, true);
    await shell.ended();
    assert.equal(await countLater(), AUTOMATIC);
  });

  it("hang: past the deadline, until the input ends", async () => {
    const shell = await shellWith({ kind: "hang", cmdlet: NEW, ignoresDeadline: true });
    const answer = assert.rejects(shell.call(NEW, ENDPOINT, { deadlineMs: 50 }), /without an answer/);
    await sleep(400);
    assert.equal(shell.child.exitCode, null);
    shell.child.stdin?.end();
    await answer;
    assert.equal(await countLater(), AUTOMATIC);
  });

  for (const answers of [true, false])
    it(`effect-after-timeout: with ${answers ? "an" : "no"} answer, and although the shell is gone`, async () => {
      const shell = await shellWith({ kind: "effect-after-timeout", cmdlet: NEW, ms: 1500, answers });
      const asked = shell.call(NEW, ENDPOINT, { deadlineMs: 200 });
      if (answers) assert.equal((await asked).timedOut, true);
      else await assert.rejects(asked, /without an answer/);
      await shell.ended();
      const other = await place.shell();
      assert.equal(await count(other), AUTOMATIC);
      await sleep(1600);
      assert.equal(await count(other), AUTOMATIC + 1);
      assert.deepEqual(place.read().pending, []);
    });

  it("noise: before the reply, without an end of line", async () => {
    const shell = await shellWith({ kind: "noise", cmdlet: GET, text: "half a line" });
    assert.equal(await count(shell), AUTOMATIC);
    assert.match(shell.stdout, /half a line\n#PC1 /);
    assert.match(shell.noise, /half a line/);
  });

  it("frame-noise: a reply to the same request under another nonce", async () => {
    const shell = await shellWith({ kind: "frame-noise", cmdlet: GET });
    assert.equal(await count(shell), AUTOMATIC);
    assert.match(shell.noise, /^#PC1 0{32} 2 /m);
  });

  it("stderr-flood", async () => {
    const shell = await shellWith({ kind: "stderr-flood", cmdlet: GET });
    assert.equal(await count(shell), AUTOMATIC);
    assert.ok(shell.stderr.length > 1_048_576);
  });

  it("lost-reply: done, and the shell goes on", async () => {
    const shell = await shellWith({ kind: "lost-reply", cmdlet: NEW });
    void shell.call(NEW, ENDPOINT).catch(() => {});
    assert.equal(await count(shell), AUTOMATIC + 1);
    assert.ok(!/ 2 \d+ /.test(shell.stdout));
  });

  it("half-reply: done, and the shell ends", async () => {
    const shell = await shellWith({ kind: "half-reply", cmdlet: NEW });
    await assert.rejects(shell.call(NEW, ENDPOINT), /without an answer/);
    assert.match(shell.stdout, /#PC1 [0-9a-f]{32} 2 \d+ [^\n]+$/);
    assert.equal(await countLater(), AUTOMATIC + 1);
  });

  it("half-reply: done, and the next reply is whole", async () => {
    const shell = await shellWith({ kind: "half-reply", cmdlet: NEW, goesOn: true });
    void shell.call(NEW, ENDPOINT).catch(() => {});
    assert.equal(await count(shell), AUTOMATIC + 1);
  });

  for (const [kind, left] of [
    ["crash-before", AUTOMATIC],
    ["crash-after", AUTOMATIC + 1],
  ] as const)
    it(`${kind}: leaves ${left} endpoints`, async () => {
      const shell = await shellWith({ kind, cmdlet: NEW });
      await assert.rejects(shell.call(NEW, ENDPOINT), /without an answer/);
      assert.deepEqual(await shell.ended(), KILLED);
      assert.equal(await countLater(), left);
    });

  it("access-denied: to reads, to writes, and to neither under -WhatIf", async () => {
    const shell = await shellWith({ kind: "access-denied", cmdlet: "write", occurrence: "every" });
    assert.equal(await count(shell), AUTOMATIC);
    assert.equal(await shell.fails(NEW, ENDPOINT), "AccessDenied");
    await shell.done(NEW, { ...ENDPOINT, WhatIf: true });
    place.fill({ faults: [{ kind: "access-denied", cmdlet: "read", occurrence: "every" }] });
    assert.equal(await shell.fails(GET), "AccessDenied");
    await shell.done(NEW, ENDPOINT);
  });

  it("empty: lists without anything, and a hello that says why, unless told otherwise", async () => {
    const empty = { kind: "empty", cmdlet: "read", occurrence: "every" } as const;
    place.fill({ faults: [empty] });
    const shell = place.start();
    const { store, directory } = await shell.hello();
    assert.equal((store as { ok: boolean }).ok, false);
    assert.match((directory as { error: string }).error, /access rights/);
    assert.equal(await count(shell), 0);
    place.fill({ faults: [{ ...empty, helloIsFine: true }] });
    assert.deepEqual((await shell.hello()).store, { ok: true });
    assert.equal(await count(shell), 0);
  });

  it("truncated: a list that says so", async () => {
    const shell = await shellWith({ kind: "truncated", cmdlet: GET, keeps: 1 });
    const reply = await shell.call(GET);
    assert.deepEqual([reply.ok, reply.results.length, reply.truncated], [true, 1, true]);
  });

  it("second-administrator: before our call and after it", async () => {
    const does = { cmdlet: NEW, p: Object.entries(ENDPOINT).map(([name, value]) => [name, "s", value]) };
    const before = { kind: "second-administrator", cmdlet: NEW, does } as Fault;
    let shell = await shellWith(before);
    assert.equal(await shell.fails(NEW, ENDPOINT), "SipAddressInUse");
    assert.equal(await count(shell), AUTOMATIC + 1);
    shell = await shellWith({ ...before, cmdlet: GET, when: "after" } as Fault);
    assert.equal(await count(shell), AUTOMATIC);
    assert.equal(await count(shell), AUTOMATIC + 1);
  });

  it("localised: other words, the same id", async () => {
    const shell = await shellWith({ kind: "localised", cmdlet: GET, occurrence: "every" });
    const { errors } = await shell.call(GET, { Identity: URI });
    assert.match(errors[0]?.message ?? "", /wurde kein Verwaltungsobjekt gefunden/);
    assert.equal(errors[0]?.id, `ManagementObjectNotFound,${GET}`);
  });

  it("befalls a hello as well as a cmdlet", async () => {
    place.fill({ faults: [{ kind: "hang", cmdlet: "hello" }] });
    const shell = place.start();
    assert.equal((await shell.hello({ deadlineMs: 100 })).timedOut, true);
    await shell.ended();
  });

  it("times of the command line and of the file", async () => {
    place.fill({ shell: { firstCallMs: 300 } });
    const shell = place.start("--latency", "200", "--start", "300", "--import", "300");
    assert.ok((await milliseconds(shell.hello())) >= 599);
    assert.ok((await milliseconds(shell.call(GET))) >= 499);
    const second = await milliseconds(shell.call(GET));
    assert.ok(second >= 199 && second < 480, `${second} ms`);
  });
});
