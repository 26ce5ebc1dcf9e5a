import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { HOST } from "../support/postgres-client";
import { newDatabase, sharedPostgres } from "../support/shared-postgres";
import { TcpProxy } from "../support/tcp-proxy";
import { ANNA, collect, DOMAIN, furnish, POOL, present } from "./bench";
import { refused, usePostgresqlPlace } from "./postgresql-place";

describe("PostgreSQL that lets nobody in", function () {
  this.timeout(60_000);
  const place = usePostgresqlPlace();
  const here = () => `${HOST}:${sharedPostgres().port}/postgres`;

  /** Fails unless reads and writes alike are refused. */
  const refusesAll = async (registry: TopologyRegistry, ...words: string[]) => {
    await refused(registry.get("pool", POOL), "unavailable", `'${POOL}'`, ...words);
    await refused(collect(registry.list("pool")), "unavailable", ...words);
    await refused(
      registry.create("sip-domain", { domain: DOMAIN }, ANNA),
      "unavailable",
      `'${DOMAIN}'`,
      ...words,
    );
    await refused(registry.assertExists(), "unavailable", ...words);
    await refused(registry.migrate(), "unavailable", ...words);
  };

  describe("for its address", () => {
    it("says that nothing listens there", async () => {
      const port = await deadPort();
      await refusesAll(place.open({ port }), `${HOST}:${port}/postgres`, "nothing listens there");
    });

    it("says that there is no host of the name", async () => {
      const host = `${"x".repeat(64)}.example`;
      await refusesAll(place.open({ host, port: 5432 }), `${host}:5432/postgres`, "no host of this name");
    });

    it("tells of each of several hosts what is wrong with it", async () => {
      const port = await deadPort();
      const none = `${"x".repeat(64)}.example`;
      const url = place.url().replace(/@[^/]+/, `@${none}:1,${HOST}:${port}`);
      const both = [`${none}:1: there is no host`, `${HOST}:${port}: nothing listens`];
      await refusesAll(place.open(url), `${none}:1,${HOST}:${port}/postgres`, ...both);
    });

    for (const sslmode of ["disable", "prefer"])
      it(`gives up on a host that accepts and says nothing, in the time for connecting (${sslmode})`, async () => {
        const proxy = await TcpProxy.start(sharedPostgres().port);
        try {
          proxy.blackhole();
          const parameters = { connect_timeout: "1", sslmode };
          const registry = place.open({ port: proxy.port, parameters });
          const there = `${HOST}:${proxy.port}/postgres`;
          const started = performance.now();
          await refused(registry.get("pool", POOL), "unavailable", there, "connect_timeout");
          const elapsed = performance.now() - started;
          assert.ok(elapsed > 900 && elapsed < 1900, `it took ${elapsed} ms`);
          proxy.resume();
          await furnish(registry);
          assert.equal((await present(registry.get("pool", POOL))).key, POOL);
        } finally {
          await proxy.close();
        }
      });
  });

  describe("for the account", () => {
    it("says that the password is wrong", async () => {
      await refusesAll(place.open({ password: "wrong s3cret" }), here(), "the password is wrong");
    });

    it("says the same of a user that it does not have", async () => {
      await refusesAll(place.open({ user: "nobody", password: "s3cret" }), here(), "password");
    });

    it("says that the role may not log in, and works once it may", async () => {
      const account = await place.newRole("SUPERUSER");
      await place.byHand(`ALTER ROLE ${account.user} NOLOGIN`);
      const registry = place.open(account);
      await refusesAll(registry, here(), "does not let this user in");
      await place.byHand(`ALTER ROLE ${account.user} LOGIN`);
      await furnish(registry);
    });

    it("says that there is no such database, and works once there is", async () => {
      const database = await newDatabase();
      try {
        await database.drop();
        const registry = place.open(database.url());
        await refusesAll(registry, `/${database.name}'`, "no such database");
        await place.byHand(`CREATE DATABASE ${database.name}`);
        await furnish(registry);
        await database.drop();
        await refusesAll(registry, `/${database.name}'`, "no such database");
      } finally {
        await database.drop();
      }
    });

    it("says that there are too many connections, and works once there are fewer", async () => {
      const account = await place.newRole("CONNECTION LIMIT 1");
      await furnish(place.open());
      await place.byHand(`GRANT USAGE ON SCHEMA ${place.schema} TO ${account.user};
        GRANT SELECT ON ALL TABLES IN SCHEMA ${place.schema} TO ${account.user}`);
      const first = place.open(account);
      const second = place.open(account);
      assert.equal((await present(first.get("pool", POOL))).key, POOL);
      await refusesAll(second, here(), "too many connections", "pool_size");
      await first.close();
      assert.equal((await present(second.get("pool", POOL))).key, POOL);
    });
  });
});

/** A port on which something listened until now. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
