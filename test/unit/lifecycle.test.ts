import assert from "node:assert/strict";
import sinon from "sinon";
import { Lifecycle } from "../../provider/lifecycle/lifecycle";
import { PartialFailure } from "../../provider/lifecycle/partial-failure";
import type { Properties } from "../../provider/lifecycle/properties";
import { RegistryError } from "../../provider/registry/errors";
import type { Actor, Stored } from "../../provider/registry/registry";
import { MemoryRegistry, MemoryStore } from "../support/memory-registry";
import { secret } from "../support/secret";

const OWN = "chat/dev/ocschat";
const FOREIGN = "chat/prod/ocschat";
const ADDRESS = "sip:ocschat@contoso.com";
const NOW = "2026-11-23T08:00:00.000Z";

/** Inputs as state has them beside the loader's text. */
const PLAIN: Properties = {
  __kind: "endpoint",
  managedBy: OWN,
  sipAddress: ADDRESS,
  poolFqdn: "pc1.contoso.com",
};
const ENDPOINT: Properties = { ...PLAIN, __provider: "text" };
const POOL: Properties = {
  __kind: "pool",
  __provider: "text",
  managedBy: "chat/dev/pool",
  poolFqdn: "pool.contoso.com",
  shape: "multiple",
};

const us: Actor = { managedBy: OWN, operator: "anna@admin01" };
const them: Actor = { managedBy: FOREIGN, operator: "ben@admin02" };
const byHand: Actor = { operator: "carla@admin03" };

function denied(): RegistryError {
  return new RegistryError("unavailable", "cannot write: no permission");
}

