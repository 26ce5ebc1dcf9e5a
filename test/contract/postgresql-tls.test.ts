import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TlsMode } from "../../provider/registry/postgresql-settings";
import { type Authority, makeAuthority } from "../support/certificates";
import { HOST } from "../support/postgres-client";
import { PostgresServer } from "../support/postgres-server";
import { sharedPostgres } from "../support/shared-postgres";
import { POOL } from "./bench";
import { refused, usePostgresqlPlace } from "./postgresql-place";

describe("PostgreSQL and TLS", function () {
  this.timeout(60_000);
  const place = usePostgresqlPlace();
  let folder = "";
  let authority: Authority;
  /** The file of a key that belongs to no certificate. */
  let key = "";
  /** Its certificate is for `localhost`, and not for the address of that. */
  let server: PostgresServer;
  /** Its certificate has expired, and it lets in whoever does without. */
  let expired: PostgresServer;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "certificates-"));
    authority = makeAuthority(folder);
    key = join(folder, "client.key");
    await writeFile(key, authority.issue({ hosts: ["client"] }).key);
    const start = async (isExpired: boolean) => {
      const tls = authority.issue({ hosts: ["localhost"], expired: isExpired });
      const started = await PostgresServer.create({ tls, lasting: true });
      await started.start();
      return started;
    };
    [server, expired] = await Promise.all([start(false), start(true)]);
    const [data] = await expired.query<{ data_directory: string }>("SHOW data_directory");
    const rule = `host all all ${HOST}/32 scram-sha-256`;
    await expired.query(`COPY (SELECT '${rule}') TO '${data?.data_directory}/pg_hba.conf'`);
    await expired.configure({});
  });
  after(async () => {
    server?.dispose();
    expired?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const open = (to: { url: PostgresServer["url"] }, sslmode: TlsMode, parameters = {}, host = HOST) =>
    place.open(to.url({ host, parameters: { schema: place.schema, sslmode, ...parameters } }));
  const ours = () => ({ sslrootcert: authority.path });

  /** Whether the connections to a server, of which there is one at least, are all encrypted. */
  const isEncrypted = async (to: Pick<PostgresServer, "query">) => {
    const found = await to.query<{ ssl: boolean }>(
      `SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
      WHERE application_name = 'pulumi-persistentchat'`,
    );
    assert.equal(found.length, 1);
    return found[0]?.ssl;
  };

  for (const [mode, host, parameters] of [
    ["allow", HOST, () => ({})],
    ["prefer", HOST, () => ({})],
    ["require", HOST, () => ({})],
    ["require", HOST, ours],
    ["verify-ca", HOST, ours],
    ["verify-full", "localhost", ours],
  ] as const)
    it(`encrypts with ${mode} to ${host}${parameters === ours ? " and the authority" : ""}`, async () => {
      const registry = open(server, mode, parameters(), host);
      assert.equal(await registry.get("pool", POOL), undefined);
      assert.equal(await isEncrypted(server), true);
    });

  for (const [mode, encrypted] of [
    ["disable", false],
    ["allow", false],
    ["prefer", true],
  ] as const)
    it(`${encrypted ? "encrypts" : "does without"} with ${mode} where the server leaves the choice`, async () => {
      assert.equal(await open(expired, mode).get("pool", POOL), undefined);
      assert.equal(await isEncrypted(expired), encrypted);
    });

  for (const mode of ["disable", "allow", "prefer"] as const)
    it(`does without with ${mode} where the server has none`, async () => {
      assert.equal(await open(sharedPostgres(), mode).get("pool", POOL), undefined);
    });

  describe("refuses", () => {
    const refuses = (registry: ReturnType<typeof open>, to: { port: number }, ...words: string[]) =>
      refused(registry.get("pool", POOL), "unavailable", `:${to.port}/postgres`, ...words);

    it("a server without it, where it is required", async () => {
      const shared = sharedPostgres();
      for (const mode of ["require", "verify-ca", "verify-full"] as const)
        await refuses(open(shared, mode, ours()), shared, "TLS is refused", "sslmode");
    });

    it("to go without it, where the server insists", async () => {
      await refuses(open(server, "disable"), server, "does not let this user in", "sslmode");
    });

    it("a wrong password with one sentence, whichever way it was sent", async () => {
      for (const mode of ["allow", "prefer"] as const) {
        const url = server.url({ password: "wrong s3cret", parameters: { sslmode: mode } });
        await refuses(place.open(url), server, "the password is wrong");
      }
    });

    it("a certificate of an authority that is not known", async () => {
      const other = makeAuthority(folder, "Another authority");
      const wrong = { sslrootcert: other.path };
      for (const mode of ["require", "verify-ca", "verify-full"] as const)
        await refuses(open(server, mode, wrong, "localhost"), server, "not trusted", "sslrootcert");
      await refuses(open(server, "verify-full", {}, "localhost"), server, "not trusted", "sslrootcert");
    });

    it("a certificate of another name, where names count", async () => {
      await refuses(open(server, "verify-full", ours()), server, `${HOST}:`, "for another host");
    });

    it("a certificate that has expired, where certificates count", async () => {
      for (const mode of ["verify-ca", "verify-full"] as const)
        await refuses(open(expired, mode, ours(), "localhost"), expired, "has expired", "renew");
      assert.equal(await open(expired, "require").get("pool", POOL), undefined);
    });
  });

  describe("names the file", () => {
    it("that is missing, and works once it is there", async () => {
      const path = join(folder, "missing.pem");
      const registry = open(server, "verify-full", { sslrootcert: path }, "localhost");
      const words = [`localhost:${server.port}/postgres`, path, "'sslrootcert'", "ENOENT"];
      await refused(registry.get("pool", POOL), "unavailable", ...words);
      await writeFile(path, authority.certificate);
      assert.equal(await registry.get("pool", POOL), undefined);
      await rm(path);
    });

    it("that is no certificate, or no key", async () => {
      const path = join(folder, "rubbish.pem");
      await writeFile(path, "-----BEGIN CERTIFICATE-----\nrubbish\n-----END CERTIFICATE-----\n");
      for (const [name, parameters] of [
        ["sslrootcert", { sslrootcert: path }],
        ["sslcert", { sslcert: path, sslkey: key }],
        ["sslkey", { sslcert: authority.path, sslkey: path }],
      ] as const) {
        const registry = open(server, "verify-full", parameters, "localhost");
        const words = [`localhost:${server.port}/postgres`, path, `'${name}'`, "content"];
        await refused(registry.get("pool", POOL), "unavailable", ...words);
      }
    });

    it("that belongs to another certificate", async () => {
      const registry = open(server, "require", { sslcert: authority.path, sslkey: key });
      const words = [`${HOST}:${server.port}/postgres`, "sslkey", "sslcert"];
      await refused(registry.get("pool", POOL), "unavailable", ...words);
    });
  });
});
