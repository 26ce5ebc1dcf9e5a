import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Notes } from "../../provider/cutover/notes";
import { openSnapshot, sealSnapshot } from "../../provider/cutover/snapshot-file";
import type { CutoverContext } from "../../provider/lifecycle/cutover/cutover-kind";
import { CutoverLifecycle } from "../../provider/lifecycle/cutover/cutover-lifecycle";
import type { Properties } from "../../provider/lifecycle/properties";
import { isRegistryError } from "../../provider/registry/errors";
import type { ChangeOf } from "../../provider/registry/records";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { RELEASE, USER } from "./cutover-world";
import { ADDRESS, BY_HAND, furnish, OTHER_POOL, POOL } from "./furniture";
import { useSqlitePlace } from "./sqlite-place";

const PASSPHRASE = "secret";
const PLAN = [RELEASE];
const LEASE = { cutover: "contoso", lease: "t1" };

describe("the resources of a cutover", () => {
  const place = useSqlitePlace();
  let registry: TopologyRegistry;
  let folder: string;
  let said: string[];
  let tokens: number;

  beforeEach(async () => {
    registry = place.open({ readAge: 0 });
    await furnish(registry);
    await registry.create("sip-user", USER, BY_HAND);
    folder = join(place.folder, "cutover");
    said = [];
    tokens = 0;
  });

  function lifecycle(changes: Partial<CutoverContext> = {}): CutoverLifecycle {
    return new CutoverLifecycle({
      registry,
      operator: "anna@admin01",
      log: (line) => said.push(line),
      clock: () => new Date("2026-11-28T22:00:00Z"),
      newToken: () => `t${++tokens}`,
      passphrase: PASSPHRASE,
      checkpoints: true,
      ...changes,
    });
  }

  const stage = (changes: Properties = {}): Properties => ({
    __kind: "cutover-stage",
    name: "contoso",
    stage: "prepare",
    addresses: [ADDRESS],
    poolFqdn: POOL,
    folder,
    plan: PLAN,
    hold: false,
    ...changes,
  });
  const refused = (work: Promise<unknown>, message: RegExp) =>
    assert.rejects(work, (error) => isRegistryError(error) && message.test(error.message));

  describe("the stage", () => {
    it("begins nothing in a folder that it cannot have, so that another one can be named", async () => {
      new Notes(folder).establish({ cutover: "fabrikam", id: "i1", lease: "t1" });
      await refused(lifecycle().create(stage()), /it is that of cutover 'fabrikam'; name another folder/);
      await lifecycle().create(stage({ folder: `${folder}-2` }));
      assert.equal((await registry.get("cutover", "contoso"))?.record.folder, `${folder}-2`);
    });

    it("leads whoever renamed it under way back to its name, at whatever stage", async () => {
      const { outs } = await lifecycle().create(stage());
      const own =
        /the folder '.*' belongs to cutover 'contoso', which is under way; give the component the name 'contoso' again/;
      for (const at of ["handover", "prepare"]) {
        await refused(lifecycle().create(stage({ name: "contoso2", stage: at })), own);
        await refused(lifecycle().update("contoso", outs, stage({ name: "contoso2", stage: at })), own);
      }
      await lifecycle().delete("contoso", outs);
      await lifecycle().create(stage({ name: "contoso2" }));
    });

    it("says what the folder was, where another operator has another one", async () => {
      const { outs } = await lifecycle().create(stage());
      const other = lifecycle().update("contoso", outs, stage({ folder: "/elsewhere" }));
      await refused(other, new RegExp(`set the folder as before, which is '${folder}'`));
    });

    it("tells whoever breaks a lease to take that out of the program again", async () => {
      await lifecycle().create(stage());
      await lifecycle({ operator: "ben@admin02" }).create(stage({ breakLease: "anna@admin01" }));
      assert.match(said.join("\n"), /taken from anna@admin01; take breakLease out of the program again/);
    });

    it("keeps what the way back needs of a step that was done although the stage was never turned", async () => {
      const { id, outs } = await lifecycle().create(stage());
      const notes = new Notes(folder);
      const done = { by: "anna@admin01", begunAt: "2026-11-28T22:00:00Z" };
      notes.write({ step: "stop-legacy", attempt: 1 }, { before: { at: "", image: null }, do: done });
      await lifecycle().delete(id, outs);
      assert.ok(notes.read({ step: "stop-legacy", attempt: 1 }).before);
      assert.ok(await registry.get("cutover", "contoso"));
    });
  });

  describe("what was prepared", () => {
    const record = async () => (await registry.get("cutover", "contoso"))?.record;
    const rehearsal = {
      at: "2026-11-25T10:00:00Z",
      by: "anna@admin01",
      sipAddress: "sip:test@contoso.com",
      release: 1,
      endpoint: 1,
      lookUp: 1,
      removal: 1,
      restore: 1,
    } as const;
    const write = async (change: ChangeOf<"cutover">) => {
      const live = await registry.get("cutover", "contoso");
      assert.ok(live);
      await registry.update("cutover", "contoso", change, live.revision, BY_HAND);
    };

    it("counts no more with another pool", async () => {
      const { outs } = await lifecycle().create(stage());
      await write({ rehearsal });
      const { outs: held } = await lifecycle().update("contoso", outs, stage({ hold: true }));
      assert.deepEqual((await record())?.rehearsal, rehearsal);
      await lifecycle().update("contoso", held, stage({ poolFqdn: OTHER_POOL }));
      assert.equal((await record())?.rehearsal, null);
    });

    it("gets no further step once the cutover is complete", async () => {
      const { outs } = await lifecycle().create(stage());
      await write({ stage: "complete", begun: "complete", lease: null });
      const more = stage({ stage: "complete", plan: [RELEASE, "verify:1"] });
      await refused(lifecycle().update("contoso", outs, more), /set the steps as before, which is/);
      assert.deepEqual((await record())?.plan, PLAN);
    });

    it("is not recorded anew from a user who is being released", async () => {
      const holder = { ...LEASE, id: "i1" };
      const notes = new Notes(folder);
      notes.establish(holder, "r1", { stage: "handover", plan: PLAN, attempts: { migrate: 1, handover: 1 } });
      const begunAt = "2026-11-28T21:00:00Z";
      notes.write({ step: RELEASE, attempt: 1 }, { do: { by: "anna@admin01", begunAt } });
      const taking = {
        __kind: "user-snapshot",
        sipAddress: ADDRESS,
        file: join(folder, "snapshots", "lost.json"),
        noted: { ...holder, folder, step: RELEASE, attempt: 1 },
      };
      await refused(
        lifecycle().create(taking),
        /is being released.*restore the file '.*lost\.json' from a backup/,
      );
    });
  });

  it("tell with the preflight which answers it was refused for", async () => {
    const holder = { ...LEASE, id: "i1" };
    const notes = new Notes(folder);
    notes.establish(holder, "r1");
    const detail = "2 GB are free, and 9 GB are needed";
    const preflight = {
      __kind: "cutover-preflight",
      cutover: "contoso",
      answers: JSON.stringify([{ question: "the disk has room", outcome: "no", detail }]),
      addresses: [ADDRESS],
      parkedAddresses: [],
      poolFqdn: POOL,
      accepted: [],
      noted: { ...holder, folder, step: "preflight", attempt: 1 },
    };
    const sentence = new RegExp(`the answer is no to .*'the disk has room' \\(${detail}\\)`);
    await refused(lifecycle().create(preflight), sentence);
    assert.match(notes.read({ step: "preflight", attempt: 1 }).do?.failure ?? "", sentence);
    assert.match(notes.journal().at(-1)?.text ?? "", sentence);
  });

  describe("the snapshot on a way back", () => {
    const WRONG = { passphrase: "another" };
    let file: string;
    let released: Properties;

    beforeEach(async () => {
      file = join(folder, "snapshots", "user.json");
      const { outs } = await lifecycle().create({ __kind: "user-snapshot", sipAddress: ADDRESS, file });
      // As the host hands it over: what state keeps as a secret is the plain text here.
      released = { ...outs, snapshot: (outs.snapshot as { value: string }).value };
      const holder = { ...LEASE, id: "i1" };
      const notes = new Notes(folder);
      notes.establish(holder, "r1");
      const noted = { ...holder, folder, step: RELEASE, attempt: 1 };
      notes.write(noted, { do: { by: "anna@admin01", begunAt: "2026-11-28T21:00:00Z" } });
      released = { ...released, noted };
    });

    /** What a run gives with the snapshot of state, or of the file where state was lost. */
    async function run(olds: Properties, changes: Partial<CutoverContext> = {}): Promise<unknown> {
      const { snapshot: _, ...given } = released;
      const news = { ...given, goesBack: true };
      assert.deepEqual(await lifecycle(changes).diff(ADDRESS, released, news), {});
      const { outs } = await (olds.snapshot === undefined
        ? lifecycle(changes).create(news)
        : lifecycle(changes).update(ADDRESS, olds, news));
      return openSnapshot((outs.snapshot as { value: string }).value, PASSPHRASE, "of the run");
    }

    it("is opened from state or from the file", async () => {
      const user = await registry.snapshotUser(ADDRESS);
      assert.deepEqual(await run(released), user);
      assert.deepEqual(await run({ ...released, snapshot: "torn" }), user);
      assert.deepEqual(await run({ ...released, snapshot: undefined }), user);
      writeFileSync(file, "torn");
      assert.deepEqual(await run(released), user);
      rmSync(file);
      assert.deepEqual(await run(released), user);
    });

    it("keeps a run from beginning that could not give the address back", async () => {
      const nothing = /^cannot go back, and this run has taken nothing back: /;
      for (const olds of [released, { ...released, snapshot: undefined }]) {
        for (const changes of [WRONG, { passphrase: undefined }, { checkpoints: false }])
          await refused(run(olds, changes), nothing);
        await refused(run(olds, WRONG), /: the passphrase is not .*; set persistentchat:snapshotPassphrase/);
        await refused(run(olds, { checkpoints: false }), /while PULUMI_SKIP_CHECKPOINTS is set.*; unset it/);
      }
      rmSync(file);
      await refused(run(released, WRONG), /cannot open the snapshot 'in state'/);
    });
  });

  describe("a release", () => {
    let snapshot: string;
    const noted = async (stageOf: "handover" | "migrate") => {
      const holder = { ...LEASE, id: "i1" };
      const turn = { stage: stageOf, plan: PLAN, attempts: { migrate: 1, handover: 1 } };
      new Notes(folder).establish(holder, "r1", turn);
      return { ...holder, folder, step: RELEASE, attempt: 1 };
    };
    const user = async () => {
      const live = await registry.get("sip-user", ADDRESS);
      assert.ok(live);
      return live;
    };

    beforeEach(async () => {
      mkdirSync(folder);
      const taken = await registry.snapshotUser(ADDRESS);
      assert.ok(taken);
      snapshot = sealSnapshot(taken, PASSPHRASE);
    });

    it("that is refused before anything is begun tells why with the step, each time", async () => {
      const release = { __kind: "user-release", snapshot, way: "delete", noted: await noted("handover") };
      const notes = new Notes(folder);
      const told = () => {
        const { direction, event, text } = notes.journal().at(-1) ?? {};
        return [direction, event, text].join(" ");
      };
      const refusals: [Partial<CutoverContext>, RegExp][] = [
        [{ checkpoints: false }, /cannot release a user while PULUMI_SKIP_CHECKPOINTS is set/],
        [{ passphrase: undefined }, /nothing seals it/],
        [{ passphrase: "an0ther" }, /cannot open the snapshot 'in state': the passphrase is not the one/],
      ];
      for (const [changes, message] of refusals) {
        await refused(lifecycle(changes).create(release), message);
        assert.match(told(), new RegExp(`^before failed .*${message.source}`));
      }
      const { record, revision } = await user();
      await registry.update("sip-user", ADDRESS, { displayName: "Another" }, revision, BY_HAND);
      // Also where what is found before was recorded by a run that was cut off there.
      notes.write({ step: RELEASE, attempt: 1 }, { before: { at: "", image: null } });
      await refused(lifecycle().create(release), /not as in the snapshot any more/);
      assert.match(told(), /^before failed .*not as in the snapshot any more \(displayName\)/);
      assert.equal(notes.read({ step: RELEASE, attempt: 1 }).do, undefined);
      const now = (await user()).revision;
      await registry.update("sip-user", ADDRESS, { displayName: record.displayName }, now, BY_HAND);
      await lifecycle().create(release);
      assert.equal(await registry.get("sip-user", ADDRESS), undefined);
      assert.doesNotMatch(JSON.stringify(notes.journal()), /Größe|an0ther|Another/);
    });

    it("that was begun, and its way back, tell with the step what refuses them", async () => {
      const key = { step: RELEASE, attempt: 1 };
      const notes = new Notes(folder);
      const release = { __kind: "user-release", snapshot, way: "delete", noted: await noted("handover") };
      notes.write(key, { before: { at: "", image: null }, do: { by: "anna@admin01", begunAt: "" } });
      const closed = lifecycle({ passphrase: "another" });
      await refused(closed.create(release), /cannot open the snapshot/);
      assert.match(notes.read(key).do?.failure ?? "", /cannot open the snapshot/);
      const told = notes.journal().at(-1);
      assert.deepEqual([told?.direction, told?.event], ["do", "failed"]);
      await lifecycle().create(release);
      const back = { __kind: "user-restore", snapshot, noted: await noted("migrate") };
      await refused(closed.create(back), /cannot open the snapshot/);
      assert.match(notes.read(key).undo?.failure ?? "", /cannot open the snapshot/);
      await refused(lifecycle({ checkpoints: false }).create(back), /cannot restore a user while/);
      assert.match(notes.read(key).undo?.failure ?? "", /cannot restore a user while/);
      assert.equal(await registry.get("sip-user", ADDRESS), undefined);
      await lifecycle().create(back);
      assert.equal((await user()).record.displayName, USER.displayName);
      const { direction, event } = notes.journal().at(-1) ?? {};
      assert.deepEqual([direction, event], ["undo", "done"]);
    });

    it("by other means is taken back by these means, whatever the program says by then", async () => {
      const release = { __kind: "user-release", snapshot, way: "elsewhere" };
      await registry.remove("sip-user", ADDRESS, await user(), BY_HAND);
      await lifecycle().create({ ...release, noted: await noted("handover") });
      const back = { __kind: "user-restore", snapshot, noted: await noted("migrate") };
      await refused(lifecycle().create(back), /it does not hold its address yet; give the address back/);
      assert.equal(await registry.get("sip-user", ADDRESS), undefined);
      await registry.create("sip-user", { ...USER, displayName: "Another" }, BY_HAND);
      await lifecycle().create(back);
      assert.equal((await user()).record.displayName, "Another");
      assert.match(said.join("\n"), /differs from the snapshot in displayName/);
    });
  });
});
