import assert from "node:assert/strict";
import { KINDS } from "../../../provider/registry/records";
import {
  ANNA,
  BERT,
  type Bench,
  collect,
  failsWith,
  furnish,
  leavesAlone,
  POOL,
  present,
  serversOf,
} from "../bench";

/** Create, get, list and remove, on the kinds that refer to nothing. */
export function recordCases(bench: Bench): void {
  it("answers for an absent key of each kind that there is none", async () => {
    for (const kind of KINDS) assert.equal(await bench.registry.get(kind, "sip:a@b.example"), undefined);
  });

  it("reads a store that was never written as an empty one", async () => {
    for (const kind of KINDS) {
      assert.deepEqual(await collect(bench.registry.list(kind)), []);
      assert.deepEqual(await bench.registry.history(kind, "a.example"), []);
      assert.equal(await bench.registry.remove(kind, "a.example", { incarnation: "1" }, ANNA), false);
    }
    assert.equal(await bench.registry.resolve("sip:a@b.example"), undefined);
  });

  it("gives back what was created, with a key, a revision and an incarnation", async () => {
    const { registry } = bench;
    const made = await registry.create("sip-domain", { domain: "contoso.com", isDefault: true }, ANNA);
    assert.equal(made.kind, "sip-domain");
    assert.equal(made.key, "contoso.com");
    assert.deepEqual(made.record, { domain: "contoso.com", isDefault: true });
    assert.ok(made.revision !== "" && made.incarnation !== "");
    assert.deepEqual(await registry.get("sip-domain", "contoso.com"), made);
  });

  it("keeps every field of a pool", async () => {
    const record = {
      poolFqdn: POOL,
      shape: "multiple" as const,
      displayName: "Chat",
      servers: serversOf(POOL, 5),
      activeServers: serversOf(POOL, 3),
      nextHopPool: "fe.contoso.com",
      port: 5042,
      settings: {
        defaultChatHistory: 1,
        maxFileSizeKB: 4294967295,
        participantUpdateLimit: 0,
        roomManagementUrl: "https://chat.contoso.com/rooms?a=1&b=%20",
      },
      poolState: "FailedOver" as const,
    };
    await bench.registry.create("pool", record, ANNA);
    assert.deepEqual((await present(bench.registry.get("pool", POOL))).record, record);
  });

  it("gives a pool of several computers the defaults of the store", async () => {
    const { record } = await bench.registry.create("pool", { poolFqdn: POOL, shape: "multiple" }, ANNA);
    assert.deepEqual(record, {
      poolFqdn: POOL,
      shape: "multiple",
      servers: [],
      activeServers: [],
      port: 5041,
      settings: { defaultChatHistory: 30, maxFileSizeKB: 20000, participantUpdateLimit: 75 },
      poolState: "Normal",
    });
  });

  it("makes the pool of a single computer its own server", async () => {
    const { record } = await bench.registry.create("pool", { poolFqdn: POOL, shape: "single" }, ANNA);
    assert.deepEqual([record.servers, record.activeServers], [[POOL], [POOL]]);
  });

  it("makes a SIP domain that is not the default unless told so", async () => {
    const { record } = await bench.registry.create("sip-domain", { domain: "contoso.com" }, ANNA);
    assert.deepEqual(record, { domain: "contoso.com", isDefault: false });
  });

  it("activates four of a pool's servers where nobody says which", async () => {
    const servers = serversOf(POOL, 8);
    const { record } = await bench.registry.create(
      "pool",
      { poolFqdn: POOL, shape: "multiple", servers },
      ANNA,
    );
    assert.deepEqual(record.activeServers, servers.slice(0, 4));
  });

  it("keeps lists of servers sorted and without doubles", async () => {
    const servers = ["b.example", "a.example", "b.example"];
    const { record } = await bench.registry.create(
      "pool",
      { poolFqdn: POOL, shape: "multiple", servers },
      ANNA,
    );
    assert.deepEqual(record.servers, ["a.example", "b.example"]);
  });

  for (const [limit, fields, words] of [
    ["more than eight servers", { servers: serversOf(POOL, 9) }, "at most 8"],
    [
      "more than four active servers",
      { servers: serversOf(POOL, 5), activeServers: serversOf(POOL, 5) },
      "at most 4",
    ],
    [
      "an active server that is no member",
      { servers: ["a.example"], activeServers: ["b.example"] },
      "not among the pool's servers",
    ],
    [
      "two servers in the pool of a single computer",
      { shape: "single", servers: ["a.example", "b.example"] },
      "one",
    ],
  ] as const)
    it(`refuses ${limit}, and makes nothing`, async () => {
      const { registry } = bench;
      const record = structuredClone({ poolFqdn: POOL, shape: "multiple" as const, ...fields });
      const create = registry.create("pool", record as Parameters<typeof registry.create<"pool">>[1], ANNA);
      await failsWith(create, "invalid", `Persistent Chat pool '${POOL}'`, words);
      assert.equal(await registry.get("pool", POOL), undefined);
      assert.deepEqual(await registry.history("pool", POOL), []);
    });

  it("refuses to create what exists, whoever asks, and leaves it alone", async () => {
    const { registry } = bench;
    await furnish(registry);
    await leavesAlone(registry, async () => {
      for (const by of [ANNA, BERT])
        await failsWith(
          registry.create("pool", { poolFqdn: POOL, shape: "single" }, by),
          "already-exists",
          `'${POOL}'`,
        );
      await failsWith(registry.create("sip-domain", { domain: "contoso.com" }, BERT), "already-exists");
    });
  });

  it("removes a record once", async () => {
    const { registry } = bench;
    const { incarnation } = await registry.create("pool", { poolFqdn: POOL, shape: "single" }, ANNA);
    assert.equal(await registry.remove("pool", POOL, { incarnation }, ANNA), true);
    assert.equal(await registry.get("pool", POOL), undefined);
    assert.deepEqual(await collect(registry.list("pool")), []);
    assert.equal(await registry.remove("pool", POOL, { incarnation }, ANNA), false);
  });

  it("leaves a record of another incarnation alone", async () => {
    const { registry } = bench;
    await furnish(registry);
    await leavesAlone(registry, async () => {
      assert.equal(await registry.remove("pool", POOL, { incarnation: "another" }, ANNA), false);
      assert.equal(await registry.remove("pool", POOL, { incarnation: "" }, ANNA), false);
    });
  });

  it("takes a record that was removed and made again for another one", async () => {
    const { registry } = bench;
    const first = await registry.create("pool", { poolFqdn: POOL, shape: "single" }, ANNA);
    await registry.remove("pool", POOL, first, ANNA);
    const second = await registry.create("pool", { poolFqdn: POOL, shape: "single" }, ANNA);
    assert.notEqual(second.incarnation, first.incarnation);
    assert.equal(await registry.remove("pool", POOL, first, ANNA), false);
    await failsWith(registry.update("pool", POOL, { port: 1 }, first.revision, ANNA), "conflict");
    assert.deepEqual(await registry.get("pool", POOL), second);
  });

  it("lists each kind apart, in the order of keys", async () => {
    const { registry } = bench;
    for (const domain of ["b.example", "a-b.example", "c.example", "a.example", "a0.example"])
      await registry.create("sip-domain", { domain }, ANNA);
    await registry.create("pool", { poolFqdn: POOL, shape: "single" }, ANNA);
    const keys = (await collect(registry.list("sip-domain"))).map((stored) => stored.key);
    assert.deepEqual(keys, ["a-b.example", "a.example", "a0.example", "b.example", "c.example"]);
    assert.deepEqual(await collect(registry.list("pool")), [await registry.get("pool", POOL)]);
  });

  it("lists every record of a long list once", async () => {
    const { registry } = bench;
    const domains = Array.from({ length: 120 }, (_, index) => `d${String(index).padStart(3, "0")}.example`);
    await Promise.all(domains.map((domain) => registry.create("sip-domain", { domain }, ANNA)));
    const keys = (await collect(registry.list("sip-domain"))).map((stored) => stored.key);
    assert.deepEqual(keys, domains);
  });

  it("goes on with a list while the store is written", async () => {
    const { registry } = bench;
    for (const domain of ["b.example", "d.example", "f.example"])
      await registry.create("sip-domain", { domain }, ANNA);
    const seen: string[] = [];
    for await (const { key, incarnation } of registry.list("sip-domain")) {
      seen.push(key);
      await registry.remove("sip-domain", key, { incarnation }, ANNA);
      await registry.create("sip-domain", { domain: `a-${key}` }, ANNA);
    }
    assert.deepEqual(seen, ["b.example", "d.example", "f.example"]);
    const keys = (await collect(registry.list("sip-domain"))).map((stored) => stored.key);
    assert.deepEqual(keys, ["a-b.example", "a-d.example", "a-f.example"]);
  });

  it("lets go of a list that is left half-way", async () => {
    const { registry } = bench;
    await furnish(registry);
    for await (const { key } of registry.list("pool")) {
      assert.equal(key, POOL);
      break;
    }
    await registry.create("sip-domain", { domain: "fabrikam.com" }, ANNA);
    assert.equal((await collect(registry.list("sip-domain"))).length, 2);
  });

  it("hands out copies", async () => {
    const { registry } = bench;
    const servers = ["a.example"];
    const made = await registry.create("pool", { poolFqdn: POOL, shape: "multiple", servers }, ANNA);
    servers.push("b.example");
    made.record.servers.push("c.example");
    const read = await present(registry.get("pool", POOL));
    assert.deepEqual(read.record.servers, ["a.example"]);
    read.record.settings.defaultChatHistory = 1;
    assert.equal((await present(registry.get("pool", POOL))).record.settings.defaultChatHistory, 30);
  });
}
