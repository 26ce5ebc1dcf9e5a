import assert from "node:assert/strict";
import type { CutoverStage } from "../../provider/registry/cutover-record";
import type { SipUserSnapshot } from "../../provider/registry/sip-users";
import type { World } from "../../provider/simulator/world";
import { CutoverExample } from "../support/cutover-example";
import { flat } from "../support/cutover-workspace";
import { plugins } from "../support/fault";
import { gaps, Handovers } from "../support/holdings";
import { quiet } from "../support/shell-crash";
import { call, NEW } from "../support/test-world";
import { until } from "../support/until";

const ADDRESS = "sip:ocschat@contoso.test";
const THROW_AWAY = "sip:ocschat-test@contoso.test";
const PARKED = "sip:released-ocschat@contoso.test";
const POOL = "pcpool.contoso.test";
const USER = "CN=Group Chat,OU=Service Accounts,DC=contoso,DC=test";
const RIVAL = "CN=Group Chat Test,OU=Service Accounts,DC=contoso,DC=test";
const HOUR = 3_600_000;
/** Milliseconds of two runs of the User Replicator. */
const CYCLES = 2_000;

describe("the example cutover behind a management shell", function () {
  this.timeout(600_000);
  let example: CutoverExample;
  let snapshot: SipUserSnapshot | undefined;
  let migrated: World;
  const handovers = new Handovers(() => example.world, ADDRESS);

  before(async () => {
    example = await CutoverExample.create("replicationTimeout=5");
    example.world.change(({ directory }) => {
      // It learns of users before it learns of contacts, and of both in less than two runs of the User Replicator.
      Object.assign(directory.frontEnds[0] ?? {}, { userMs: 0, contactMs: 1_900 });
    });
    await example.up();
  });
  after(() => example?.dispose());

  /** Directory and topology are as they were before the handover, the user with every attribute. */
  async function assertAsBefore(): Promise<void> {
    assert.deepEqual(await userNow(), snapshot);
    assert.deepEqual(example.world.seen(), { ...migrated, directory: example.world.seen().directory });
  }

  async function refused(stage: CutoverStage, pattern: RegExp): Promise<string> {
    let said = "";
    const made = await writes(async () => {
      said = await example.upFails(stage);
    });
    assert.match(said, pattern);
    assert.equal(made, 0);
    return said;
  }

  const userNow = () => example.workspace.registry((registry) => registry.snapshotUser(ADDRESS));

  /** How often somebody really changed the directory meanwhile. */
  async function writes(work: () => Promise<unknown>): Promise<number> {
    const before = example.world.read().lastSequence;
    await work();
    return example.world.read().lastSequence - before;
  }

  const byHand = (dn: string, change: Record<string, unknown>) =>
    example.world.byHand("Set-CsUser", { Identity: dn, ...change });

  /** Has the second domain controller know all now, and what comes later as in the sample. */
  function catchUp(): void {
    example.arriveIn(0);
    example.lag(1_000);
  }

  /** Kills the plugin while it waits for the second domain controller, after so many changes. */
  async function killedInWait(stage: CutoverStage, changes: number): Promise<void> {
    example.lag(HOUR);
    const { lastSequence } = example.world.read();
    const { result } = example.start(stage);
    await until(
      "the directory is changed",
      () => example.world.read().lastSequence === lastSequence + changes,
    );
    example.world.faults();
    await example.world.called("read", 8);
    const waiting = plugins(example.workspace);
    assert.notEqual(waiting.length, 0, "the plugin waits no longer");
    for (const { pid } of waiting) process.kill(pid, "SIGKILL");
    assert.notEqual((await result).code, 0);
    await quiet(example.workspace);
  }

  it("asks before anything is changed whether the account can be, and takes the snapshot", async () => {
    const protect = (adminCount: number) =>
      example.world.change(({ users }) => Object.assign(users[0] ?? {}, { adminCount }));
    protect(1);
    assert.match(
      await example.upFails("prepare"),
      /cannot prepare cutover 'contoso': the answer is no to 'the user of sip:ocschat@contoso\.test can be changed' \(the account is, or was, in a protected group \(adminCount\)/,
    );
    protect(0);
    const found = example.world.seen();
    assert.match(
      flat(await example.up("prepare")),
      /could not ask the user of sip:ocschat@contoso\.test can be changed: it is not homed on the next hop of the pool/,
    );
    assert.deepEqual(example.world.seen(), found);
    snapshot = await userNow();
    assert.ok(snapshot);
  });

  it("rehearses with a throw-away user, who comes back, and says who holds the address", async () => {
    const found = example.world.seen();
    const rehearsed = await example.ask("cutover", "rehearse", "contoso", "--user", THROW_AWAY);
    assert.equal(rehearsed.code, 0, rehearsed.output);
    assert.match(rehearsed.stdout, /nobody held the address, for \d+\.\d+ s$/m);
    assert.deepEqual(example.world.seen(), found);
    assert.equal(gaps(example.world.read().holdings, THROW_AWAY).length, 8);
    const { stdout } = await example.ask("cutover", "status", "contoso");
    assert.match(stdout, /^sip:ocschat@contoso\.test +user 'Group Chat', as dc01\S+, dc02\S+ show$/m);
    assert.match(stdout, /^next +set stage to 'migrate'/m);
  });

  it("hands over, and goes on with a way back whose plugin was killed while it waited, and changes nothing twice", async () => {
    assert.equal(await example.holder(ADDRESS), "Group Chat");
    await example.up("migrate");
    migrated = example.world.seen();
    await handovers.during("the handover", () => example.up("handover"));
    assert.equal(await example.holder(ADDRESS), POOL);
    const { stdout } = await example.ask("cutover", "status", "contoso");
    assert.match(
      stdout,
      /^sip:ocschat@contoso\.test +pool pcpool\.contoso\.test, as dc01\S+, dc02\S+ show$/m,
    );
    await handovers.during("the way back that was cut off", async () => {
      const made = await writes(async () => {
        await killedInWait("migrate", 2);
        catchUp();
        await example.up("migrate");
      });
      assert.equal(made, 2);
    });
    await assertAsBefore();
    assert.equal(await example.holder(ADDRESS), "Group Chat");
  });

  it("changes nothing where the user was changed since the snapshot, of whom only the names are told", async () => {
    byHand(USER, { LineURI: "tel:+4711" });
    const said = await refused("handover", /it is not as in the snapshot any more \(lineUri\)/);
    assert.doesNotMatch(said, /4711/);
    byHand(USER, { LineURI: null });
  });

  it("changes nothing where somebody has taken the address, or the one at which the user is to be parked", async () => {
    byHand(RIVAL, { SipAddress: PARKED });
    await refused(
      "handover",
      /cannot release SIP user 'sip:ocschat@contoso\.test': 'sip:released-ocschat@contoso\.test', where it is to be parked, is held by a SIP user 'Group Chat Test'/,
    );
    await handovers.during("an address that changes hands", async () => {
      byHand(USER, { SipAddress: "sip:moved@contoso.test" });
      byHand(RIVAL, { SipAddress: ADDRESS });
      await refused("handover", /cannot release SIP user 'sip:ocschat@contoso\.test': .* 'Group Chat Test'/);
      byHand(RIVAL, { SipAddress: THROW_AWAY });
      byHand(USER, { SipAddress: ADDRESS });
    });
  });

  it("changes nothing where a user would be disabled who has policies", async () => {
    example.program("      hold,\n", '      hold,\n      release: "disable",\n');
    await refused(
      "handover",
      /disabling it takes what could not be given back here \(clientPolicy, externalAccessPolicy\)/,
    );
    example.program();
    await assertAsBefore();
  });

  it("makes no endpoint before the address is seen nowhere, leaves it to whoever takes it then, and gets it back from him", async () => {
    await handovers.during("the handover that a second administrator ends", async () => {
      const made = await writes(async () => {
        await killedInWait("handover", 1);
        assert.match(
          await example.upFails("handover"),
          /cannot release SIP user 'sip:ocschat@contoso\.test': waited 5 s until no domain controller shows the address any more, and 'dc02\.contoso\.test' shows it with the SIP user 'Group Chat'; 'repadmin \/showrepl dc02\.contoso\.test' tell/,
        );
        assert.equal(example.world.calls(NEW), 0);
      });
      assert.equal(made, 1);

      const does = call("Set-CsUser", { Identity: RIVAL, SipAddress: ADDRESS });
      example.world.faults({ kind: "second-administrator", cmdlet: NEW, does });
      const arrival = Date.now() + 2_500;
      example.arriveIn(2_500);
      assert.match(
        await example.upFails("handover"),
        /cannot create legacy endpoint 'sip:ocschat@contoso\.test': the address is held by the SIP user 'Group Chat Test'/,
      );
      const taken = example.world.read().holdings.find(({ at, holders }) => {
        return Date.parse(at) > arrival && holders.includes(RIVAL);
      });
      assert.ok(Date.parse(taken?.at ?? "") >= arrival + CYCLES, "it was not waited for the Front Ends");

      catchUp();
      await refused(
        "migrate",
        /cannot restore SIP user 'sip:ocschat@contoso\.test': the address is held by another SIP user 'Group Chat Test'/,
      );
      byHand(RIVAL, { SipAddress: THROW_AWAY });
      await example.up("migrate");
    });
    await assertAsBefore();
  });

  it("is not taken for a new one on a machine that does not know it", async () => {
    await example.lookIn(`${example.registry}&journal=.persistentchat/elsewhere.db`);
    for (const stage of ["migrate", "prepare"] as const)
      await refused(
        stage,
        /cannot go on with cutover 'contoso': the registry knows no cutover of this name, and the folder '\S+contoso' is that of one; use the registry in which it was begun/,
      );
    const unknown = await example.workspace.registry((registry) => registry.get("cutover", "contoso"));
    assert.equal(unknown, undefined);
    await example.lookIn(example.registry);
  });

  it("goes forward again, and back whole", async () => {
    await handovers.during("the last handover", () => example.up("handover"));
    assert.equal(await example.holder(ADDRESS), POOL);
    await handovers.during("the whole way back", () => example.up("prepare"));
    await assertAsBefore();
    assert.equal(await example.holder(ADDRESS), "Group Chat");
  });

  it("left no moment in any view in which two held an address, and none without a holder outside the handovers", () => {
    for (const line of handovers.proved()) console.log(`      ${line}`);
  });
});
