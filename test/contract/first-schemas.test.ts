import assert from "node:assert/strict";
import { loadDriver } from "../../provider/backends/sqlite/sqlite-driver";
import type { RegistryContents, TopologyRegistry } from "../../provider/registry/registry";
import { FIRST_CONTENT, FIRST_POSTGRESQL, FIRST_SQLITE, LAST_SEQUENCE } from "../support/first-schemas";
import { ADDRESS, ANNA, collect, POOL, present } from "./bench";
import { refused, usePostgresqlPlace } from "./postgresql-place";
import { useSqlitePlace } from "./sqlite-place";

const LOBBY = "sip:lobby@contoso.com";
const OLD = "sip:old@contoso.com";
const DOMAIN = { domain: "contoso.com", isDefault: true };
const USER = { sipAddress: ADDRESS, displayName: "Group Chat" } as const;

/** What a registry of version 1 holds and remembers. */
const CONTENTS: RegistryContents = {
  records: [
    {
      kind: "sip-domain",
      key: "contoso.com",
      record: DOMAIN,
      revision: "3",
      incarnation: "i1",
      managedBy: "chat/prod/domain",
    },
    {
      kind: "sip-domain",
      key: "fabrikam.com",
      record: { domain: "fabrikam.com", isDefault: false },
      revision: "1",
      incarnation: "i2",
    },
    {
      kind: "pool",
      key: POOL,
      record: {
        poolFqdn: POOL,
        shape: "single",
        displayName: "Chat",
        servers: ["s1.contoso.com"],
        activeServers: ["s1.contoso.com"],
        nextHopPool: "fe.contoso.com",
        port: 5041,
        settings: { defaultChatHistory: 30, maxFileSizeKB: 20000, participantUpdateLimit: 75 },
        poolState: "Normal",
      },
      revision: "1",
      incarnation: "i3",
      managedBy: "chat/prod/pool",
    },
    {
      kind: "endpoint",
      key: LOBBY,
      record: { sipAddress: LOBBY, poolFqdn: POOL, displayName: "Lobby" },
      revision: "4",
      incarnation: "i4",
      managedBy: "chat/prod/lobby",
    },
    { kind: "sip-user", key: ADDRESS, record: USER, revision: "1", incarnation: "i5" },
  ],
  history: [
    {
      kind: "sip-domain",
      key: "contoso.com",
      change: {
        sequence: 2,
        at: "2026-01-02T03:04:05.678Z",
        action: "create",
        by: { managedBy: "chat/prod/domain", operator: "anna@admin01" },
        to: DOMAIN,
        revision: "3",
        incarnation: "i1",
      },
    },
    {
      kind: "endpoint",
      key: OLD,
      change: {
        sequence: 5,
        at: "2026-01-02T03:04:06.678Z",
        action: "remove",
        by: { operator: "bert@admin02" },
        from: { sipAddress: OLD, poolFqdn: POOL },
        revision: "7",
        incarnation: "i6",
      },
    },
    {
      kind: "sip-user",
      key: ADDRESS,
      change: {
        sequence: 6,
        at: "2026-01-02T03:04:07.678Z",
        action: "create",
        by: { operator: "carol@admin03" },
        to: USER,
        revision: "1",
        incarnation: "i5",
      },
    },
  ],
};

/** Fails unless a registry goes on where version 1 ended, also with what version 1 did not have. */
async function goesOn(registry: TopologyRegistry): Promise<void> {
  assert.equal((await registry.create("endpoint", { sipAddress: OLD, poolFqdn: POOL }, ANNA)).revision, "8");
  const [, entry] = await registry.history("endpoint", OLD);
  assert.equal(entry?.sequence, LAST_SEQUENCE + 1);
  await registry.update("endpoint", LOBBY, { displayName: "Hall" }, "4", ANNA);
  const snapshot = await present(registry.snapshotUser(ADDRESS));
  assert.deepEqual(snapshot, { account: "i5", ...USER, attributes: {} });
  await registry.releaseUser(snapshot, { way: "delete" }, ANNA);
  await registry.restoreUser({ ...snapshot, attributes: { title: "Room" } }, ANNA);
  const cutover = { name: "contoso", addresses: [USER.sipAddress], poolFqdn: POOL, folder: "/cutover" };
  await registry.create("cutover", cutover, ANNA);
  assert.equal((await registry.history("cutover", "contoso")).length, 1);
}

