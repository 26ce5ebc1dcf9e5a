import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Notes } from "../../provider/cutover/notes";
import type { CutoverContext } from "../../provider/lifecycle/cutover/cutover-kind";
import { CutoverLifecycle } from "../../provider/lifecycle/cutover/cutover-lifecycle";
import type { Properties } from "../../provider/lifecycle/properties";
import { isRegistryError } from "../../provider/registry/errors";
import type { TopologyRegistry } from "../../provider/registry/registry";
import type { SipUserSnapshot } from "../../provider/registry/sip-users";
import { RELEASE, USER } from "./cutover-world";
import { ADDRESS, BY_HAND, furnish, POOL } from "./furniture";
import { useSqlitePlace } from "./sqlite-place";

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
      passphrase: "secret",
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

  describe("a release by other means", () => {
    let snapshot: SipUserSnapshot;
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
      snapshot = taken;
    });

    it("is taken back by these means, whatever the program says by then", async () => {
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
