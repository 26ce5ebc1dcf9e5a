import assert from "node:assert/strict";
import { copyFile, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { SCHEMA_VERSION } from "../../provider/backends/sqlite/sqlite-schema";
import { ADDRESS, collect, failsWith, furnish, OTHER_POOL, POOL, present, serversOf } from "./bench";
import { useSqlitePlace } from "./sqlite-place";

describe("SQLite on what is no registry", function () {
  this.timeout(60_000);
  const place = useSqlitePlace();

  describe("a file of another kind", () => {
    for (const [what, content] of [
      ["two characters", "xy"],
      ["a short text", "This is not a database.\n"],
      ["a long text", "This is not a database.\n".repeat(5000)],
      ["the name of the format and nothing else", "SQLite format 3\0"],
      ["zeros", "\0".repeat(8192)],
    ] as const)
      it(`refuses ${what}, and changes no byte`, async () => {
        await writeFile(place.path, content);
        const registry = await place.refused("unavailable", "database");
        await place.close();
        assert.equal(await readFile(place.path, "utf8"), content);
        assert.deepEqual(await readdir(place.folder), ["registry.db"]);
        await rm(place.path);
        await assert.rejects(registry.get("pool", POOL));
        await furnish(place.open());
      });

    it("refuses the database of another program, and changes no byte", async () => {
      for (const version of [0, SCHEMA_VERSION]) {
        place.byHand(`PRAGMA user_version = ${version}; CREATE TABLE IF NOT EXISTS pool (poolFqdn TEXT)`);
        const before = await readFile(place.path);
        await place.refused("unavailable", "another program");
        await place.close();
        assert.deepEqual(await readFile(place.path), before);
      }
    });

    it("refuses a schema that it does not know yet, and says what to do", async () => {
      await place.make();
      place.byHand(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
      const before = await readFile(place.path);
      const registry = await place.refused("unavailable", "update the package");
      assert.deepEqual(await readFile(place.path), before);
      place.byHand(`PRAGMA user_version = ${SCHEMA_VERSION}`);
      assert.equal((await present(registry.get("pool", POOL))).key, POOL);
    });
  });

  describe("a damaged file", () => {
    for (const size of [50, 99, 100, 511, 512, 4095, 4096, 20_000])
      it(`refuses one that was cut to ${size} bytes, and works with the backup`, async () => {
        await place.make();
        await copyFile(place.path, `${place.path}.backup`);
        await truncate(place.path, size);
        const cut = await readFile(place.path);
        const registry = await place.refused("unavailable");
        await place.close();
        assert.deepEqual(await readFile(place.path), cut);
        await rename(`${place.path}.backup`, place.path);
        await assert.rejects(registry.get("pool", POOL));
        assert.equal((await present(place.open().get("pool", POOL))).key, POOL);
      });

    it("refuses one with pages of rubbish", async () => {
      await place.make();
      const content = await readFile(place.path);
      await writeFile(
        place.path,
        Buffer.concat([content.subarray(0, 4096), Buffer.alloc(content.length - 4096, 0xff)]),
      );
      await place.refused("unavailable", "damaged");
    });

    it("works again with the same handle once the content is put back in place", async () => {
      await place.make();
      const content = await readFile(place.path);
      const rubbish = Buffer.alloc(content.length - 4096, 0xff);
      await writeFile(place.path, Buffer.concat([content.subarray(0, 4096), rubbish]));
      const registry = await place.refused("unavailable", "damaged");
      await writeFile(place.path, content);
      assert.equal((await present(registry.get("pool", POOL))).key, POOL);
    });

    it("gives names in lower case, whatever was typed by hand", async () => {
      await place.make();
      place.byHand(`UPDATE pool SET pool_fqdn = upper(pool_fqdn), servers = upper(servers), next_hop_pool = 'FE.Contoso.com';
        INSERT INTO contact (kind, sip_address, pool_fqdn, revision, incarnation)
        VALUES ('endpoint', 'sip:OcsChat@Contoso.com', 'Chat1.Contoso.com', 1, 'by hand')`);
      const registry = place.open();
      const pool = await present(registry.get("pool", POOL));
      assert.deepEqual(
        [pool.key, pool.record.poolFqdn, pool.record.nextHopPool],
        [POOL, POOL, "fe.contoso.com"],
      );
      assert.deepEqual(pool.record.servers, serversOf(POOL, 2));
      const endpoint = await present(registry.get("endpoint", ADDRESS));
      assert.deepEqual([endpoint.key, endpoint.record.poolFqdn], [ADDRESS, POOL]);
    });

    for (const [what, statements, words] of [
      ["a list that is none", `UPDATE pool SET servers = '{"a":1}'`, ["pool 'chat1.contoso.com'", "servers"]],
      ["a list of numbers", "UPDATE pool SET active_servers = '[1]'", ["activeServers.0"]],
      ["text that is no JSON", "UPDATE pool SET settings = '{'", ["pool 'chat1.contoso.com'", "JSON"]],
      ["settings of another form", "UPDATE pool SET settings = '{}'", ["settings.defaultChatHistory"]],
      ["an unknown shape", "UPDATE pool SET shape = 'round'", ["shape"]],
    ] as const)
      it(`names the row that was edited to hold ${what}, and works once it is corrected`, async () => {
        await place.make();
        await copyFile(place.path, `${place.path}.backup`);
        place.byHand(`PRAGMA ignore_check_constraints = 1; ${statements} WHERE pool_fqdn = '${POOL}'`);
        const registry = place.open();
        await failsWith(registry.get("pool", POOL), "unavailable", place.path, "damaged", ...words);
        await failsWith(collect(registry.list("pool")), "unavailable", place.path, ...words);
        assert.equal((await present(registry.get("pool", OTHER_POOL))).key, OTHER_POOL);
        place.byHand(
          "UPDATE pool SET (shape, servers, active_servers, settings) = (SELECT shape, servers, active_servers, settings FROM pool WHERE pool_fqdn = 'chat2.contoso.com')",
        );
        assert.equal((await present(registry.get("pool", POOL))).key, POOL);
      });

    it("has no room for what breaks the rules, whoever writes it", async () => {
      await place.make();
      place.byHand(`INSERT INTO contact (kind, sip_address, pool_fqdn, revision, incarnation)
        VALUES ('endpoint', 'sip:OcsChat@Contoso.com', '${POOL}', 1, 'by hand')`);
      for (const statement of [
        `INSERT INTO contact (kind, sip_address, revision, incarnation) VALUES ('sip-user', '${ADDRESS}', 1, 'x')`,
        `INSERT INTO contact (kind, sip_address, revision, incarnation) VALUES ('sip-user', 'sip:a@none.example', 1, 'x')`,
        `UPDATE contact SET pool_fqdn = 'none.contoso.com'`,
        `UPDATE contact SET kind = 'sip-user'`,
        `UPDATE contact SET sip_address = 'ocschat'`,
        `UPDATE contact SET attributes = '{}'`,
        `INSERT INTO contact (kind, sip_address, revision, incarnation, attributes) VALUES ('sip-user', 'sip:a@contoso.com', 1, 'x', '[]')`,
        `INSERT INTO contact (kind, sip_address, revision, incarnation, attributes) VALUES ('sip-user', 'sip:a@contoso.com', 1, 'x', '{')`,
        `INSERT INTO cutover VALUES ('Contoso', '{}', 1, 'x', NULL)`,
        `INSERT INTO cutover VALUES ('', '{}', 1, 'x', NULL)`,
        `INSERT INTO cutover VALUES ('contoso', '[]', 1, 'x', NULL)`,
        `UPDATE pool SET port = 'many'`,
        `UPDATE pool SET port = 0`,
        `UPDATE pool SET servers = 'a,b'`,
        `DELETE FROM pool WHERE pool_fqdn = '${POOL}'`,
        `DELETE FROM sip_domain`,
        `INSERT INTO sip_domain (domain, is_default, revision, incarnation) VALUES ('b.example', 1, 1, 'x')`,
        `INSERT INTO sip_domain (domain, is_default, revision, incarnation) VALUES ('CONTOSO.com', 0, 1, 'x')`,
      ])
        assert.throws(() => place.byHand(statement), /constraint failed|cannot store/, statement);
      const answer = await present(place.open().resolve(ADDRESS));
      assert.deepEqual([answer.kind, answer.sipAddress], ["endpoint", ADDRESS]);
    });
  });
});
