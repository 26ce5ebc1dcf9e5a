import assert from "node:assert/strict";
import type { ChangeOf, NewRecordOf } from "../../../provider/registry/records";
import { ADDRESS, ANNA, BERT, type Bench, failsWith, leavesAlone, POOL, present, serversOf } from "../bench";

/** Making a pool, where the registry does that: its fields, their defaults and their limits. */
export function poolCases(bench: Bench): void {
  const create = (fields: Partial<NewRecordOf<"pool">> = {}) =>
    bench.registry.create("pool", { poolFqdn: POOL, shape: "multiple", ...fields }, ANNA);

  it("keeps every field", async () => {
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
    await create(record);
    assert.deepEqual((await present(bench.registry.get("pool", POOL))).record, record);
  });

  it("gives a pool of several computers the defaults of the store", async () => {
    assert.deepEqual((await create()).record, {
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
    const { record } = await create({ shape: "single" });
    assert.deepEqual([record.servers, record.activeServers], [[POOL], [POOL]]);
  });

  it("activates four of a pool's servers where nobody says which", async () => {
    const servers = serversOf(POOL, 8);
    assert.deepEqual((await create({ servers })).record.activeServers, servers.slice(0, 4));
  });

  it("keeps lists of servers sorted and without doubles", async () => {
    const { record } = await create({ servers: ["b.example", "a.example", "b.example"] });
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
  ] satisfies [string, Partial<NewRecordOf<"pool">>, string][])
    it(`refuses ${limit}, and makes nothing`, async () => {
      await failsWith(create(fields), "invalid", `Persistent Chat pool '${POOL}'`, words);
      assert.equal(await bench.registry.get("pool", POOL), undefined);
      if (bench.capabilities.history) assert.deepEqual(await bench.registry.history("pool", POOL), []);
    });

  it("hands out copies of lists and settings", async () => {
    const servers = ["a.example"];
    const made = await create({ servers });
    servers.push("b.example");
    made.record.servers.push("c.example");
    const read = await present(bench.registry.get("pool", POOL));
    assert.deepEqual(read.record.servers, ["a.example"]);
    read.record.settings.defaultChatHistory = 1;
    assert.equal((await present(bench.registry.get("pool", POOL))).record.settings.defaultChatHistory, 30);
  });
}

/** Changing a pool, where the registry manages all of it. */
export function poolUpdateCases(bench: Bench): void {
  beforeEach(() => bench.furnish());

  const pool = () => present(bench.registry.get("pool", POOL));

  for (const change of [
    { displayName: "Chat" },
    { port: 5999 },
    { nextHopPool: "fe.contoso.com" },
    { poolState: "FailedOver" },
    { activeServers: serversOf(POOL, 1) },
  ] satisfies ChangeOf<"pool">[])
    it(`writes ${Object.keys(change)} and no other field`, async () => {
      const before = await pool();
      const after = await bench.registry.update("pool", POOL, change, before.revision, ANNA);
      assert.deepEqual(after.record, { ...before.record, ...change });
      assert.deepEqual(await pool(), after);
    });

  it("writes one setting and no other", async () => {
    const before = await pool();
    const settings = { defaultChatHistory: 7 };
    const { record } = await bench.registry.update("pool", POOL, { settings }, before.revision, ANNA);
    assert.deepEqual(record, { ...before.record, settings: { ...before.record.settings, ...settings } });
  });

  it("takes fields that are undefined for fields that are absent", async () => {
    const before = await pool();
    const change = { displayName: undefined, port: 5999, settings: { maxFileSizeKB: undefined } };
    const { record } = await bench.registry.update("pool", POOL, change, before.revision, ANNA);
    assert.deepEqual(record, { ...before.record, port: 5999 });
  });

  it("moves the active servers along where a pool's servers are replaced", async () => {
    const servers = ["x.example", "y.example"];
    const { record } = await bench.registry.update("pool", POOL, { servers }, (await pool()).revision, ANNA);
    assert.deepEqual([record.servers, record.activeServers], [servers, servers]);
  });

  it("writes nothing where nothing changes", async () => {
    const before = await pool();
    await leavesAlone(bench.registry, async () => {
      const { servers, port, settings } = before.record;
      for (const change of [{}, { port }, { servers: [...servers].reverse() }, { settings }])
        assert.deepEqual(await bench.registry.update("pool", POOL, change, before.revision, BERT), before);
    });
  });

  it("refuses an update that breaks a limit, and leaves the record alone", async () => {
    const { revision } = await pool();
    await leavesAlone(bench.registry, () =>
      failsWith(
        bench.registry.update("pool", POOL, { port: 1, servers: serversOf(POOL, 9) }, revision, ANNA),
        "invalid",
        `cannot update Persistent Chat pool '${POOL}'`,
        "servers",
      ),
    );
  });

  it("shows another handle a new port, and leads endpoints there", async () => {
    const other = bench.open();
    const { revision } = await present(other.get("pool", POOL));
    await bench.registry.update("pool", POOL, { port: 1 }, revision, ANNA);
    assert.equal((await present(other.get("pool", POOL))).record.port, 1);
    await other.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, BERT);
    const answer = await present(bench.registry.resolve(ADDRESS));
    assert.equal(answer.kind === "endpoint" && answer.port, 1);
  });
}
