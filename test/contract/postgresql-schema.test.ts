import assert from "node:assert/strict";
import { SCHEMA_VERSION } from "../../provider/backends/postgresql/postgresql-schema";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { sharedPostgres } from "../support/shared-postgres";
import { ADDRESS, ANNA, collect, contentsOf, DOMAIN, furnish, OTHER_POOL, POOL, present } from "./bench";
import { refused, usePostgresqlPlace } from "./postgresql-place";

const FABRIKAM = "fabrikam.com";

describe("The schema of a registry in PostgreSQL", function () {
  this.timeout(60_000);
  const place = usePostgresqlPlace();
  const write = (registry: TopologyRegistry) => registry.create("sip-domain", { domain: FABRIKAM }, ANNA);

  /** What there is in the schema, as names of every kind, and each table's rows. */
  const everything = async () => {
    const objects = await place.byHand<{ kind: string; name: string }>(`
      SELECT relkind AS kind, relname AS name FROM pg_class WHERE relnamespace = '${place.schema}'::regnamespace
      UNION ALL SELECT 'function', proname FROM pg_proc WHERE pronamespace = '${place.schema}'::regnamespace
      ORDER BY 1, 2`);
    const tables = objects.filter(({ kind }) => kind === "r");
    return {
      objects,
      rows: await Promise.all(tables.map(({ name }) => place.byHand(`SELECT * FROM ${name}`))),
    };
  };

  describe("where nothing is yet", () => {
    it("is not made by a reader", async () => {
      const registry = place.open();
      assert.equal(await registry.get("pool", POOL), undefined);
      assert.equal(await registry.resolve(ADDRESS), undefined);
      assert.deepEqual(await collect(registry.list("pool")), []);
      assert.deepEqual(await registry.history("pool", POOL), []);
      assert.deepEqual(await registry.contents(), { records: [], history: [] });
      await refused(registry.assertExists(), "unavailable", `schema=${place.schema}`, "holds none");
      await refused(place.open({}, { mustExist: true }).get("pool", POOL), "unavailable", "holds none");
      assert.deepEqual(await place.byHand(`SELECT FROM pg_namespace WHERE nspname = '${place.schema}'`), []);
      await furnish(registry);
      await registry.assertExists();
    });

    it("serves ten first users at once", async () => {
      const create = (_: unknown, index: number) =>
        place.open().create("sip-domain", { domain: `d${index}.example` }, ANNA);
      await Promise.all(Array.from({ length: 10 }, create));
      assert.equal((await collect(place.open().list("sip-domain"))).length, 10);
      assert.equal((await place.byHand("SELECT FROM registry_version")).length, SCHEMA_VERSION);
    });

    it("is not made while another process, of whatever version, makes it", async () => {
      const other = await place.connect();
      await other.query(
        `SELECT pg_advisory_lock(hashtextextended('pulumi-persistentchat ${place.schema}', 0))`,
      );
      const hasty = place.open({}, { lockTimeout: 50 });
      await refused(hasty.migrate(), "unavailable", place.schema, "another process");
      assert.equal(await hasty.get("pool", POOL), undefined);
      const patient = place.open().migrate();
      await other.query("SELECT pg_advisory_unlock_all()");
      await patient;
      await write(hasty);
    });

    it("takes a schema that is there, and is made once", async () => {
      await place.byHand(`CREATE SCHEMA ${place.schema}`);
      await place.byHand("CREATE TABLE notes (text text); INSERT INTO notes VALUES ('mine')");
      const registry = place.open();
      await registry.migrate();
      await furnish(registry);
      const before = await everything();
      assert.deepEqual(await place.byHand("SELECT text FROM notes"), [{ text: "mine" }]);
      await registry.migrate();
      await place.open().migrate();
      assert.deepEqual(await everything(), before);
    });

    for (const name of [
      "Chat Rooms",
      `it's "quoted"`,
      "100%?&=+#/\\",
      "ä".repeat(31),
      "x".repeat(63),
      "select",
    ])
      it(`may have the name ${name}`, async () => {
        const url = { parameters: { schema: name } };
        const quoted = `"${name.replaceAll('"', '""')}"`;
        try {
          await furnish(place.open(url));
          const found = await place.byHand(`SELECT FROM ${quoted}.pool`);
          assert.equal(found.length, 2);
          const registry = place.open(url);
          assert.equal((await present(registry.get("pool", POOL))).key, POOL);
          assert.equal(await place.open().get("pool", POOL), undefined);
          await place.byHand(`UPDATE ${quoted}.pool SET servers = '[1]'`);
          await refused(registry.get("pool", POOL), "unavailable", `schema=${name}`);
        } finally {
          await sharedPostgres().query(`DROP SCHEMA IF EXISTS ${quoted} CASCADE`);
        }
      });
  });

  describe("that is not ours", () => {
    for (const statements of [
      "CREATE TABLE pool (id integer); INSERT INTO pool VALUES (7)",
      "CREATE TABLE history (id integer)",
      "CREATE VIEW sip_domain AS SELECT 1 AS domain",
      "CREATE TYPE contact AS ENUM ('a')",
      "CREATE FUNCTION next_revision() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
      "CREATE TABLE registry_version (id integer); INSERT INTO registry_version VALUES (7)",
      "CREATE TABLE registry_version (version text); INSERT INTO registry_version VALUES ('beta')",
      "CREATE VIEW registry_version AS SELECT 1 AS version",
    ])
      it(`is refused with '${statements}', and left alone`, async () => {
        await place.byHand(`CREATE SCHEMA ${place.schema}`);
        await place.byHand(statements);
        const before = await everything();
        for (const work of [write, (registry: TopologyRegistry) => registry.migrate()])
          await refused(work(place.open()), "unavailable", place.schema, "another program", "'schema'");
        assert.deepEqual(await everything(), before);
      });

    it("is refused to readers and writers where a later version made it, and left alone", async () => {
      await furnish(place.open());
      await place.byHand(`INSERT INTO registry_version (version) VALUES (${SCHEMA_VERSION + 1})`);
      const before = await everything();
      const registry = place.open();
      for (const work of [
        () => registry.get("pool", POOL),
        () => collect(registry.list("pool")),
        () => registry.resolve(ADDRESS),
        () => registry.assertExists(),
        () => registry.migrate(),
        () => write(registry),
      ])
        await refused(
          work(),
          "unavailable",
          place.schema,
          "a later pulumi-persistentchat",
          "update the package",
        );
      assert.deepEqual(await everything(), before);
      await place.byHand(`DELETE FROM registry_version WHERE version > ${SCHEMA_VERSION}`);
      await write(registry);
    });
  });

  describe("that changes while it is in use", () => {
    it("is missed with a sentence where a table is gone, and works once it is back", async () => {
      const registry = place.open();
      await furnish(registry);
      await place.byHand("ALTER TABLE contact RENAME TO gone");
      for (const work of [
        () => registry.resolve(ADDRESS),
        () => collect(registry.list("endpoint")),
        () => registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA),
      ])
        await refused(work(), "unavailable", place.schema, "its tables are gone");
      assert.equal((await present(registry.get("pool", POOL))).key, POOL);
      await place.byHand("ALTER TABLE gone RENAME TO contact");
      await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
    });

    it("is not taken for an empty one by a command that began when it was there", async () => {
      const registry = place.open();
      await furnish(registry);
      await place.byHand(`ALTER SCHEMA ${place.schema} RENAME TO ${place.schema}_away`);
      try {
        await refused(registry.get("pool", POOL), "unavailable", place.schema, "its tables are gone");
        await refused(registry.assertExists(), "unavailable", place.schema, "holds none");
      } finally {
        await place.byHand(`ALTER SCHEMA ${place.schema}_away RENAME TO ${place.schema}`);
      }
      assert.equal((await present(registry.get("pool", POOL))).key, POOL);
    });

    it("is made again by a writer where all of it was dropped", async () => {
      const registry = place.open();
      await furnish(registry);
      await place.byHand(`DROP SCHEMA ${place.schema} CASCADE`);
      await refused(registry.get("sip-domain", DOMAIN), "unavailable", "its tables are gone");
      await furnish(registry);
      assert.equal((await contentsOf(registry)).past.length, 3);
      assert.equal((await present(registry.get("pool", OTHER_POOL))).revision, "1");
    });
  });
});
