import assert from "node:assert/strict";
import type { ChangeOf, NewRecordOf } from "../../../provider/registry/records";
import {
  ADDRESS,
  ANNA,
  type Bench,
  contentsOf,
  failsWith,
  leavesAlone,
  OTHER_POOL,
  POOL,
  present,
  serversOf,
} from "../bench";

/** A value as a message shows it: a display name, which may be a secret of the program, it does not. */
const shownOf = (field: string, value: unknown) => (field === "displayName" ? field : String(value));

const LABEL = `Persistent Chat pool '${POOL}'`;

/** Pools that are made elsewhere: what a create says of them, and what an update can change. */
export function observedPoolCases(bench: Bench): void {
  beforeEach(() => bench.furnish());

  const pool = () => present(bench.registry.get("pool", POOL));
  const create = (fields: Partial<NewRecordOf<"pool">> = {}) =>
    bench.registry.create("pool", { poolFqdn: POOL, shape: "multiple", ...fields }, ANNA);
  const update = async (change: ChangeOf<"pool">) =>
    bench.registry.update("pool", POOL, change, (await pool()).revision, ANNA);

  it("has every field of what is there", async () => {
    const record: NewRecordOf<"pool"> = {
      poolFqdn: "chat3.contoso.com",
      shape: "multiple",
      displayName: "Chat",
      servers: serversOf("chat3.contoso.com", 5),
      activeServers: serversOf("chat3.contoso.com", 3),
      nextHopPool: "fe.contoso.com",
      port: 5042,
      settings: {
        defaultChatHistory: 1,
        maxFileSizeKB: 4294967295,
        participantUpdateLimit: 0,
        roomManagementUrl: "https://chat.contoso.com/rooms?a=1&b=%20",
      },
      poolState: "FailedOver",
    };
    const stored = await bench.place("pool", record);
    assert.deepEqual(stored.record, record);
    const single = await bench.place("pool", { poolFqdn: "chat4.contoso.com", shape: "single" });
    assert.equal(single.record.shape, "single");
    assert.deepEqual(
      (await bench.listed("pool")).map(({ key }) => key),
      [POOL, OTHER_POOL, "chat3.contoso.com", "chat4.contoso.com"],
    );
  });

  it("gives for a create what is there as it is said, and changes nothing", async () => {
    const there = await pool();
    await leavesAlone(bench.registry, async () => {
      const servers = there.record.servers.toReversed();
      for (const fields of [{}, { poolFqdn: POOL.toUpperCase() }, { servers }, there.record])
        assert.deepEqual(await create(fields), there);
      // An update will do the rest.
      const later = { activeServers: serversOf(POOL, 1), settings: { defaultChatHistory: 7 } };
      assert.deepEqual(await create(later), there);
    });
  });

  it("refuses to make one that is not there, and names it", async () => {
    await leavesAlone(bench.registry, () =>
      failsWith(
        create({ poolFqdn: "none.contoso.com" }),
        "unsupported",
        "cannot create Persistent Chat pool 'none.contoso.com'",
      ),
    );
  });

  const unlike = {
    shape: "single",
    servers: [`s3.${POOL}`],
    port: 6000,
    nextHopPool: "unlike.contoso.com",
    displayName: "Unlike",
  } satisfies Partial<NewRecordOf<"pool">>;

  it("refuses a create that says otherwise, and names every mismatch at once", async () => {
    const { record } = await pool();
    const there = ["multiple", ...record.servers, String(record.port), record.nextHopPool ?? ""];
    const said = Object.values({ ...unlike, displayName: "" }).map(String);
    await leavesAlone(bench.registry, () =>
      failsWith(
        create(unlike),
        "unsupported",
        `cannot create ${LABEL}`,
        ...Object.keys(unlike),
        ...said,
        ...there,
      ),
    );
  });

  it("refuses a create that says otherwise of one field", async () => {
    await leavesAlone(bench.registry, async () => {
      for (const [field, value] of Object.entries(unlike))
        await failsWith(create({ [field]: value }), "unsupported", LABEL, field, shownOf(field, value));
    });
  });

  it("writes the active servers and each setting, and nothing else", async () => {
    const { registry } = bench;
    for (const change of [
      { activeServers: serversOf(POOL, 1) },
      { settings: { defaultChatHistory: 7 } },
      { settings: { maxFileSizeKB: 4294967295 } },
      { settings: { participantUpdateLimit: 0 } },
      { settings: { roomManagementUrl: "https://chat.contoso.com/rooms?a=1&b=%20" } },
      { activeServers: serversOf(POOL, 2).reverse(), settings: { defaultChatHistory: 8, maxFileSizeKB: 1 } },
      { activeServers: [] },
    ] satisfies ChangeOf<"pool">[]) {
      const before = await pool();
      const { all } = await contentsOf(registry);
      const after = await registry.update("pool", POOL, change, before.revision, ANNA);
      assert.notEqual(after.revision, before.revision);
      const { settings, activeServers = before.record.activeServers } = change as ChangeOf<"pool">;
      const record = {
        ...before.record,
        activeServers: [...activeServers].sort(),
        settings: { ...before.record.settings, ...settings },
      };
      assert.deepEqual(after, { ...before, record, revision: after.revision });
      assert.deepEqual(
        (await contentsOf(registry)).all,
        all.map((stored) => (stored.key === POOL ? after : stored)),
      );
    }
  });

  it("refuses to change the rest, also beside what can be changed, and changes nothing", async () => {
    const { shape: _, ...rest } = unlike;
    await leavesAlone(bench.registry, async () => {
      for (const [field, value] of Object.entries(rest))
        for (const more of [{}, { activeServers: [], settings: { defaultChatHistory: 7 } }])
          await failsWith(
            update({ ...more, [field]: value }),
            "unsupported",
            `cannot update ${LABEL}`,
            field,
          );
    });
  });

  it("writes nothing where nothing changes", async () => {
    const there = await pool();
    await leavesAlone(bench.registry, async () => {
      const { poolFqdn: _, shape: __, ...fields } = there.record;
      for (const change of [{}, { servers: fields.servers.toReversed() }, fields, { port: undefined }])
        assert.deepEqual(await update(change), there);
    });
  });

  it("refuses an update of what is absent, was changed since it was read, or would break a limit", async () => {
    const { registry } = bench;
    const change = { activeServers: serversOf(POOL, 1) };
    const { revision } = await pool();
    await update(change);
    await leavesAlone(registry, async () => {
      await failsWith(registry.update("pool", "none.contoso.com", change, "1", ANNA), "not-found");
      for (const one of [change, { activeServers: [] }])
        await failsWith(registry.update("pool", POOL, one, revision, ANNA), "conflict", LABEL);
      const stranger = update({ activeServers: [`s9.${POOL}`], settings: { defaultChatHistory: 7 } });
      await failsWith(stranger, "invalid", LABEL, "activeServers");
    });
  });

  it("refuses to remove one, used or not, and changes nothing", async () => {
    const there = await pool();
    const remove = () => bench.registry.remove("pool", POOL, there, ANNA);
    await leavesAlone(bench.registry, () => failsWith(remove(), "unsupported", `cannot remove ${LABEL}`));
    await bench.registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
    await leavesAlone(bench.registry, () => failsWith(remove(), "unsupported", `cannot remove ${LABEL}`));
  });
}
