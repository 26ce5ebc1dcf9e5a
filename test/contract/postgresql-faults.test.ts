import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BackendOptions } from "../../provider/backends/backend";
import { openRegistry } from "../../provider/backends/index";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { parseRegistrySettings } from "../../provider/registry/settings";
import { disposeServers, PostgresServer } from "../support/postgres-server";
import { endProcesses, RegistryProcess } from "../support/registry-process";
import { newDatabase, sharedPostgres, type TestDatabase } from "../support/shared-postgres";
import { TcpProxy } from "../support/tcp-proxy";
import { until } from "../support/until";
import { ADDRESS, ANNA, BERT, DOMAIN, failsWith, furnish, POOL, present } from "./bench";

const CONNECTIONS = 4;
const settingsOf = (url: string) => parseRegistrySettings(url, "/");

describe("PostgreSQL whose server fails", function () {
  this.timeout(60_000);
  let handles: TopologyRegistry[];
  /** What to do when the handles are closed. */
  let leftovers: (() => Promise<void>)[];
  const open = (url: string, options: Partial<BackendOptions> = {}) => {
    const handle = openRegistry(settingsOf(url), options);
    handles.push(handle);
    return handle;
  };
  /** Uses as many connections as a handle may have. */
  const useAll = (registry: TopologyRegistry) =>
    Promise.all(Array.from({ length: CONNECTIONS }, () => registry.get("pool", POOL)));

  beforeEach(() => {
    handles = [];
    leftovers = [];
  });
  afterEach(async () => {
    await Promise.all(handles.map((handle) => handle.close()));
    await endProcesses();
    for (const clear of leftovers) await clear();
    disposeServers();
  });

  describe("by starting again", () => {
    it("goes on with the next call, though its connections ended", async () => {
      const server = await PostgresServer.create();
      await server.start();
      const registry = open(server.url());
      await furnish(registry);
      for (const end of ["stop", "kill"] as const) {
        await useAll(registry);
        await server[end]();
        await failsWith(registry.get("pool", POOL), "unavailable", "nothing listens there");
        await server.start();
        assert.equal((await present(registry.get("pool", POOL))).key, POOL);
        await registry.create("sip-domain", { domain: `${end}.example` }, ANNA);
      }
    });

    it("waits, as long as it may, for a server that is starting", async () => {
      // It recovers from an archive that gives nothing, and is slow to say so.
      const server = await PostgresServer.create({
        settings: {
          restore_command: "until test -e gate; do sleep 0.02; done; false",
          // Or it would let readers in before it has ended.
          hot_standby: "off",
        },
      });
      await server.start();
      const registry = open(server.url({ parameters: { connect_timeout: "30" } }));
      await furnish(registry);
      const [place] = await server.query("SHOW data_directory");
      await server.stop();
      writeFileSync(join(place?.data_directory, "recovery.signal"), "");
      const started = server.start();

      const hasty = open(server.url({ parameters: { connect_timeout: "1" } }));
      await until("the server listens again", () => server.log.split("listening on").length > 2);
      await failsWith(hasty.get("pool", POOL), "unavailable", "the server is starting");
      const read = registry.get("pool", POOL);
      const written = registry.create("sip-domain", { domain: "patient.example" }, ANNA);
      writeFileSync(join(place?.data_directory, "gate"), "");
      assert.equal((await present(read)).key, POOL);
      await written;
      await started;
    });
  });

  describe("on a database of a test's own", () => {
    let database: TestDatabase;
    beforeEach(async () => {
      database = await newDatabase();
      leftovers.push(database.drop);
    });

    const terminateAll = () =>
      database.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
      );

    it("goes on where the server has ended its idle connections", async () => {
      const registry = open(database.url());
      await furnish(registry);
      for (let round = 0; round < 20; round += 1) {
        await useAll(registry);
        await terminateAll();
        const domain = `d${round}.example`;
        await Promise.all([
          useAll(registry),
          registry.create("sip-domain", { domain }, ANNA),
          registry.get("sip-domain", DOMAIN),
        ]);
        assert.equal((await registry.history("sip-domain", domain)).length, 1);
      }
    });

    it("goes on where word of their end comes while it is already asking", async () => {
      const proxy = await TcpProxy.start(sharedPostgres().port);
      leftovers.unshift(() => proxy.close());
      const registry = open(database.url({ port: proxy.port }));
      await furnish(registry);
      for (const call of [
        () => registry.get("pool", POOL),
        () => registry.create("sip-domain", { domain: "d.example" }, ANNA),
        () => registry.create("sip-domain", { domain: "e.example", isDefault: true }, ANNA),
      ]) {
        await useAll(registry);
        proxy.blackhole();
        await terminateAll();
        const work = call();
        proxy.resume();
        await work;
      }
      for (const domain of ["d.example", "e.example"])
        assert.equal((await registry.history("sip-domain", domain)).length, 1);
    });

    it("waits for a writer that froze only so long, and goes on when the server has ended it", async () => {
      const registry = open(database.url(), { lockTimeout: 300 });
      await furnish(registry);
      const writer = await RegistryProcess.start({
        settings: settingsOf(database.url({ parameters: { statement_timeout: "2000" } })),
        freezeAt: 2,
      });
      void writer.call("create", "sip-domain", { domain: "frozen.example", isDefault: true }, ANNA);
      await writer.frozen();

      const next = { domain: "next.example", isDefault: true };
      const { revision } = await present(registry.get("sip-domain", DOMAIN));
      for (const blocked of [
        registry.create("sip-domain", next, BERT),
        registry.update("sip-domain", DOMAIN, { isDefault: false }, revision, BERT),
      ])
        await failsWith(blocked, "unavailable", "locked");
      await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, BERT);

      const patient = open(database.url());
      await patient.create("sip-domain", next, BERT);
      assert.equal(await registry.get("sip-domain", "frozen.example"), undefined);
      assert.deepEqual(await registry.history("sip-domain", "frozen.example"), []);
    });
  });
});