describe("lifecycle", () => {
  let registry: MemoryRegistry;
  let lifecycle: Lifecycle;
  let logged: string[];

  beforeEach(async () => {
    let tokens = 0;
    registry = new MemoryRegistry(new MemoryStore(), {
      clock: () => new Date(NOW),
      newIncarnation: () => `i${++tokens}`,
    });
    logged = [];
    lifecycle = new Lifecycle({ registry, operator: us.operator, log: (line) => logged.push(line) });
    await registry.create("sip-domain", { domain: "contoso.com" }, byHand);
    for (const name of ["pc1", "pc2", "pc3"])
      await registry.create("pool", { poolFqdn: `${name}.contoso.com`, shape: "single" }, byHand);
    tokens = 0;
  });
  afterEach(() => sinon.restore());

  /** An endpoint that somebody made beside us. */
  function given(by: Actor, fields: { poolFqdn?: string; displayName?: string } = {}) {
    return registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: "pc1.contoso.com", ...fields }, by);
  }

  async function live(): Promise<Stored<"endpoint">> {
    const stored = await registry.get("endpoint", ADDRESS);
    assert.ok(stored, "the endpoint is there");
    return stored;
  }

  async function change(by: Actor, fields: { poolFqdn?: string; displayName?: string }) {
    return registry.update("endpoint", ADDRESS, fields, (await live()).revision, by);
  }

  async function take(by: Actor) {
    return registry.claim("endpoint", ADDRESS, (await live()).revision, by);
  }

  function rejects(call: Promise<unknown>, code: string, message: string) {
    return assert.rejects(call, { name: "RegistryError", code, message });
  }

  async function actions(): Promise<string[]> {
    return (await registry.history("endpoint", ADDRESS)).map(({ action }) => action);
  }

  describe("create", () => {
    it("makes the record, and returns inputs, revision and incarnation", async () => {
      const { id, outs } = await lifecycle.create({ ...ENDPOINT, displayName: "Group Chat" });
      assert.equal(id, ADDRESS);
      assert.deepEqual(outs, {
        ...PLAIN,
        displayName: "Group Chat",
        effective: {},
        revision: "1",
        incarnation: "i1",
      });
      assert.deepEqual(await live(), {
        kind: "endpoint",
        key: ADDRESS,
        record: { sipAddress: ADDRESS, poolFqdn: "pc1.contoso.com", displayName: "Group Chat" },
        revision: "1",
        incarnation: "i1",
        managedBy: OWN,
      });
      assert.deepEqual(logged, []);
    });

    it("leaves what the program leaves out to the store, and shows it as effective", async () => {
      const { outs } = await lifecycle.create({ ...POOL, port: 5000, settings: { maxFileSizeKB: 1 } });
      const { __provider, ...inputs } = POOL;
      assert.deepEqual(outs, {
        ...inputs,
        port: 5000,
        settings: { maxFileSizeKB: 1 },
        serviceIdentity: "PersistentChatServer:pool.contoso.com",
        poolState: "Normal",
        effective: {
          servers: [],
          activeServers: [],
          settings: { defaultChatHistory: 30, participantUpdateLimit: 75 },
        },
        revision: "1",
        incarnation: "i1",
      });
    });

    it("recognises its own record, from a run that was cut off, as a new incarnation", async () => {
      await given(us);
      const { id, outs } = await lifecycle.create(ENDPOINT);
      assert.equal(id, ADDRESS);
      assert.equal(outs.incarnation, "i2");
      assert.equal((await live()).incarnation, "i2");
      assert.deepEqual(logged, [
        "legacy endpoint 'sip:ocschat@contoso.com' was made by an earlier run and is recognised",
      ]);
    });

    it("brings its own record to what is declared now", async () => {
      await given(us, { poolFqdn: "pc2.contoso.com" });
      await lifecycle.create(ENDPOINT);
      assert.equal((await live()).record.poolFqdn, "pc1.contoso.com");
    });

    it("refuses a record of nobody", async () => {
      await given(byHand);
      await rejects(
        lifecycle.create(ENDPOINT),
        "already-exists",
        `cannot create legacy endpoint 'sip:ocschat@contoso.com': it exists and nobody manages it; to take it into this stack add adopt: "match" (when it is as declared) or adopt: "take-over" (whatever it is)`,
      );
      assert.deepEqual(await actions(), ["create"]);
    });

    it("refuses a record of another stack, naming it", async () => {
      await given(them);
      await rejects(
        lifecycle.create({ ...ENDPOINT, adopt: "fail" }),
        "already-exists",
        `cannot create legacy endpoint 'sip:ocschat@contoso.com': it exists and is managed by 'chat/prod/ocschat'; to take it into this stack add adopt: "match" (when it is as declared) or adopt: "take-over" (whatever it is)`,
      );
    });

    it("refuses a record of another resource of this stack, and says what helps", async () => {
      await given({ ...us, managedBy: "chat/dev/other" });
      await rejects(
        lifecycle.create(ENDPOINT),
        "already-exists",
        `cannot create legacy endpoint 'sip:ocschat@contoso.com': it exists and is managed by 'chat/dev/other' of this stack (a renamed resource needs an alias, and adopt as well when it is replaced at the same time; a record that passes from one resource to another needs two steps, giving up first); to take it into this stack add adopt: "match" (when it is as declared) or adopt: "take-over" (whatever it is)`,
      );
    });

    it("adopts what is as declared", async () => {
      await given(them, { displayName: "Group Chat" });
      const { outs } = await lifecycle.create({ ...ENDPOINT, adopt: "match" });
      assert.deepEqual(outs.effective, { displayName: secret("Group Chat") });
      assert.deepEqual(
        [(await live()).managedBy, (await live()).incarnation, outs.incarnation],
        [OWN, "i2", "i2"],
      );
      assert.deepEqual(await actions(), ["create", "claim"]);
      assert.deepEqual(logged, [
        "legacy endpoint 'sip:ocschat@contoso.com' is adopted from 'chat/prod/ocschat'",
      ]);
    });

    it("refuses to adopt what is not as declared, with every difference and no free text", async () => {
      await given(byHand, { poolFqdn: "pc2.contoso.com", displayName: "Canary" });
      await rejects(
        lifecycle.create({ ...ENDPOINT, displayName: "Group Chat", adopt: "match" }),
        "already-exists",
        `cannot adopt legacy endpoint 'sip:ocschat@contoso.com': it exists and is not as declared: poolFqdn is "pc2.contoso.com"; displayName differs; declare it as it is, or change it with adopt: "take-over"`,
      );
      assert.deepEqual(await actions(), ["create"]);
    });

    it("lists among the differences what is fixed, nested or not set", async () => {
      const inputs = { ...POOL, poolFqdn: "pc1.contoso.com", adopt: "match" };
      await rejects(
        lifecycle.create({ ...inputs, nextHopPool: "fe.contoso.com", settings: { defaultChatHistory: 1 } }),
        "already-exists",
        `cannot adopt Persistent Chat pool 'pc1.contoso.com': it exists and is not as declared: shape is "single"; nextHopPool is not set; settings.defaultChatHistory is 30; declare it as it is, or change it with adopt: "take-over"`,
      );
    });

    it("takes a record over, whatever it is, and brings it to what is declared", async () => {
      await given(them, { poolFqdn: "pc2.contoso.com", displayName: "Theirs" });
      await lifecycle.create({ ...ENDPOINT, adopt: "take-over" });
      const { record, managedBy } = await live();
      assert.deepEqual(record, { sipAddress: ADDRESS, poolFqdn: "pc1.contoso.com", displayName: "Theirs" });
      assert.equal(managedBy, OWN);
      assert.deepEqual(await actions(), ["create", "claim", "update"]);
    });

    it("does not take over a pool of another shape", async () => {
      await rejects(
        lifecycle.create({ ...POOL, poolFqdn: "pc1.contoso.com", adopt: "take-over" }),
        "invalid",
        `cannot take over Persistent Chat pool 'pc1.contoso.com': shape is "single", and that never changes; declare it as it is`,
      );
      assert.equal((await registry.get("pool", "pc1.contoso.com"))?.managedBy, undefined);
    });

    it("passes on what the registry refuses", () =>
      rejects(
        lifecycle.create({ ...ENDPOINT, poolFqdn: "none.contoso.com" }),
        "invalid",
        "cannot create legacy endpoint 'sip:ocschat@contoso.com': the registry knows no Persistent Chat pool 'none.contoso.com'; declare it, and refer to it by its poolFqdn output",
      ));

    it("recognises its own record where another create of the same resource came between", async () => {
      const create = sinon.stub(registry, "create").callsFake(async (kind, record, by) => {
        create.restore();
        await registry.create(kind, record, by);
        return registry.create(kind, record, by);
      });
      await lifecycle.create(ENDPOINT);
      assert.deepEqual(await actions(), ["create", "claim"]);
    });
  });

  describe("create, where it fails half-way", () => {
    it("keeps a claimed record in state, with the loader's text and what the record has", async () => {
      await given(them, { poolFqdn: "pc2.contoso.com", displayName: "Theirs" });
      sinon.stub(registry, "update").rejects(denied());
      const wanted = { ...ENDPOINT, displayName: "Ours", adopt: "take-over" };
      await assert.rejects(lifecycle.create(wanted), (error) => {
        assert.ok(error instanceof PartialFailure);
        assert.equal(error.message, "cannot write: no permission [unavailable]");
        assert.deepEqual(error.reasons, ["cannot write: no permission [unavailable]"]);
        assert.equal(error.id, ADDRESS);
        assert.deepEqual(error.properties, {
          ...wanted,
          poolFqdn: "pc2.contoso.com",
          displayName: "Theirs",
          effective: {},
          revision: "2",
          incarnation: "i2",
        });
        return true;
      });
    });

    it("lets the update that follows finish the work", async () => {
      await given(them, { poolFqdn: "pc2.contoso.com" });
      const update = sinon.stub(registry, "update").rejects(denied());
      const failure = await lifecycle.create({ ...ENDPOINT, adopt: "take-over" }).catch((error) => error);
      update.restore();
      await lifecycle.update(ADDRESS, failure.properties, { ...ENDPOINT, adopt: "take-over" });
      assert.equal((await live()).record.poolFqdn, "pc1.contoso.com");
    });

    it("is a plain failure where nothing was claimed", async () => {
      sinon.stub(registry, "create").rejects(denied());
      await rejects(lifecycle.create(ENDPOINT), "unavailable", "cannot write: no permission");
    });
  });

  describe("update", () => {
    let state: Properties;
    beforeEach(async () => {
      state = (await lifecycle.create({ ...ENDPOINT, displayName: "Group Chat" })).outs;
    });
    const wanted = { ...ENDPOINT, poolFqdn: "pc2.contoso.com", displayName: "Group Chat" };
    const moved =
      "cannot update legacy endpoint 'sip:ocschat@contoso.com': it was changed since this stack last saw it";
    const refresh = "run 'pulumi refresh' to see the change, then 'pulumi up' to decide";

    it("writes what changed, and nothing else", async () => {
      const update = sinon.spy(registry, "update");
      const { outs } = await lifecycle.update(ADDRESS, state, wanted);
      assert.deepEqual(update.args, [["endpoint", ADDRESS, { poolFqdn: "pc2.contoso.com" }, "1", us]]);
      assert.deepEqual(outs, { ...state, poolFqdn: "pc2.contoso.com", revision: "2" });
    });

    it("writes nothing where the record is as wanted", async () => {
      const { outs } = await lifecycle.update(ADDRESS, state, { ...wanted, poolFqdn: "pc1.contoso.com" });
      assert.equal(outs.revision, "1");
      assert.deepEqual(await actions(), ["create"]);
    });

    it("leaves a field that the program leaves out as it is, and shows it as effective", async () => {
      const { outs } = await lifecycle.update(ADDRESS, state, ENDPOINT);
      assert.equal(outs.displayName, undefined);
      assert.deepEqual(outs.effective, { displayName: secret("Group Chat") });
      assert.equal((await live()).record.displayName, "Group Chat");
      assert.deepEqual(await actions(), ["create"]);
    });

    it("writes single settings, and leaves the others", async () => {
      const pool = { ...POOL, settings: { defaultChatHistory: 40, maxFileSizeKB: 9 } };
      const { outs } = await lifecycle.create(pool);
      await registry.update("pool", "pool.contoso.com", { settings: { maxFileSizeKB: 10 } }, "1", byHand);
      await lifecycle.update("pool.contoso.com", outs, { ...POOL, settings: { defaultChatHistory: 41 } });
      const record = (await registry.get("pool", "pool.contoso.com"))?.record;
      assert.deepEqual(record?.settings, {
        defaultChatHistory: 41,
        maxFileSizeKB: 10,
        participantUpdateLimit: 75,
      });
    });

    it("makes the record again where it is gone, as the incarnation that state knows", async () => {
      await registry.remove("endpoint", ADDRESS, { incarnation: "i1" }, byHand);
      const { outs } = await lifecycle.update(ADDRESS, state, wanted);
      assert.deepEqual([outs.incarnation, (await live()).incarnation], ["i1", "i1"]);
      assert.equal((await live()).managedBy, OWN);
      assert.deepEqual(logged, ["legacy endpoint 'sip:ocschat@contoso.com' was gone and is made again"]);
    });

    it("claims a record that somebody made again by hand", async () => {
      await registry.remove("endpoint", ADDRESS, { incarnation: "i1" }, byHand);
      await given(byHand, { displayName: "Group Chat" });
      const { outs } = await lifecycle.update(ADDRESS, state, wanted);
      const { managedBy, incarnation } = await live();
      assert.deepEqual([managedBy, incarnation, outs.incarnation], [OWN, "i1", "i1"]);
    });

    it("leaves state able to delete the record, even if its own answer is lost", async () => {
      await registry.remove("endpoint", ADDRESS, { incarnation: "i1" }, byHand);
      await given(us, { displayName: "Group Chat" });
      await lifecycle.update(ADDRESS, state, wanted);
      await lifecycle.delete(ADDRESS, state);
      assert.equal(await registry.get("endpoint", ADDRESS), undefined);
    });

    it("refuses a record that somebody else took", async () => {
      await take(them);
      await rejects(
        lifecycle.update(ADDRESS, state, wanted),
        "not-owner",
        "cannot update legacy endpoint 'sip:ocschat@contoso.com': it is managed by 'chat/prod/ocschat' now; remove it from one of the two programs ('pulumi state delete' forgets it here)",
      );
      assert.equal((await live()).record.poolFqdn, "pc1.contoso.com");
    });

    it("refuses a pool that has got another shape", async () => {
      const { outs } = await lifecycle.create(POOL);
      await registry.remove("pool", "pool.contoso.com", { incarnation: String(outs.incarnation) }, byHand);
      await registry.create("pool", { poolFqdn: "pool.contoso.com", shape: "single" }, byHand);
      await rejects(
        lifecycle.update("pool.contoso.com", outs, { ...POOL, port: 5000 }),
        "invalid",
        `cannot update Persistent Chat pool 'pool.contoso.com': shape is "single", and that never changes; declare it as it is`,
      );
    });

    it("refuses to undo what somebody else changed, and says who and when", async () => {
      await change(byHand, { poolFqdn: "pc3.contoso.com", displayName: "Drifted" });
      await rejects(
        lifecycle.update(ADDRESS, state, { ...wanted, displayName: "Wanted" }),
        "conflict",
        `${moved} (poolFqdn by carla@admin03, at ${NOW}, displayName by carla@admin03, at ${NOW}); ${refresh}`,
      );
      assert.equal((await live()).record.poolFqdn, "pc3.contoso.com");
    });

    it("names the resource by which it was changed", async () => {
      await change(them, { poolFqdn: "pc3.contoso.com" });
      await rejects(
        lifecycle.update(ADDRESS, state, wanted),
        "conflict",
        `${moved} (poolFqdn by 'chat/prod/ocschat', ben@admin02, at ${NOW}); ${refresh}`,
      );
    });

    it("names the field alone where the store keeps no history", async () => {
      await change(byHand, { poolFqdn: "pc3.contoso.com" });
      const silent = Object.create(registry, {
        capabilities: { value: { ...registry.capabilities, history: false } },
        get: { value: registry.get.bind(registry) },
        history: { value: sinon.stub().rejects(new Error("there is none")) },
      });
      const other = new Lifecycle({ registry: silent, operator: us.operator, log() {} });
      await rejects(other.update(ADDRESS, state, wanted), "conflict", `${moved} (poolFqdn); ${refresh}`);
    });

    it("has no conflict with what somebody changed to what is wanted", async () => {
      await change(byHand, { poolFqdn: "pc2.contoso.com" });
      const { outs } = await lifecycle.update(ADDRESS, state, wanted);
      assert.equal(outs.revision, "2");
    });

    it("has no conflict over a field that is not managed, before or now", async () => {
      await change(byHand, { displayName: "Drifted" });
      await lifecycle.update(ADDRESS, state, { ...ENDPOINT, poolFqdn: "pc2.contoso.com" });
      await change(byHand, { displayName: "Drifted again" });
      const { outs } = await lifecycle.update(ADDRESS, { ...state, displayName: undefined }, wanted);
      assert.equal(outs.displayName, "Group Chat");
      assert.equal((await live()).record.displayName, "Group Chat");
    });

    it("has no conflict with its own update that was cut off before its answer", async () => {
      await lifecycle.update(ADDRESS, state, { ...wanted, poolFqdn: "pc3.contoso.com" });
      const { outs } = await lifecycle.update(ADDRESS, state, wanted);
      assert.equal(outs.poolFqdn, "pc2.contoso.com");
      assert.equal((await live()).record.poolFqdn, "pc2.contoso.com");
    });

    it("has a conflict with what somebody changed after its own update that was cut off", async () => {
      await lifecycle.update(ADDRESS, state, wanted);
      await change(byHand, { poolFqdn: "pc3.contoso.com" });
      await rejects(
        lifecycle.update(ADDRESS, state, wanted),
        "conflict",
        `${moved} (poolFqdn by carla@admin03, at ${NOW}); ${refresh}`,
      );
    });

    it("starts over where it lost a race on a field that is not ours", async () => {
      const get = sinon.stub(registry, "get").callsFake(async (kind, key) => {
        const seen = await get.wrappedMethod.call(registry, kind, key);
        if (get.callCount <= 3) {
          const foreign = { displayName: `Drifted ${get.callCount}` };
          await registry.update("endpoint", ADDRESS, foreign, String(seen?.revision), byHand);
        }
        return seen as never;
      });
      const { outs } = await lifecycle.update(ADDRESS, state, { ...ENDPOINT, poolFqdn: "pc2.contoso.com" });
      assert.equal(get.callCount, 4);
      assert.deepEqual(outs.effective, { displayName: secret("Drifted 3") });
      assert.equal(outs.poolFqdn, "pc2.contoso.com");
    });

    it("gives up after ten lost races", async () => {
      const lost = new RegistryError("conflict", "it was changed since it was read");
      const update = sinon.stub(registry, "update").rejects(lost);
      await assert.rejects(lifecycle.update(ADDRESS, state, wanted), lost);
      assert.equal(update.callCount, 10);
    });

    it("sees a conflict that arises between its attempts", async () => {
      const update = sinon.stub(registry, "update").callsFake(async () => {
        update.restore();
        await change(byHand, { poolFqdn: "pc3.contoso.com" });
        throw new RegistryError("conflict", "it was changed since it was read");
      });
      await rejects(
        lifecycle.update(ADDRESS, state, wanted),
        "conflict",
        `${moved} (poolFqdn by carla@admin03, at ${NOW}); ${refresh}`,
      );
    });
  });

  describe("delete", () => {
    let state: Properties;
    const LEFT =
      "legacy endpoint 'sip:ocschat@contoso.com' is left as it is: the registry's record was made or claimed after this resource last wrote it";
    beforeEach(async () => {
      state = (await lifecycle.create(ENDPOINT)).outs;
    });

    it("removes the record, whatever was changed in it", async () => {
      await change(byHand, { displayName: "Drifted" });
      await lifecycle.delete(ADDRESS, state);
      assert.equal(await registry.get("endpoint", ADDRESS), undefined);
      assert.deepEqual((await registry.history("endpoint", ADDRESS)).at(-1)?.by, us);
      assert.deepEqual(logged, []);
    });

    it("succeeds where the record is gone", async () => {
      await lifecycle.delete(ADDRESS, state);
      await lifecycle.delete(ADDRESS, state);
      assert.deepEqual(logged, []);
    });

    it("leaves a record of another incarnation, which a replacement recognised", async () => {
      await lifecycle.create(ENDPOINT);
      await lifecycle.delete(ADDRESS, state);
      assert.equal((await live()).incarnation, "i2");
      assert.equal(logged.at(-1), LEFT);
    });

    it("leaves a record that another stack took over", async () => {
      await take(them);
      await lifecycle.delete(ADDRESS, state);
      assert.equal((await live()).managedBy, FOREIGN);
      assert.deepEqual(logged, [LEFT]);
    });

    it("leaves a record that is claimed between its reading and its writing", async () => {
      const remove = sinon.stub(registry, "remove").callsFake(async (...args) => {
        remove.restore();
        await take(them);
        return registry.remove(...args);
      });
      await lifecycle.delete(ADDRESS, state);
      assert.equal((await live()).managedBy, FOREIGN);
      assert.deepEqual(logged, [LEFT]);
    });

    it("refuses a record of another owner where state knows no incarnation", async () => {
      await take(them);
      const { incarnation, ...imported } = state;
      await rejects(
        lifecycle.delete(ADDRESS, imported),
        "not-owner",
        "cannot delete legacy endpoint 'sip:ocschat@contoso.com': it is managed by 'chat/prod/ocschat' now; remove it from one of the two programs ('pulumi state delete' forgets it here)",
      );
    });

    it("removes what state imported, incarnation unknown", async () => {
      const { incarnation, ...imported } = state;
      await lifecycle.delete(ADDRESS, imported);
      assert.equal(await registry.get("endpoint", ADDRESS), undefined);
    });

    it("passes on that the record is in use", async () => {
      const pool = { ...POOL, poolFqdn: "pc9.contoso.com" };
      const { outs } = await lifecycle.create(pool);
      await change(byHand, { poolFqdn: "pc9.contoso.com" });
      await rejects(
        lifecycle.delete("pc9.contoso.com", outs),
        "in-use",
        "cannot remove Persistent Chat pool 'pc9.contoso.com': it is in use by legacy endpoint 'sip:ocschat@contoso.com'; remove or repoint them first",
      );
    });
  });

  describe("read", () => {
    let state: Properties;
    beforeEach(async () => {
      state = (await lifecycle.create({ ...ENDPOINT, displayName: "Group Chat", adopt: "match" })).outs;
    });

    it("finds what is as it was", async () => {
      const inputs = { ...PLAIN, displayName: "Group Chat", adopt: "match" };
      assert.deepEqual(await lifecycle.read(ADDRESS, state), { id: ADDRESS, props: state, inputs });
    });

    it("returns drift as the inputs that would have led to it", async () => {
      await change(byHand, { poolFqdn: "pc2.contoso.com", displayName: "Drifted" });
      const { props, inputs } = await lifecycle.read(ADDRESS, state);
      const drift = { poolFqdn: "pc2.contoso.com", displayName: "Drifted" };
      assert.deepEqual(inputs, { ...PLAIN, adopt: "match", ...drift });
      assert.deepEqual(props, { ...state, ...drift, revision: "2" });
    });

    it("does not report a field that the program leaves out", async () => {
      const { outs } = await lifecycle.update(ADDRESS, state, ENDPOINT);
      await change(byHand, { displayName: "Drifted" });
      const { props, inputs } = await lifecycle.read(ADDRESS, outs);
      assert.deepEqual(inputs, PLAIN);
      assert.deepEqual(props, { ...outs, effective: { displayName: secret("Drifted") }, revision: "2" });
    });

    it("finds nothing where the record is gone", async () => {
      await registry.remove("endpoint", ADDRESS, { incarnation: "i1" }, byHand);
      assert.deepEqual(await lifecycle.read(ADDRESS, state), {});
    });

    it("returns the owner and the incarnation of state, not those of who took the record", async () => {
      await take(them);
      const { props, inputs } = await lifecycle.read(ADDRESS, state);
      assert.equal(inputs?.managedBy, OWN);
      assert.deepEqual(props, { ...state, revision: "2", __superseded: true });
      assert.deepEqual(lifecycle.diff(ADDRESS, props ?? {}, inputs ?? {}), { changes: true });
    });

    it("lets no delete that waits from a replacement remove the record that replaced it", async () => {
      await lifecycle.create({ ...ENDPOINT, displayName: "Group Chat" });
      const { props } = await lifecycle.read(ADDRESS, state);
      await lifecycle.delete(ADDRESS, props ?? {});
      assert.equal((await live()).incarnation, "i2");
    });

    it("lets the next update catch up with a record that state did not see made", async () => {
      await registry.remove("endpoint", ADDRESS, { incarnation: "i1" }, byHand);
      await given(us, { displayName: "Group Chat" });
      const { props, inputs } = await lifecycle.read(ADDRESS, state);
      const { outs } = await lifecycle.update(ADDRESS, props ?? {}, inputs ?? {});
      assert.deepEqual(outs, { ...state, revision: outs.revision });
      assert.equal((await live()).incarnation, "i1");
      const again = await lifecycle.read(ADDRESS, outs);
      assert.deepEqual(again.props, outs);
    });
  });

  describe("read of a lookup", () => {
    const lookup = { __kind: "endpoint", __lookup: true, sipAddress: "OcsChat@contoso.com" };
    const found = {
      __kind: "endpoint",
      __lookup: true,
      sipAddress: ADDRESS,
      poolFqdn: "pc1.contoso.com",
      effective: {},
      incarnation: "i1",
    };

    it("returns the whole record, and no inputs", async () => {
      await given(them, { displayName: "Theirs" });
      assert.deepEqual(await lifecycle.read(ADDRESS, lookup), {
        id: ADDRESS,
        props: { ...found, displayName: "Theirs", revision: "1" },
      });
    });

    it("keeps nothing of what it found before", async () => {
      await given(them, { displayName: "Theirs" });
      const { props = {} } = await lifecycle.read(ADDRESS, lookup);
      await registry.remove("endpoint", ADDRESS, { incarnation: "i1" }, byHand);
      await given(them);
      assert.deepEqual(await lifecycle.read(ADDRESS, props), {
        id: ADDRESS,
        props: { ...found, revision: (await live()).revision, incarnation: "i2" },
      });
    });

    it("fails where there is nothing", () =>
      rejects(
        lifecycle.read(ADDRESS, lookup),
        "not-found",
        "cannot get legacy endpoint 'sip:ocschat@contoso.com': the registry has no such record; correct the id, or declare it",
      ));
  });

  describe("read of a resolution", () => {
    it("returns where the address leads to", async () => {
      await given(them);
      assert.deepEqual(await lifecycle.read(ADDRESS, { __kind: "resolution" }), {
        id: ADDRESS,
        props: {
          __kind: "resolution",
          resolution: {
            kind: "endpoint",
            sipAddress: ADDRESS,
            poolFqdn: "pc1.contoso.com",
            servers: ["pc1.contoso.com"],
            port: 5041,
          },
        },
      });
    });

    it("returns null where nobody has the address", async () =>
      assert.deepEqual(await lifecycle.read(ADDRESS, { __kind: "resolution" }), {
        id: ADDRESS,
        props: { __kind: "resolution", resolution: null },
      }));
  });

  it("refuses a kind that it does not know", async () => {
    const message =
      "cannot handle a resource of kind 'room': this version of pulumi-persistentchat does not know it; install the version that declared it, or a later one";
    const room = { __kind: "room" };
    await rejects(lifecycle.create(room), "unsupported", message);
    await rejects(lifecycle.update("id", room, room), "unsupported", message);
    await rejects(lifecycle.delete("id", room), "unsupported", message);
    await rejects(lifecycle.read("id", room), "unsupported", message);
  });
});