describe("An SQLite registry of version 1", function () {
  this.timeout(60_000);
  const place = useSqlitePlace();

  /** What is in the file, with every table, index and check. */
  const structure = () => {
    const database = new (loadDriver().DatabaseSync)(place.path);
    try {
      assert.deepEqual(
        database
          .prepare("PRAGMA integrity_check")
          .all()
          .map((row) => ({ ...row })),
        [{ integrity_check: "ok" }],
      );
      assert.deepEqual(database.prepare("PRAGMA foreign_key_check").all(), []);
      return database
        .prepare("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
        .all();
    } finally {
      database.close();
    }
  };
  const makeFirst = (content = FIRST_CONTENT) =>
    place.byHand(`${FIRST_SQLITE}${content}
      UPDATE sqlite_sequence SET seq = ${LAST_SEQUENCE} WHERE name = 'history';`);

  it("is brought to this version by whoever opens it first, without loss, and goes on", async () => {
    makeFirst();
    const handles = Array.from({ length: 5 }, () => place.open());
    for (const contents of await Promise.all(handles.map((handle) => handle.contents())))
      assert.deepEqual(contents, CONTENTS);
    await goesOn(place.open());
    await place.close();
    const migrated = structure();
    place.path = `${place.path}.new`;
    await place.make();
    assert.deepEqual(migrated, structure());
  });

  it("may be empty", async () => {
    makeFirst("");
    const registry = place.open();
    await registry.migrate();
    await registry.fill(CONTENTS);
    assert.deepEqual(await registry.contents(), CONTENTS);
    await registry.create("sip-domain", { domain: "new.example" }, ANNA);
    const [entry] = await registry.history("sip-domain", "new.example");
    assert.equal(entry?.sequence, 7);
  });
});

describe("A PostgreSQL registry of version 1", function () {
  this.timeout(60_000);
  const place = usePostgresqlPlace();

  const structure = async (schema = place.schema) => {
    const tables = `SELECT oid FROM pg_class WHERE relnamespace = '${schema}'::regnamespace AND relkind = 'r'`;
    const found = await place.byHand<{ text: string }>(`
      SELECT attrelid::regclass || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || attnotnull AS text
        FROM pg_attribute WHERE attrelid IN (${tables}) AND attnum > 0
      UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE conrelid IN (${tables})
      UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid IN (${tables}) AND NOT tgisinternal
      UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = '${schema}'
      ORDER BY 1`);
    return found.map(({ text }) => text.replaceAll(schema, "schema"));
  };
  const makeFirst = async () => {
    await place.byHand(`CREATE SCHEMA ${place.schema}`);
    await place.byHand(FIRST_POSTGRESQL + FIRST_CONTENT);
    await place.byHand(`SELECT setval(pg_get_serial_sequence('history', 'sequence'), ${LAST_SEQUENCE})`);
  };

  it("is refused to readers until it is brought to this version, without loss, and goes on", async () => {
    await makeFirst();
    const reader = place.open();
    for (const work of [
      () => reader.contents(),
      () => reader.snapshotUser(ADDRESS),
      () => collect(reader.list("cutover")),
      () => reader.assertExists(),
    ])
      await refused(work(), "unavailable", place.schema, "an earlier pulumi-persistentchat", "migrate'");
    await Promise.all(Array.from({ length: 5 }, () => place.open().migrate()));
    assert.deepEqual(await reader.contents(), CONTENTS);
    await goesOn(reader);
    const migrated = await structure();
    await place.byHand(`DROP SCHEMA ${place.schema} CASCADE`);
    await place.open().migrate();
    assert.deepEqual(await structure(), migrated);
  });

  it("is brought to this version by the first who writes", async () => {
    await makeFirst();
    await goesOn(place.open());
    await place.byHand("UPDATE cutover SET progress = progress || '{\"hold\": true}'");
    const { record, revision } = await present(place.open().get("cutover", "contoso"));
    assert.deepEqual([record.hold, revision], [true, "2"]);
  });
});
