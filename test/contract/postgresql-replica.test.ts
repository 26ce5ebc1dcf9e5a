import assert from "node:assert/strict";
import { HOST } from "../support/postgres-client";
import { PostgresServer } from "../support/postgres-server";
import { TcpProxy } from "../support/tcp-proxy";
import { ADDRESS, ANNA, collect, contentsOf, furnish, leavesAlone, POOL, present } from "./bench";
import { refused, usePostgresqlPlace } from "./postgresql-place";

describe("A replica of a registry in PostgreSQL", function () {
  this.timeout(60_000);
  const place = usePostgresqlPlace();
  let primary: PostgresServer;
  let standby: PostgresServer;
  let proxy: TcpProxy;

  before(async () => {
    primary = await PostgresServer.create({ lasting: true });
    standby = await primary.standby();
    await primary.start();
    await standby.start();
    proxy = await TcpProxy.start(standby.port);
  });
  after(async () => {
    await proxy?.close();
    standby?.dispose();
    primary?.dispose();
  });

  const parameters = (more = {}) => ({ schema: place.schema, sslmode: "disable", ...more });
  const onPrimary = () => place.open(primary.url({ parameters: parameters() }));
  const onStandby = (more = {}) =>
    place.open(standby.url({ port: proxy.port, parameters: parameters(more) }));
  const make = async () => {
    const registry = onPrimary();
    await furnish(registry);
    await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
    await primary.caughtUp();
    return registry;
  };
  const write = (registry: ReturnType<typeof onPrimary>) =>
    registry.create("sip-domain", { domain: "fabrikam.com" }, ANNA);

  for (const attributes of ["any", "standby", "read-only"])
    it(`answers with target_session_attrs=${attributes}, in one round trip`, async () => {
      const registry = await make();
      const replica = onStandby({ target_session_attrs: attributes });
      assert.equal((await present(replica.resolve(ADDRESS))).sipAddress, ADDRESS);
      proxy.resetCounts();
      assert.deepEqual(await replica.resolve(ADDRESS), await registry.resolve(ADDRESS));
      assert.equal(proxy.flights, 1);
      assert.deepEqual(await replica.get("pool", POOL), await registry.get("pool", POOL));
      assert.equal(proxy.flights, 2);
      assert.equal(proxy.connections, 0);
      assert.deepEqual(await contentsOf(replica), await contentsOf(registry));
      assert.deepEqual(await replica.contents(), await registry.contents());
      await replica.assertExists();
    });

  it("takes no write, and says which server would", async () => {
    const registry = await make();
    const replica = onStandby();
    const stored = await present(replica.get("endpoint", ADDRESS));
    await leavesAlone(registry, async () => {
      for (const work of [
        () => write(replica),
        () => replica.update("endpoint", ADDRESS, { displayName: "Chat" }, stored.revision, ANNA),
        () => replica.remove("endpoint", ADDRESS, stored, ANNA),
      ])
        await refused(
          work(),
          "unavailable",
          `${HOST}:${proxy.port}/postgres`,
          "read-only replica",
          "target_session_attrs=read-write",
        );
    });
    // What changes nothing is no write.
    await replica.update("endpoint", ADDRESS, { poolFqdn: POOL }, stored.revision, ANNA);
  });

  it("is none where the registry is not made, and cannot make it", async () => {
    await primary.caughtUp();
    const replica = onStandby();
    assert.equal(await replica.get("pool", POOL), undefined);
    await refused(write(replica), "unavailable", `${HOST}:${proxy.port}`, "read-only replica");
    await refused(replica.migrate(), "unavailable", "read-only replica");
    await make();
    assert.equal((await collect(replica.list("pool"))).length, 2);
  });

  for (const [attributes, words] of [
    ["read-write", ["is read-only", "read-write"]],
    ["primary", ["is a standby", "primary"]],
  ] as const)
    it(`is not used with ${attributes}, alone or with others of its kind`, async () => {
      await make();
      const there = onStandby({ target_session_attrs: attributes, connect_timeout: "1" });
      await refused(there.get("pool", POOL), "unavailable", `${HOST}:${proxy.port}/postgres`, ...words);
      const url = standby.url({
        parameters: parameters({ target_session_attrs: attributes, connect_timeout: "1" }),
      });
      const both = place.open(url.replace("@", `@${HOST}:${proxy.port},`));
      const started = performance.now();
      await refused(write(both), "unavailable", `${HOST}:${proxy.port},${HOST}:${standby.port}`, ...words);
      const elapsed = performance.now() - started;
      assert.ok(elapsed > 900 && elapsed < 3_000, `it waited ${elapsed} ms for one to become so`);
      const found = place.open(url.replace("@", `@${HOST}:${primary.port},`));
      await write(found);
      const sought = place.open(url.replace("/postgres?", `,${HOST}:${primary.port}/postgres?`));
      assert.equal((await present(sought.get("sip-domain", "fabrikam.com"))).key, "fabrikam.com");
    });

  it("takes no write either where all hosts are like it", async () => {
    await make();
    const url = standby.url({ parameters: parameters() }).replace("@", `@${HOST}:${proxy.port},`);
    await refused(
      write(place.open(url)),
      "unavailable",
      `${HOST}:${standby.port}/postgres`,
      "read-only replica",
    );
  });

  it("is what 'standby' finds behind the primary", async () => {
    await make();
    const more = { target_session_attrs: "standby", connect_timeout: "5" };
    const url = standby.url({ parameters: parameters(more) }).replace("@", `@${HOST}:${primary.port},`);
    const registry = place.open(url);
    assert.equal((await present(registry.get("pool", POOL))).key, POOL);
    await refused(write(registry), "unavailable", "read-only replica");
    const alone = place.open(primary.url({ parameters: parameters(more) }));
    await refused(alone.get("pool", POOL), "unavailable", `${HOST}:${primary.port}`, "is no standby");
  });
});
