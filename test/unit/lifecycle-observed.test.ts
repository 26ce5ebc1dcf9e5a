import assert from "node:assert/strict";
import { Lifecycle } from "../../provider/lifecycle/lifecycle";
import type { Properties } from "../../provider/lifecycle/properties";
import type { Actor } from "../../provider/registry/registry";
import { MemoryRegistry, MemoryStore } from "../support/memory-registry";
import { OBSERVING, ObservingRegistry } from "../support/observing-registry";

const ADDRESS = "sip:ocschat@contoso.com";
const OWN = "chat/dev/ocschat";
const ENDPOINT: Properties = {
  __kind: "endpoint",
  __provider: "text",
  managedBy: OWN,
  sipAddress: ADDRESS,
  poolFqdn: "pc1.contoso.com",
};
const POOL: Properties = {
  __kind: "pool",
  __provider: "text",
  managedBy: "chat/dev/pool",
  poolFqdn: "pc1.contoso.com",
  shape: "single",
};
const DOMAIN: Properties = {
  __kind: "sip-domain",
  __provider: "text",
  managedBy: "chat/dev/domain",
  domain: "contoso.com",
};
const administrator: Actor = { operator: "carla@admin03" };

describe("lifecycle, where others have a part in the registry", () => {
  let others: MemoryRegistry;
  let lifecycle: Lifecycle;
  let logged: string[];

  beforeEach(async () => {
    const store = new MemoryStore();
    others = new MemoryRegistry(store);
    logged = [];
    lifecycle = lifecycleOn(store);
    await others.create("sip-domain", { domain: "contoso.com", isDefault: true }, administrator);
    for (const name of ["pc1", "pc2"])
      await others.create("pool", { poolFqdn: `${name}.contoso.com`, shape: "single" }, administrator);
  });

  function lifecycleOn(store: MemoryStore, capabilities = OBSERVING) {
    const registry = new ObservingRegistry(store, capabilities);
    return new Lifecycle({ registry, operator: "anna@admin01", log: (line) => logged.push(line) });
  }

  describe("an observed record", () => {
    it("is asserted by a create, which needs no adoption, and belongs to nobody", async () => {
      const { id, outs } = await lifecycle.create(POOL);
      assert.deepEqual([id, outs.shape], ["pc1.contoso.com", "single"]);
      assert.ok(!("__adopted" in outs));
      assert.deepEqual(logged, []);
      assert.equal((await others.get("pool", id))?.managedBy, undefined);
      assert.equal((await lifecycle.create(DOMAIN)).id, "contoso.com");
    });

    it("is brought to what is declared as far as that can be done", async () => {
      const { outs } = await lifecycle.create({ ...POOL, settings: { defaultChatHistory: 50 } });
      assert.deepEqual(outs.settings, { defaultChatHistory: 50 });
      const news = { ...POOL, settings: { defaultChatHistory: 60 } };
      const updated = await lifecycle.update("pc1.contoso.com", outs, news);
      assert.deepEqual(updated.outs.settings, { defaultChatHistory: 60 });
    });

    it("is refused where it is not there, or is otherwise than any change makes it", async () => {
      const absent = { ...POOL, poolFqdn: "none.contoso.com" };
      await assert.rejects(lifecycle.create(absent), { code: "unsupported" });
      await assert.rejects(lifecycle.create({ ...POOL, port: 6000 }), {
        code: "unsupported",
        message: /port/,
      });
      const { outs } = await lifecycle.create(POOL);
      await assert.rejects(lifecycle.update("pc1.contoso.com", outs, { ...POOL, port: 6000 }), {
        code: "unsupported",
      });
      const stored = await others.get("pool", "pc1.contoso.com");
      await others.remove("pool", "pc1.contoso.com", stored ?? { incarnation: "" }, administrator);
      await assert.rejects(lifecycle.update("pc1.contoso.com", outs, POOL), { code: "unsupported" });
    });

    it("is forgotten by a delete, which says so", async () => {
      const { id, outs } = await lifecycle.create(POOL);
      await lifecycle.delete(id, outs);
      assert.ok(await others.get("pool", id));
      assert.deepEqual(logged, [
        "Persistent Chat pool 'pc1.contoso.com' is forgotten and stays as it is: the registry only observes what is made elsewhere",
      ]);
    });

    it("is gone for a read where it is gone", async () => {
      const { id, outs } = await lifecycle.create(POOL);
      const stored = await others.get("pool", id);
      await others.remove("pool", id, stored ?? { incarnation: "" }, administrator);
      assert.deepEqual(await lifecycle.read(id, outs), {});
    });
  });

  describe("an endpoint", () => {
    it("that was made is removed by a delete", async () => {
      const { id, outs } = await lifecycle.create(ENDPOINT);
      assert.ok(!("__adopted" in outs));
      await lifecycle.delete(id, outs);
      assert.equal(await others.get("endpoint", id), undefined);
    });

    it("that was adopted is forgotten by a delete, also after an update and a refresh", async () => {
      const { __kind, __provider, managedBy, ...record } = ENDPOINT;
      await others.create("endpoint", record as never, administrator);
      await assert.rejects(lifecycle.create(ENDPOINT), { code: "already-exists" });
      const inputs = { ...ENDPOINT, adopt: "match" };
      const { id, outs } = await lifecycle.create(inputs);
      assert.equal(outs.__adopted, true);
      const read = await lifecycle.read(id, outs);
      assert.equal(read.props?.__adopted, true);
      const news = { ...inputs, poolFqdn: "pc2.contoso.com" };
      const updated = await lifecycle.update(id, read.props ?? {}, news);
      assert.equal(updated.outs.__adopted, true);
      await lifecycle.delete(id, updated.outs);
      assert.equal((await others.get("endpoint", id))?.record.poolFqdn, "pc2.contoso.com");
      assert.match(logged.at(-1) ?? "", /is forgotten and stays as it is: this stack adopted it/);
    });

    it("that was adopted and is made again by an update is this stack's own", async () => {
      const { __kind, __provider, managedBy, ...record } = ENDPOINT;
      const made = await others.create("endpoint", record as never, administrator);
      const { id, outs } = await lifecycle.create({ ...ENDPOINT, adopt: "match" });
      const live = await others.get("endpoint", id);
      await others.remove("endpoint", id, live ?? made, administrator);
      const updated = await lifecycle.update(id, outs, { ...ENDPOINT, displayName: "Chat" });
      assert.ok(!("__adopted" in updated.outs));
      await lifecycle.delete(id, updated.outs);
      assert.equal(await others.get("endpoint", id), undefined);
    });

    it("that was adopted is removed where the registry keeps its owners", async () => {
      const store = new MemoryStore();
      others = new MemoryRegistry(store);
      const plain = lifecycleOn(store, { ...OBSERVING, observed: [], adopted: "removed" });
      await others.create("sip-domain", { domain: "contoso.com" }, administrator);
      await others.create("pool", { poolFqdn: "pc1.contoso.com", shape: "single" }, administrator);
      const { __kind, __provider, managedBy, ...record } = ENDPOINT;
      await others.create("endpoint", record as never, administrator);
      const { id, outs } = await plain.create({ ...ENDPOINT, adopt: "match" });
      assert.ok(!("__adopted" in outs));
      await plain.delete(id, { ...outs, __adopted: true });
      assert.equal(await others.get("endpoint", id), undefined);
    });

    it("that is noted for somebody else is updated and removed all the same: the note may be old", async () => {
      const { id, outs } = await lifecycle.create(ENDPOINT);
      const live = await others.get("endpoint", id);
      const them = { ...administrator, managedBy: "chat/prod/ocschat" };
      await others.claim("endpoint", id, live?.revision ?? "", them, String(outs.incarnation));
      const news = { ...ENDPOINT, displayName: "Chat" };
      const updated = await lifecycle.update(id, outs, news);
      await lifecycle.delete(id, updated.outs);
      assert.equal(await others.get("endpoint", id), undefined);
    });

    it("that somebody changed since it was seen is a conflict, unless it is noted as our own change", async () => {
      const { id, outs } = await lifecycle.create(ENDPOINT);
      const repoint = async (by: Actor) => {
        const live = await others.get("endpoint", id);
        await others.update("endpoint", id, { displayName: `by ${by.operator}` }, live?.revision ?? "", by);
      };
      await repoint({ operator: "anna@admin01", managedBy: OWN });
      const seen = { ...outs, displayName: "Chat" };
      const news = { ...ENDPOINT, displayName: "Talk" };
      await lifecycle.update(id, seen, news);
      const live = await others.get("endpoint", id);
      await others.claim("endpoint", id, live?.revision ?? "", administrator);
      await assert.rejects(lifecycle.update(id, seen, { ...news, displayName: "Speak" }), {
        code: "conflict",
      });
    });

    describe("that cannot be changed in place", () => {
      const olds = { ...ENDPOINT, displayName: "Chat" };

      it("is said to be interrupted, once, in the preview of its change", () => {
        for (let turn = 0; turn < 2; turn += 1)
          lifecycle.diff(ADDRESS, olds, { ...olds, poolFqdn: "pc2.contoso.com" });
        assert.equal(logged.length, 1);
        assert.match(
          logged[0] ?? "",
          /^legacy endpoint 'sip:ocschat@contoso\.com' .*nobody answers this address/,
        );
      });

      it("is not said to be where nothing changes, where it gets another address, or where it is changed in place", () => {
        lifecycle.diff(ADDRESS, olds, olds);
        lifecycle.diff(ADDRESS, olds, { ...olds, adopt: "match" });
        const renamed = { ...olds, sipAddress: "sip:chat@contoso.com", poolFqdn: "pc2.contoso.com" };
        lifecycle.diff(ADDRESS, olds, renamed);
        const inPlace = lifecycleOn(new MemoryStore(), { ...OBSERVING, endpointChange: "in-place" });
        inPlace.diff(ADDRESS, olds, { ...olds, poolFqdn: "pc2.contoso.com" });
        assert.deepEqual(logged, []);
      });
    });
  });

  it("the default SIP domain cannot be declared not to be it any more", () => {
    const olds = { ...DOMAIN, isDefault: true };
    const { failures } = lifecycle.check(olds, { ...DOMAIN, isDefault: false });
    assert.equal(failures.length, 1);
    assert.match(
      failures[0]?.reason ?? "",
      /^isDefault: .*isDefault: true there, and leave isDefault out here$/,
    );
    for (const news of [DOMAIN, olds]) assert.deepEqual(lifecycle.check(olds, news).failures, []);
    assert.deepEqual(lifecycle.check({}, { ...DOMAIN, isDefault: false }).failures, []);
    const optional = lifecycleOn(new MemoryStore(), { ...OBSERVING, defaultDomain: "optional" });
    assert.deepEqual(optional.check(olds, { ...DOMAIN, isDefault: false }).failures, []);
  });
});
