import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { makeAuthority } from "../support/certificates";
import { disposeServers, PostgresServer } from "../support/postgres-server";
import { newDatabase, sharedPostgres, type TestDatabase } from "../support/shared-postgres";
import { TcpProxy } from "../support/tcp-proxy";

const INSERT = "INSERT INTO notes VALUES ($1)";

describe("The tests' PostgreSQL", () => {
  describe("as a server of a test's own", () => {
    afterEach(disposeServers);

    it("starts where it was, with what was committed, after it was killed", async () => {
      const server = await PostgresServer.create();
      await server.start();
      const { port } = server;
      await server.query("CREATE TABLE notes (text text)");
      await server.query(INSERT, ["kept"]);
      await server.kill();
      await assert.rejects(server.query("SELECT"), { code: "ECONNREFUSED" });
      await server.start();
      assert.equal(server.port, port);
      assert.deepEqual(await server.query("SELECT text FROM notes"), [{ text: "kept" }]);
      await server.stop();
      await assert.rejects(server.query("SELECT"), { code: "ECONNREFUSED" });
    });

    it("fails over to a standby that commits wait for, and back", async () => {
      const first = await PostgresServer.create();
      const second = await first.standby("second");
      await first.start();
      await second.start();
      await first.configure({ synchronous_standby_names: "second" });
      await first.caughtUp("second", "sync");
      await first.query("CREATE TABLE notes (text text)");
      await first.query(INSERT, ["before"]);
      await assert.rejects(second.query(INSERT, ["early"]), { code: "25006" });

      await first.kill();
      await second.promote();
      await second.configure({ synchronous_standby_names: "" });
      await second.query(INSERT, ["between"]);

      await first.rejoin(second, "first");
      await second.caughtUp("first");
      await second.kill();
      await first.promote();
      await first.query(INSERT, ["after"]);
      const found = await first.query("SELECT text FROM notes ORDER BY ctid");
      assert.deepEqual(
        found.map(({ text }) => text),
        ["before", "between", "after"],
      );
    });

    it("is reached over TLS alone, with its authority and by its name", async () => {
      const folder = mkdtempSync(join(tmpdir(), "persistentchat-certificates-"));
      try {
        const authority = makeAuthority(folder);
        const server = await PostgresServer.create({
          tls: authority.issue({ hosts: ["localhost", "127.0.0.1"] }),
        });
        await server.start();
        const reach = async (parameters: Record<string, string>) => {
          const client = new Client({ connectionString: server.url({ parameters }) });
          try {
            await client.connect();
            const { rows } = await client.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
            assert.deepEqual(rows, [{ ssl: true }]);
          } finally {
            await client.end();
          }
        };
        await reach({ sslmode: "verify-full", sslrootcert: authority.path });
        await assert.rejects(reach({ sslmode: "verify-full" }), { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
        await assert.rejects(reach({ sslmode: "disable" }), { code: "28000" });
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });

  describe("shared by a run, behind a proxy", () => {
    let database: TestDatabase;
    let proxy: TcpProxy;
    let client: Client;
    let lost: Promise<unknown>;

    beforeEach(async () => {
      database = await newDatabase();
      await database.query("CREATE TABLE notes (text text)");
      proxy = await TcpProxy.start(sharedPostgres().port);
      client = new Client({ connectionString: database.url({ port: proxy.port }), pipeline: true });
      lost = new Promise((resolve) => client.once("error", resolve));
      await client.connect();
    });

    afterEach(async () => {
      await client.end();
      await proxy.close();
      await database.drop();
    });

    it("loses the reply to what it has committed", async () => {
      const dropped = proxy.dropReplyAfter((sent) => sent.includes("INSERT INTO"));
      await assert.rejects(client.query(INSERT, ["lost"]));
      await dropped;
      await lost;
      assert.deepEqual(await database.query("SELECT text FROM notes"), [{ text: "lost" }]);
    });

    it("loses the replies to all of a pipeline", async () => {
      const dropped = proxy.dropReplyAfter((sent) => sent.includes("BEGIN"));
      const queries = ["BEGIN", "INSERT INTO notes VALUES ('lost')", "SELECT pg_sleep(0.05)", "COMMIT"];
      const results = await Promise.allSettled(queries.map((text) => client.query(text)));
      assert.deepEqual(new Set(results.map(({ status }) => status)), new Set(["rejected"]));
      await dropped;
      await lost;
      assert.deepEqual(await database.query("SELECT text FROM notes"), [{ text: "lost" }]);
    });

    it("loses a request before it arrives", async () => {
      const dropped = proxy.dropRequest((sent) => sent.includes("INSERT INTO"));
      await assert.rejects(client.query(INSERT, ["lost"]));
      await dropped;
      await lost;
      assert.deepEqual(await database.query("SELECT text FROM notes"), []);
    });

    it("counts round trips, and holds them up", async () => {
      proxy.resetCounts();
      await client.query(INSERT, ["one"]);
      assert.equal(proxy.flights, 1);
      proxy.blackhole();
      let answered = false;
      const second = client.query(INSERT, ["two"]).then(() => {
        answered = true;
      });
      assert.equal((await database.query("SELECT FROM notes")).length, 1);
      assert.equal(answered, false);
      proxy.resume();
      await second;
      assert.deepEqual([proxy.flights, proxy.connections], [2, 0]);
      proxy.cut();
      await lost;
    });
  });
});
