import assert from "node:assert/strict";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { ADDRESS, ANNA, BERT, collect, DOMAIN, failsWith, furnish, OTHER_POOL, POOL, present } from "./bench";
import { refused, usePostgresqlPlace } from "./postgresql-place";

const USER = "sip:group@contoso.com";

/** Values for the columns of every table that follow those that matter. */
const KEPT = "revision, incarnation";
const AS = "1, 'by hand'";

const contact = (columns: string, values: string) =>
  `INSERT INTO contact (${columns}, ${KEPT}) VALUES (${values}, ${AS})`;
const domain = (name: string, isDefault: boolean) =>
  `INSERT INTO sip_domain (domain, is_default, ${KEPT}) VALUES (${name}, ${isDefault}, ${AS})`;
const pool = (name: string, port = 5041) =>
  `INSERT INTO pool (pool_fqdn, shape, servers, active_servers, port, settings, pool_state, ${KEPT})
  VALUES ('${name}', 'single', '[]', '[]', ${port}, '{}', 'Normal', ${AS})`;
const setPool = (assignment: string) => `UPDATE pool SET ${assignment} WHERE pool_fqdn = '${POOL}'`;

const UNIQUE = "23505";
const FOREIGN_KEY = "23503";
const CHECK = "23514";
const NOT_NULL = "23502";

/** What nobody can write, whatever the program, and the SQLSTATE that the program gets. */
const RULES: readonly (readonly [string, string, string])[] = [
  ["an endpoint's address as a user's", UNIQUE, contact("kind, sip_address", `'sip-user', '${ADDRESS}'`)],
  [
    "a user's address as an endpoint's",
    UNIQUE,
    contact("kind, sip_address, pool_fqdn", `'endpoint', '${USER}', '${POOL}'`),
  ],
  ["an address in another case", CHECK, contact("kind, sip_address", `'sip-user', 'sip:Group@contoso.com'`)],
  [
    "a domain in an address in another case",
    CHECK,
    contact("kind, sip_address", "'sip-user', 'sip:a@Contoso.com'"),
  ],
  [
    "an address with a letter beyond ASCII",
    CHECK,
    contact("kind, sip_address", "'sip-user', 'sip:ü@contoso.com'"),
  ],
  ["an address without a scheme", CHECK, contact("kind, sip_address", "'sip-user', 'a@contoso.com'")],
  ["an address with two domains", CHECK, contact("kind, sip_address", "'sip-user', 'sip:a@b@contoso.com'")],
  [
    "an address of an unknown domain",
    FOREIGN_KEY,
    contact("kind, sip_address", "'sip-user', 'sip:a@no.example'"),
  ],
  ["an address of an unknown kind", CHECK, contact("kind, sip_address", "'robot', 'sip:a@contoso.com'")],
  [
    "an endpoint of an unknown pool",
    FOREIGN_KEY,
    contact("kind, sip_address, pool_fqdn", "'endpoint', 'sip:a@contoso.com', 'no.contoso.com'"),
  ],
  ["an endpoint without a pool", CHECK, contact("kind, sip_address", "'endpoint', 'sip:a@contoso.com'")],
  [
    "an endpoint that leads to an unknown pool",
    FOREIGN_KEY,
    "UPDATE contact SET pool_fqdn = 'no' WHERE kind = 'endpoint'",
  ],
  ["an endpoint that becomes a user", CHECK, "UPDATE contact SET kind = 'sip-user' WHERE kind = 'endpoint'"],
  ["a used pool that is gone", FOREIGN_KEY, `DELETE FROM pool WHERE pool_fqdn = '${POOL}'`],
  ["a used pool with another name", FOREIGN_KEY, setPool("pool_fqdn = 'chat9.contoso.com'")],
  ["a used domain that is gone", FOREIGN_KEY, `DELETE FROM sip_domain WHERE domain = '${DOMAIN}'`],
  ["two default domains", UNIQUE, domain("'fabrikam.com'", true)],
  ["a domain in another case", CHECK, domain("'Contoso.com'", false)],
  ["a domain with a blank", CHECK, domain("'contoso.com '", false)],
  ["a domain without a name", NOT_NULL, domain("NULL", false)],
  ["a pool twice", UNIQUE, pool(POOL)],
  ["a pool in another case", CHECK, pool("Chat1.contoso.com")],
  ["a pool with port 0", CHECK, setPool("port = 0")],
  ["a pool with port 65536", CHECK, setPool("port = 65536")],
  ["a pool of an unknown shape", CHECK, setPool("shape = 'round'")],
  ["a pool in an unknown state", CHECK, setPool("pool_state = 'Broken'")],
  ["servers that are no list", CHECK, setPool(`servers = '{"a": 1}'`)],
  ["active servers that are no list", CHECK, setPool(`active_servers = '"a"'`)],
  ["servers that are no JSON", "22P02", setPool("servers = '[a'")],
  ["settings that are none", CHECK, setPool("settings = '[]'")],
  ["attributes of an endpoint", CHECK, "UPDATE contact SET attributes = '{}' WHERE kind = 'endpoint'"],
  ["attributes that are no object", CHECK, "UPDATE contact SET attributes = '[]' WHERE kind = 'sip-user'"],
  ["a cutover in another case", CHECK, `INSERT INTO cutover VALUES ('Contoso', '{}', ${AS})`],
  ["a cutover without a name", CHECK, `INSERT INTO cutover VALUES ('', '{}', ${AS})`],
  ["a cutover whose progress is none", CHECK, `INSERT INTO cutover VALUES ('contoso', '[]', ${AS})`],
  ["an entry of an unknown kind", CHECK, "UPDATE history SET kind = 'robot' WHERE sequence = 1"],
  ["a revision twice in the history", UNIQUE, "UPDATE history SET revision = 1"],
  ["an entry of an unknown action", CHECK, "UPDATE history SET action = 'stolen' WHERE sequence = 1"],
  ["a create with a state before it", CHECK, "UPDATE history SET was = '{}' WHERE action = 'create'"],
  ["a create without a state after it", CHECK, "UPDATE history SET became = NULL WHERE action = 'create'"],
  ["an entry without an operator", NOT_NULL, "UPDATE history SET operator = NULL WHERE sequence = 1"],
];

