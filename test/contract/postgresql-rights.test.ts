import assert from "node:assert/strict";
import { openRegistry } from "../../provider/backends/index";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { parseRegistrySettings } from "../../provider/registry/settings";
import { GRANTS, ROLES } from "../support/grants";
import { queryOnce } from "../support/postgres-client";
import { newDatabase, sharedPostgres, type TestDatabase } from "../support/shared-postgres";
import {
  ADDRESS,
  ANNA,
  BERT,
  BY_HAND,
  collect,
  contentsOf,
  DOMAIN,
  furnish,
  leavesAlone,
  POOL,
  present,
} from "./bench";
import { refused } from "./postgresql-place";

const NAMES = ["owner", "user", "reader", "stranger"] as const;
type Role = (typeof NAMES)[number];

const TABLES = ["registry_version", "sip_domain", "pool", "contact", "cutover", "history"];

describe("The rights on a registry in PostgreSQL", function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let handles: TopologyRegistry[];

  const url = (role: Role) => database.url({ user: `persistentchat_${role}`, password: "s3cret" });
  const open = (role: Role) => {
    const handle = openRegistry(parseRegistrySettings(url(role), "/"));
    handles.push(handle);
    return handle;
  };
  const byHand = (role: Role, statements: string) => queryOnce(url(role), statements);
  const forbids = (role: Role, statements: string) =>
    assert.rejects(byHand(role, statements), { code: "42501" }, `${role}: ${statements}`);
  const migrated = async () => {
    await open("owner").migrate();
    await byHand("owner", GRANTS);
  };

  // Roles are the server's, and these have the names that the README gives them.
  const removeRoles = async () => {
    for (const role of NAMES) await sharedPostgres().query(`DROP ROLE IF EXISTS persistentchat_${role}`);
  };
  beforeEach(async () => {
    handles = [];
    await removeRoles();
    database = await newDatabase();
    await database.query(`${ROLES} CREATE ROLE persistentchat_stranger LOGIN`);
    for (const role of NAMES) await database.query(`ALTER ROLE persistentchat_${role} PASSWORD 's3cret'`);
  });
  afterEach(async () => {
    await Promise.all(handles.map((handle) => handle.close()));
    await database.drop();
    await removeRoles();
  });

  it("let the user do everything that a registry can do", async () => {
    await migrated();
    const registry = open("user");
    await furnish(registry);
    const made = await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
    const renamed = await registry.update("endpoint", ADDRESS, { displayName: "Chat" }, made.revision, ANNA);
    const claimed = await registry.claim("endpoint", ADDRESS, renamed.revision, BERT);
    assert.equal((await present(registry.resolve(ADDRESS))).displayName, "Chat");
    assert.deepEqual(
      (await collect(registry.list("endpoint"))).map(({ key }) => key),
      [ADDRESS],
    );
    assert.equal(await registry.remove("endpoint", ADDRESS, claimed, BY_HAND), true);
    const actions = (await registry.history("endpoint", ADDRESS)).map(({ action }) => action);
    assert.deepEqual(actions, ["create", "update", "claim", "remove"]);
    const cutover = { name: "contoso", addresses: [], poolFqdn: POOL, folder: "/cutover" };
    const begun = await registry.create("cutover", cutover, ANNA);
    await registry.update("cutover", "contoso", { hold: true }, begun.revision, ANNA);
    await registry.create("sip-user", { sipAddress: ADDRESS, attributes: { title: "Room" } }, BY_HAND);
    const snapshot = await present(registry.snapshotUser(ADDRESS));
    await registry.releaseUser(snapshot, { way: "delete" }, ANNA);
    await registry.restoreUser(snapshot, ANNA);
    assert.equal((await registry.sightings(ADDRESS)).length, 1);
    await registry.assertExists();
  });

  it("let the user fill a registry from another one", async () => {
    await migrated();
    const registry = open("user");
    await furnish(registry);
    const contents = await registry.contents();
    await database.query(
      "TRUNCATE persistentchat.history, persistentchat.pool, persistentchat.sip_domain CASCADE",
    );
    await registry.fill(contents);
    assert.deepEqual(await registry.contents(), contents);
    await registry.create("sip-domain", { domain: "fabrikam.com" }, ANNA);
  });

  it("let the user change neither the tables nor the past", async () => {
    await migrated();
    await furnish(open("user"));
    await leavesAlone(open("owner"), async () => {
      for (const table of TABLES) {
        await forbids("user", `DROP TABLE persistentchat.${table}`);
        await forbids("user", `TRUNCATE persistentchat.${table} CASCADE`);
        await forbids("user", `ALTER TABLE persistentchat.${table} ADD COLUMN more text`);
      }
      await forbids("user", "CREATE TABLE persistentchat.more (id integer)");
      await forbids("user", "ALTER TABLE persistentchat.pool DISABLE TRIGGER USER");
      await forbids("user", "DELETE FROM persistentchat.history");
      await forbids("user", "UPDATE persistentchat.history SET operator = 'nobody'");
      await forbids("user", "INSERT INTO persistentchat.registry_version (version) VALUES (99)");
      await forbids("user", "DELETE FROM persistentchat.registry_version");
    });
  });

  it("let the reader read everything and write nothing", async () => {
    await migrated();
    const user = open("user");
    await furnish(user);
    const made = await user.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
    await user.create("sip-user", { sipAddress: "sip:user@contoso.com" }, BY_HAND);
    const reader = open("reader");
    const snapshot = await present(reader.snapshotUser("sip:user@contoso.com"));
    await reader.releaseUser(
      { ...snapshot, sipAddress: "sip:nobody@contoso.com" },
      { way: "elsewhere" },
      ANNA,
    );
    assert.deepEqual(await reader.contents(), await user.contents());
    assert.deepEqual(await contentsOf(reader), await contentsOf(user));
    assert.equal((await present(reader.resolve(ADDRESS))).sipAddress, ADDRESS);
    await reader.assertExists();
    await reader.migrate(); // nothing is to be done
    await leavesAlone(user, async () => {
      const contents = await user.contents();
      for (const work of [
        () => reader.create("sip-domain", { domain: "fabrikam.com" }, ANNA),
        () => reader.create("sip-domain", { domain: "litware.com", isDefault: true }, ANNA),
        () => reader.update("endpoint", ADDRESS, { displayName: "Chat" }, made.revision, ANNA),
        () => reader.claim("endpoint", ADDRESS, made.revision, ANNA),
        () => reader.remove("endpoint", ADDRESS, made, ANNA),
        () => reader.releaseUser(snapshot, { way: "delete" }, ANNA),
        () => reader.restoreUser({ ...snapshot, displayName: "User" }, ANNA),
        () => reader.fill(contents),
      ])
        await refused(
          work(),
          "unavailable",
          `/${database.name}'`,
          "permission is denied",
          "grants",
          "README",
        );
      for (const table of TABLES) await forbids("reader", `DELETE FROM persistentchat.${table}`);
    });
  });

  it("let both roles read what later versions add, and no more", async () => {
    await migrated();
    await byHand("owner", "CREATE TABLE persistentchat.later (id integer GENERATED BY DEFAULT AS IDENTITY)");
    await byHand("owner", "INSERT INTO persistentchat.later VALUES (2)");
    for (const role of ["user", "reader"] as const) {
      assert.deepEqual(await byHand(role, "SELECT id FROM persistentchat.later"), [{ id: 2 }]);
      await forbids(role, "DELETE FROM persistentchat.later");
    }
  });

  it("send the user to the owner where the registry is not made yet", async () => {
    await byHand("owner", "GRANT USAGE ON SCHEMA persistentchat TO persistentchat_user");
    for (const role of ["user", "stranger"] as const) {
      const registry = open(role);
      assert.equal(await registry.get("sip-domain", DOMAIN), undefined);
      for (const work of [() => furnish(registry), () => registry.migrate()])
        await refused(
          work(),
          "unavailable",
          `/${database.name}'`,
          "permission is denied",
          "'persistentchat migrate'",
        );
    }
    assert.deepEqual(await database.query("SELECT FROM pg_tables WHERE schemaname = 'persistentchat'"), []);
    await database.query("DROP SCHEMA persistentchat");
    await refused(furnish(open("user")), "unavailable", "permission is denied", "'persistentchat migrate'");
    await database.query("CREATE SCHEMA persistentchat AUTHORIZATION persistentchat_owner");
    await migrated();
    await furnish(open("user"));
  });

  it("that are missing are not taken for missing tables", async () => {
    await migrated();
    await furnish(open("user"));
    const registry = open("stranger");
    const denied = [`/${database.name}'`, "permission is denied", "grants", "README"];
    await refused(registry.get("pool", POOL), "unavailable", ...denied);
    await refused(collect(registry.list("pool")), "unavailable", ...denied);
    await refused(furnish(registry), "unavailable", ...denied);
    await refused(registry.assertExists(), "unavailable", ...denied);
    await byHand("owner", "GRANT USAGE ON SCHEMA persistentchat TO persistentchat_stranger");
    await refused(registry.get("pool", POOL), "unavailable", ...denied);
    await byHand("owner", "GRANT SELECT ON ALL TABLES IN SCHEMA persistentchat TO persistentchat_stranger");
    assert.equal((await present(registry.get("pool", POOL))).key, POOL);
    await refused(registry.create("sip-domain", { domain: "fabrikam.com" }, ANNA), "unavailable", ...denied);
  });
});
