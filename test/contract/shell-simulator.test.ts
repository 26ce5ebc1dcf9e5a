import assert from "node:assert/strict";
import type { Arguments, Cmdlet } from "../../provider/backends/shell/session/cmdlets";
import { ShellSession } from "../../provider/backends/shell/session/session";
import type { ShellSettings } from "../../provider/backends/shell/session/settings";
import {
  CallOutcomeUnknown,
  CallTimedOut,
  CmdletFailed,
  ShellUnusable,
} from "../../provider/backends/shell/session/shell-errors";
import type { WorldInput } from "../../provider/simulator/world";
import { parseWorld } from "../../provider/simulator/world-text";
import { WorldPlace } from "../support/simulated-shell";

const LONG = 20_000;
const GET = "Get-CsPersistentChatEndpoint";
const NEW = "New-CsPersistentChatEndpoint";
const POOL = "pcpool.contoso.test";
const URI = "sip:ocschat@contoso.test";
const ENDPOINT = { SipAddress: URI, PersistentChatPoolFqdn: POOL };

type Fault = NonNullable<WorldInput["faults"]>[number];

describe("a session of the simulated management shell", function () {
  this.timeout(60_000);
  let place: WorldPlace;
  let sessions: ShellSession[];

  beforeEach(() => {
    place = new WorldPlace();
    sessions = [];
  });
  afterEach(async () => {
    await Promise.all(sessions.map((session) => session.close()));
    await place.dispose();
  });

  function open(parts: Partial<WorldInput> = {}, settings: Partial<ShellSettings> = {}): ShellSession {
    place.fill(parts);
    const session = new ShellSession(place.settings({ grace: 500, ...settings }));
    sessions.push(session);
    return session;
  }

  const openWith = (...faults: Fault[]) => open({ faults });
  const call = <C extends Cmdlet>(
    session: ShellSession,
    cmdlet: C,
    given: Arguments<C> = {},
    deadline = LONG,
  ) => session.call(cmdlet, given, { deadline });
  const endpoints = () => {
    const { contacts, changes } = parseWorld(place.text(), place.path);
    return contacts.length + changes.length;
  };

  it("gives lists of no, one and two results", async () => {
    const session = open();
    const addresses = async (given: Arguments<typeof GET>) =>
      (await call(session, GET, given)).results.length;
    assert.equal(await addresses({ LdapFilter: `(msRTCSIP-PrimaryUserAddress=${URI})` }), 0);
    assert.equal(await addresses({ PersistentChatPoolFqdn: POOL }), 1);
    assert.equal(await addresses({}), 2);
  });

  it("gives values that are lists of two, one and no texts, and empties one by null", async () => {
    const session = open();
    const [one, two] = ["pc01.contoso.test", "pc02.contoso.test"];
    const active = async (ActiveServers?: Arguments<"Set-CsPersistentChatActiveServer">["ActiveServers"]) => {
      const Identity = `PersistentChatServer:${POOL}`;
      if (ActiveServers !== undefined)
        await call(session, "Set-CsPersistentChatActiveServer", { Identity, ActiveServers });
      const { results } = await call(session, "Get-CsService", {
        PersistentChatServer: true,
        PoolFqdn: POOL,
      });
      return results[0]?.ActiveServers;
    };
    assert.deepEqual(await active(), [one, two]);
    assert.deepEqual(await active({ Remove: [one] }), [two]);
    // What would be an empty list is null: the server takes an empty Replace for no change.
    await assert.rejects(active({ Replace: [] }), TypeError);
    assert.deepEqual(await active(), [two]);
    assert.deepEqual(await active(null), []);
    assert.deepEqual(await active({ Add: [one, two] }), [one, two]);
  });

  it("says what is missing, and what was cut off", async () => {
    const session = open();
    const options = { deadline: LONG, max: 1, select: ["SipAddress", "Nope"] };
    const { results, missing, truncated } = await session.call(GET, {}, options);
    assert.deepEqual([results.length, missing, truncated], [1, ["Nope"], true]);
  });

  it("gives what the host prints of its own to the call during which it came", async () => {
    const session = openWith(
      { kind: "noise", cmdlet: GET, text: "half a line" },
      { kind: "frame-noise", cmdlet: GET },
      { kind: "stderr-flood", cmdlet: GET },
    );
    assert.match((await call(session, NEW, { ...ENDPOINT, WhatIf: true })).printed, /^What if: Performing/);
    const { results, printed } = await call(session, GET);
    assert.equal(results.length, 2);
    assert.match(printed, /^half a line\n#PC1 0{32} /);
    assert.equal((await call(session, GET)).printed, "");
  });

  it("fails when a cmdlet asks somebody", async () => {
    const session = open({ knobs: { removalAsks: "yes" } });
    await call(session, NEW, ENDPOINT);
    const remove = (Force?: boolean) =>
      call(session, "Remove-CsPersistentChatEndpoint", { Identity: URI, Force });
    await assert.rejects(
      remove(),
      (failure) => failure instanceof CmdletFailed && /NonInteractive/.test(failure.message),
    );
    await remove(true);
    assert.equal((await call(session, GET)).results.length, 2);
  });

  it("fails with the same id in another language", async () => {
    const fails = async (session: ShellSession) => {
      const failure: unknown = await call(session, GET, { Identity: URI }).catch((error: unknown) => error);
      assert.ok(failure instanceof CmdletFailed);
      return failure;
    };
    const english = await fails(open());
    const german = await fails(openWith({ kind: "localised", cmdlet: "*", occurrence: "every" }));
    assert.match(german.message, /Für die Identität "sip:ocschat@contoso\.test" wurde kein/);
    assert.deepEqual(
      german.reply.errors.map(({ id, category }) => [id, category]),
      english.reply.errors.map(({ id, category }) => [id, category]),
    );
    assert.notEqual(german.message, english.message);
  });

  it("stops a call at its deadline, and starts another process for the next one", async () => {
    const session = openWith({ kind: "latency", cmdlet: NEW, ms: 20_000 });
    await assert.rejects(call(session, NEW, ENDPOINT, 200), CallTimedOut);
    assert.equal((await call(session, GET)).results.length, 2);
  });

  describe("knows no more than that a call may have been done", () => {
    const cases: [string, Fault, CallOutcomeUnknown["why"], number][] = [
      [
        "when the cmdlet does not come back",
        { kind: "hang", cmdlet: NEW, ignoresDeadline: true },
        "silent",
        0,
      ],
      ["when its answer is lost", { kind: "lost-reply", cmdlet: NEW }, "silent", 1],
      ["when half of its answer is lost", { kind: "half-reply", cmdlet: NEW }, "ended", 1],
      [
        "when only half of it comes, and no more",
        { kind: "half-reply", cmdlet: NEW, goesOn: true },
        "silent",
        1,
      ],
      ["when the process ends before it", { kind: "crash-before", cmdlet: NEW }, "ended", 0],
      ["when the process ends after it", { kind: "crash-after", cmdlet: NEW }, "ended", 1],
    ];
    for (const [what, fault, why, done] of cases)
      it(what, async () => {
        const session = openWith(fault);
        await assert.rejects(
          call(session, NEW, ENDPOINT, 300),
          (failure) => failure instanceof CallOutcomeUnknown && failure.why === why,
        );
        assert.equal((await call(session, GET)).results.length, 2 + done);
        assert.equal(endpoints(), 2 + done);
      });
  });

  describe("cannot be used", () => {
    const cases: [string, Partial<WorldInput>, RegExp][] = [
      ["in a constrained language", { shell: { languageMode: "ConstrainedLanguage" } }, /AppLocker or WDAC/],
      ["without the module", { shell: { module: null } }, /the module is not there/],
      [
        "without network credentials",
        { faults: [{ kind: "empty", cmdlet: "read", occurrence: "every" }] },
        /central management store .* and the directory .*logon without network credentials/,
      ],
    ];
    for (const [what, parts, cause] of cases)
      it(what, () =>
        assert.rejects(
          call(open(parts), GET),
          (failure) => failure instanceof ShellUnusable && cause.test(failure.message),
        ),
      );
  });
});