describe("The rules of a registry in PostgreSQL, for whoever writes by hand", function () {
  this.timeout(60_000);
  const place = usePostgresqlPlace();
  let registry: TopologyRegistry;

  beforeEach(async () => {
    registry = place.open();
    await furnish(registry);
    const made = await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
    await registry.update("endpoint", ADDRESS, { displayName: "Chat" }, made.revision, ANNA);
    await registry.create("sip-user", { sipAddress: USER }, ANNA);
  });

  it("keep each thing out that must not be, and the registry as it was", async () => {
    const before = await registry.contents();
    for (const [what, code, statement] of RULES)
      await assert.rejects(place.byHand(statement), { code }, `${what}: ${statement}`);
    assert.deepEqual(await registry.contents(), before);
  });

  it("let in what may be, and the registry works with it", async () => {
    await place.byHand(domain("'fabrikam.com'", false));
    await place.byHand(
      contact("kind, sip_address, pool_fqdn", `'endpoint', 'sip:a@fabrikam.com', '${POOL}'`),
    );
    const found = await present(registry.resolve("sip:a@fabrikam.com"));
    assert.equal(found.kind === "endpoint" && found.poolFqdn, POOL);
    const endpoint = await present(registry.get("endpoint", "sip:a@fabrikam.com"));
    assert.equal(endpoint.managedBy, undefined);
    const claimed = await registry.claim("endpoint", endpoint.key, endpoint.revision, BERT);
    assert.equal(await registry.remove("endpoint", endpoint.key, claimed, BERT), true);
    assert.deepEqual(
      (await registry.history("endpoint", endpoint.key)).map(({ action, revision }) => [action, revision]),
      [
        ["claim", "2"],
        ["remove", "3"],
      ],
    );
  });

  for (const [kind, key, statement, change] of [
    ["endpoint", ADDRESS, `UPDATE contact SET display_name = 'By hand' WHERE kind = 'endpoint'`, {}],
    ["sip-user", USER, `UPDATE contact SET managed_by = 'me', revision = 1 WHERE kind = 'sip-user'`, {}],
    ["pool", POOL, setPool("port = 5042, revision = 0"), { port: 5043 }],
    ["sip-domain", DOMAIN, "UPDATE sip_domain SET is_default = false", { isDefault: true }],
  ] as const)
    it(`let no update overwrite what was changed by hand after it was read (${kind})`, async () => {
      const read = await present(registry.get(kind, key));
      await place.byHand(statement);
      const changed = await present(registry.get(kind, key));
      assert.equal(Number(changed.revision), Number(read.revision) + 1);
      const said = "sipAddress" in read.record ? { displayName: "Late" } : change;
      await failsWith(registry.update(kind, key, said, read.revision, BERT), "conflict", key);
      await failsWith(registry.claim(kind, key, read.revision, BERT), "conflict", key);
      assert.deepEqual(await registry.get(kind, key), changed);
      const written = await registry.update(kind, key, said, changed.revision, BERT);
      assert.equal(Number(written.revision), Number(changed.revision) + 1);
    });

  it("let no removal hit a record that was made anew by hand", async () => {
    const read = await present(registry.get("sip-user", USER));
    await place.byHand(`UPDATE contact SET incarnation = 'by hand' WHERE kind = 'sip-user'`);
    assert.equal(await registry.remove("sip-user", USER, read, ANNA), false);
    assert.equal((await present(registry.get("sip-user", USER))).incarnation, "by hand");
  });

  for (const [what, statement, words] of [
    ["a list of numbers", setPool("servers = '[1]'"), [`pool '${POOL}'`, "servers.0"]],
    [
      "settings of another form",
      setPool("settings = '{}'"),
      [`pool '${POOL}'`, "settings.defaultChatHistory"],
    ],
    ["an empty name of a server", setPool(`active_servers = '[""]'`), [`pool '${POOL}'`, "activeServers.0"]],
    [
      "a revision beyond all counting",
      setPool("revision = 9223372036854775807"),
      [`pool '${POOL}'`, "revision"],
    ],
  ] as const)
    it(`cannot tell that ${what} is damage: it is reported, and the rest is readable`, async () => {
      const healthy = await registry.get("pool", POOL);
      assert.ok(healthy);
      await place.byHand("CREATE TABLE backup AS SELECT * FROM pool");
      await place.byHand(statement);
      for (const work of [
        () => registry.get("pool", POOL),
        () => collect(registry.list("pool")),
        () => registry.contents(),
        () => registry.update("pool", POOL, { port: 5042 }, healthy.revision, ANNA),
        () => registry.remove("pool", POOL, healthy, ANNA),
      ])
        await refused(work(), "unavailable", place.schema, "damaged", ...words);
      assert.equal((await present(registry.get("pool", OTHER_POOL))).key, OTHER_POOL);
      assert.equal((await present(registry.get("endpoint", ADDRESS))).key, ADDRESS);
      assert.equal((await collect(registry.list("sip-user"))).length, 1);
      assert.equal((await registry.history("pool", POOL)).length, 1);
      await place.byHand(`DROP TRIGGER next_revision ON pool;
        UPDATE pool SET (servers, active_servers, settings, revision)
          = (SELECT servers, active_servers, settings, revision FROM backup WHERE pool_fqdn = '${POOL}')
        WHERE pool_fqdn = '${POOL}'`);
      assert.deepEqual(await registry.get("pool", POOL), healthy);
    });

  it("cannot tell that an entry of the history is damage: it is reported, and the rest is readable", async () => {
    await place.byHand(`UPDATE history SET became = '{"domain": 1}' WHERE kind = 'sip-domain'`);
    await refused(registry.history("sip-domain", DOMAIN), "unavailable", place.schema, "history 1", "domain");
    assert.equal((await registry.history("endpoint", ADDRESS)).length, 2);
    assert.equal((await present(registry.get("sip-domain", DOMAIN))).key, DOMAIN);
  });
});
