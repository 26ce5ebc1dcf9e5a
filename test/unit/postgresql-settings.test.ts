import assert from "node:assert/strict";
import fc from "fast-check";
import { isRegistryError } from "../../provider/registry/errors";
import { locationOf, type PostgresqlSettings } from "../../provider/registry/postgresql-settings";
import { parseRegistrySettings } from "../../provider/registry/settings";

const FOLDER = "/projects/chat";

function parsed(url: string, password?: string): PostgresqlSettings {
  const settings = parseRegistrySettings(url, FOLDER, password);
  assert.ok(settings.backend === "postgresql");
  return settings;
}

function refusal(url: string): string {
  try {
    parseRegistrySettings(url, FOLDER);
  } catch (error) {
    assert.ok(isRegistryError(error, "invalid"), String(error));
    assert.match(error.message, /^cannot open the registry: [^\n]+$/);
    return error.message;
  }
  return assert.fail(`'${url}' was accepted`);
}

describe("the URL of a PostgreSQL registry", () => {
  it("has a default for all but user, host and database", () => {
    assert.deepEqual(parsed("postgresql://anna@db.contoso.com/chat"), {
      backend: "postgresql",
      hosts: [{ host: "db.contoso.com", port: 5432 }],
      database: "chat",
      user: "anna",
      schema: "persistentchat",
      sessionAttributes: "any",
      tls: { mode: "prefer" },
      connectTimeout: 10_000,
      statementTimeout: 30_000,
      poolSize: 4,
    });
  });

  it("names several hosts, by name, address and socket, with a port each", () => {
    const { hosts } = parsed(
      "postgres://anna@db1:1,10.0.0.2,[::1]:65535,[fe80::1%25eth0],%2Frun%2Fpg:2/chat",
    );
    assert.deepEqual(hosts, [
      { host: "db1", port: 1 },
      { host: "10.0.0.2", port: 5432 },
      { host: "::1", port: 65535 },
      { host: "fe80::1%eth0", port: 5432 },
      { host: "/run/pg", port: 2 },
    ]);
  });

  it("takes libpq's parameters, and paths from the project's folder", () => {
    const query = [
      "sslmode=verify-full&sslrootcert=certs/ca.pem&sslcert=/etc/client.pem&sslkey=client.key",
      "target_session_attrs=read-write&connect_timeout=3&statement_timeout=1500&pool_size=9&schema=my%20chat",
    ].join("&");
    const { tls, ...rest } = parsed(`postgresql://anna@db/chat?${query}`);
    assert.deepEqual(tls, {
      mode: "verify-full",
      authority: `${FOLDER}/certs/ca.pem`,
      certificate: "/etc/client.pem",
      key: `${FOLDER}/client.key`,
    });
    assert.equal(rest.sessionAttributes, "read-write");
    assert.deepEqual([rest.connectTimeout, rest.statementTimeout, rest.poolSize], [3000, 1500, 9]);
    assert.equal(rest.schema, "my chat");
  });

  it("goes before the setting for the password, which goes before none", () => {
    assert.equal(parsed("postgresql://anna:url@db/chat", "setting").password, "url");
    assert.equal(parsed("postgresql://anna:@db/chat", "setting").password, "setting");
    assert.ok(!("password" in parsed("postgresql://anna:@db/chat", "")));
    assert.equal(parsed("postgresql://anna@db/chat", "setting").password, "setting");
    assert.ok(!("password" in parsed("postgresql://anna@db/chat")));
  });

  it("keeps any name and password that is escaped", () => {
    const text = fc.string({ minLength: 1, unit: "grapheme" }).filter((value) => !value.includes("\0"));
    fc.assert(
      fc.property(text, text, text, (user, password, database) => {
        const [u, p, d] = [user, password, database].map(encodeURIComponent);
        const settings = parsed(`postgresql://${u}:${p}@db/${d}`);
        assert.deepEqual([settings.user, settings.password, settings.database], [user, password, database]);
      }),
    );
  });

  it("is called by hosts and database in errors, and by the schema where that is another one", () => {
    const location = (url: string) => locationOf(parsed(url));
    assert.equal(
      location("postgresql://anna:secret@db1,[::1]:99/chat?connect_timeout=1"),
      "postgresql://db1:5432,[::1]:99/chat",
    );
    assert.equal(location("postgresql://anna@db/chat?schema=lab"), "postgresql://db:5432/chat?schema=lab");
  });

  for (const [url, reason] of [
    ["postgresql://", /write postgresql:\/\/<user>@<host>/],
    ["postgresql://db/chat", /no user/],
    ["postgresql://:pw@db/chat", /no user/],
    ["postgresql://anna@db", /write postgresql/],
    ["postgresql://anna@db/", /no database/],
    ["postgresql://anna@/chat", /no host/],
    ["postgresql://anna@db1,,db2/chat", /no host/],
    ["postgresql://anna@db:0/chat", /port is not between 1 and 65535/],
    ["postgresql://anna@db:65536/chat", /port is not between 1 and 65535/],
    ["postgresql://anna@db:port/chat", /no host/],
    ["postgresql://anna@db/chat/more", /write postgresql/],
    ["postgresql://anna@db/chat#more", /write postgresql/],
    [
      "postgresql://anna@db/chat?sslmode=full",
      /'sslmode' is none of disable, allow, prefer, require, verify-ca, verify-full/,
    ],
    ["postgresql://anna@db/chat?sslmode=verify-ca", /needs 'sslrootcert'/],
    ["postgresql://anna@db/chat?sslcert=a", /'sslcert' and 'sslkey' need each other/],
    ["postgresql://anna@db/chat?target_session_attrs=prefer-standby", /none of any, read-write/],
    ["postgresql://anna@db/chat?connect_timeout=0", /'connect_timeout' is not a whole number from 1 to 3600/],
    ["postgresql://anna@db/chat?statement_timeout=1s", /'statement_timeout' is not a whole number/],
    ["postgresql://anna@db/chat?pool_size=101", /'pool_size' is not a whole number from 1 to 100/],
    ["postgresql://anna@db/chat?pool_size=", /'pool_size' is not a whole number/],
    ["postgresql://anna@db/chat?schema=", /'schema' is a name of 1 to 63 bytes/],
    [`postgresql://anna@db/chat?schema=${"ä".repeat(32)}`, /'schema' is a name of 1 to 63 bytes/],
    ["postgresql://anna@db/chat?schema=a&schema=b", /twice/],
    ["postgresql://anna@db/chat?options=-csearch_path%3Dx", /unknown parameter; the parameters are schema, /],
    ["postgresql://anna:100%@db/chat", /wrongly escaped/],
    ["postgresql://anna@db/cha%00t", /wrongly escaped/],
  ] as const)
    it(`is refused as '${url.slice(0, 80)}'`, () => assert.match(refusal(url), reason));

  it("is never repeated when it is refused, however its password was written", () => {
    const password = fc.string({ minLength: 8, maxLength: 20 }).map((text) => `canary${text}canary`);
    fc.assert(
      fc.property(password, (text) => {
        for (const url of [
          `postgresql://anna:${text}@db:x/chat`,
          `postgresql://anna:${text}@/chat?a=${text}`,
        ]) {
          const message = refusal(url);
          assert.ok(!message.includes("canary"), message);
        }
      }),
    );
  });
});
