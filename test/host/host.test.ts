import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { ServiceError } from "@grpc/grpc-js";
import { openRegistry } from "../../provider/backends/index";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { LOADER } from "../../provider/resources/loader";
import { Host, type HostOptions, initFailureOf } from "../support/host";
import { secret } from "../support/secret";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const byHand = { operator: "carla@admin03" };
const ADDRESS = "sip:ocschat@contoso.com";

function domain(name: string) {
  return { __kind: "sip-domain", __provider: LOADER, managedBy: `chat/dev/${name}`, domain: name };
}

const POOL = {
  __kind: "pool",
  __provider: LOADER,
  managedBy: "chat/dev/pcpool",
  poolFqdn: "pcpool.contoso.com",
  shape: "single",
};
const ENDPOINT = {
  __kind: "endpoint",
  __provider: LOADER,
  managedBy: "chat/dev/ocschat",
  sipAddress: ADDRESS,
  poolFqdn: "pcpool.contoso.com",
};

describe("the host of dynamic providers", function () {
  this.timeout(30_000);
  let host: Host;

  async function start(options?: HostOptions): Promise<Host> {
    host = await Host.start(options);
    return host;
  }

  /** Looks into the registry beside the host, for the time of the call. */
  async function registry<T>(
    use: (registry: TopologyRegistry) => Promise<T>,
    file = "registry.db",
  ): Promise<T> {
    const opened = openRegistry({ backend: "sqlite", path: host.path(file) });
    try {
      return await use(opened);
    } finally {
      await opened.close();
    }
  }

  async function failure(call: Promise<unknown>): Promise<ServiceError> {
    const error = await call.then(
      () => undefined,
      (thrown: ServiceError) => thrown,
    );
    assert.ok(error, "the call fails");
    return error;
  }

  describe("while its engine lives", () => {
    before(() => start());
    after(() => host.dispose());

    it("runs the whole life of each kind through the loader", async () => {
      const made = await host.create(domain("contoso.com"));
      assert.equal(made.id, "contoso.com");
      assert.equal(made.properties.__provider, LOADER);
      const pool = await host.create(POOL);
      const endpoint = await host.create({ ...ENDPOINT, displayName: "Chat" });
      assert.deepEqual(await host.diff(ADDRESS, endpoint.properties, ENDPOINT), {
        changes: "unknown",
        replaces: [],
      });
      const updated = await host.update(ADDRESS, endpoint.properties, ENDPOINT);
      assert.deepEqual(updated.effective, { displayName: secret("Chat") });
      const read = await host.read(ADDRESS, updated);
      assert.deepEqual(read, { id: ADDRESS, properties: updated, inputs: ENDPOINT });
      assert.deepEqual(await host.diff(ADDRESS, updated, ENDPOINT), { changes: "none", replaces: [] });
      await host.delete(ADDRESS, updated);
      await host.delete("pcpool.contoso.com", pool.properties);
      await host.delete("contoso.com", made.properties);
      assert.deepEqual(await host.read(ADDRESS, updated), {
        id: "",
        properties: { __provider: LOADER },
        inputs: {},
      });
    });

    it("lets what is not known yet through check and diff", async () => {
      const news = { ...ENDPOINT, sipAddress: UNKNOWN, poolFqdn: `${UNKNOWN}.contoso.com` };
      assert.deepEqual(await host.check({}, news), { inputs: news, failures: [] });
      assert.deepEqual(await host.diff(ADDRESS, ENDPOINT, news), {
        changes: "unknown",
        replaces: ["sipAddress"],
      });
      const pool = { ...POOL, servers: [UNKNOWN], settings: { defaultChatHistory: UNKNOWN }, port: UNKNOWN };
      assert.deepEqual(await host.check({}, pool), { inputs: pool, failures: [] });
    });

    it("passes failures of check on without a property", async () => {
      const { failures } = await host.check({}, { ...POOL, port: 0, servers: [] });
      assert.deepEqual(failures, [["", "port: it must be a whole number from 1 to 65535"]]);
    });

    it("passes results on in which something is left out", async () => {
      const { managedBy, ...ownerless } = domain("contoso.com");
      assert.deepEqual(await host.check({}, ownerless), { inputs: ownerless, failures: [] });
      await registry(async (opened) => {
        await opened.create("sip-domain", { domain: "partial.com" }, byHand);
        await opened.create("pool", { poolFqdn: "pool.partial.com", shape: "single" }, byHand);
        await opened.create(
          "endpoint",
          { sipAddress: "sip:chat@partial.com", poolFqdn: "pool.partial.com" },
          byHand,
        );
      });
      const resolution = { __kind: "resolution", __provider: LOADER };
      const found = await host.read("sip:chat@partial.com", resolution);
      assert.deepEqual(found.properties, {
        ...resolution,
        resolution: {
          kind: "endpoint",
          sipAddress: "sip:chat@partial.com",
          poolFqdn: "pool.partial.com",
          servers: ["pool.partial.com"],
          port: 5041,
        },
      });
      const none = await host.read("sip:none@partial.com", resolution);
      assert.deepEqual(none.properties, { ...resolution, resolution: null });
      const lookup = { __kind: "pool", __lookup: true, __provider: LOADER, poolFqdn: "pool.partial.com" };
      const looked = await host.read("pool.partial.com", lookup);
      assert.deepEqual(looked.properties.servers, ["pool.partial.com"]);
    });

    it("reports a failure as one sentence with its code", async () => {
      const nowhere = { ...ENDPOINT, sipAddress: "sip:chat@nowhere.com" };
      const { code, details } = await failure(host.create(nowhere));
      assert.deepEqual(
        [code, details],
        [
          2,
          "cannot create legacy endpoint 'sip:chat@nowhere.com': 'nowhere.com' is not a SIP domain of the registry; declare it as a SipDomain, or correct the address [invalid]",
        ],
      );
    });

    it("reports a kind that it does not know, in check as a failure", async () => {
      const room = { __kind: "room", __provider: LOADER };
      const sentence =
        "cannot handle a resource of kind 'room': this version of pulumi-persistentchat does not know it; install the version that declared it, or a later one [unsupported]";
      assert.deepEqual(await host.check({}, room), {
        inputs: room,
        failures: [["", `resource: ${sentence}`]],
      });
      for (const call of [host.create(room), host.update("id", room, room)])
        assert.equal((await failure(call)).details, sentence);
    });

    it("carries a record that was claimed before the failure, so that state keeps it", async () => {
      const sipAddress = "sip:claimed@half.com";
      await registry(async (opened) => {
        await opened.create("sip-domain", { domain: "half.com" }, byHand);
        await opened.create("pool", { poolFqdn: "pool.half.com", shape: "single" }, byHand);
        await opened.create("endpoint", { sipAddress, poolFqdn: "pool.half.com" }, byHand);
      });
      const wanted = { ...ENDPOINT, sipAddress, poolFqdn: "none.half.com", adopt: "take-over" };
      const error = await failure(host.create(wanted));
      const sentence =
        "cannot update legacy endpoint 'sip:claimed@half.com': the registry knows no Persistent Chat pool 'none.half.com'; declare it, and refer to it by its poolFqdn output [invalid]";
      assert.equal(error.details, sentence);
      const claimed = await registry((opened) => opened.get("endpoint", sipAddress));
      assert.equal(claimed?.managedBy, wanted.managedBy);
      assert.deepEqual(initFailureOf(error), {
        id: sipAddress,
        reasons: [sentence],
        properties: {
          ...wanted,
          poolFqdn: "pool.half.com",
          effective: {},
          revision: claimed?.revision,
          incarnation: claimed?.incarnation,
        },
      });
    });

    it("tells the user what it did not make, and dies of an interrupt at once", async () => {
      const name = "told.com";
      const { properties } = await host.create(domain(name));
      await host.create(domain(name));
      await host.delete(name, properties);
      host.child.kill("SIGINT");
      assert.equal(await host.ended, "SIGINT");
      const told = host.stdout.split("\n").filter((line) => line.includes(name));
      assert.deepEqual(told, [
        "SIP domain 'told.com' was made by an earlier run and is recognised",
        "SIP domain 'told.com' is left as it is: the registry's record was made or claimed after this resource last wrote it",
      ]);
      assert.equal(host.stderr, "");
    });
  });

  describe("which", () => {
    afterEach(() => host.dispose());

    it("gets many first calls at once gives all of them the one configuration, and closes its registry at the end", async () => {
      await start({
        config: { "persistentchat:registry": "sqlite:configured.db" },
        preload: `const os = require("node:os"); const { hostname } = os;
          os.hostname = () => (process.stderr.write("started\\n"), hostname());`,
      });
      const names = Array.from({ length: 20 }, (_, index) => `d${index}.com`);
      const checks = names.map((name) => host.check({}, domain(name)));
      const creates = names.map((name) => host.create(domain(name)));
      for (const { failures } of await Promise.all(checks)) assert.deepEqual(failures, []);
      await Promise.all(creates);
      const kept = await registry(async (opened) => {
        const keys = [];
        for await (const { key } of opened.list("sip-domain")) keys.push(key);
        return keys;
      }, "configured.db");
      assert.deepEqual(kept, [...names].sort());
      assert.equal(existsSync(host.path(".persistentchat")), false);
      assert.equal(existsSync(host.path("configured.db-wal")), true);
      assert.equal(await host.endInput(), 1);
      // SQLite removes it when the last connection is closed, and only then.
      assert.equal(existsSync(host.path("configured.db-wal")), false);
      assert.equal(host.stderr, "started\n");
    });

    it("gets a setting that it cannot read says so in check, and never the setting", async () => {
      await start({ config: { "persistentchat:registry": "mongodb://chat:Canary@db01/chat" } });
      const sentence =
        "cannot open the registry: the setting 'persistentchat:registry' has an unknown form; write sqlite:<path>, postgresql://<user>@<host>/<database> or shell:<command> [invalid]";
      const news = domain("contoso.com");
      assert.deepEqual(await host.check({}, news), {
        inputs: news,
        failures: [["", `resource: ${sentence}`]],
      });
      for (const call of [
        host.create(news),
        host.diff("contoso.com", news, news),
        host.read("contoso.com", news),
        host.delete("contoso.com", news),
      ])
        assert.equal((await failure(call)).details, sentence);
      host.child.kill("SIGINT");
      await host.ended;
      // The host itself prints what diff, read and delete throw: the sentence, and nothing with it.
      assert.deepEqual(host.stderr.split("\n"), [...Array(3).fill(`${sentence}: `), ""]);
      assert.equal(host.stdout, "");
    });

    it("runs below the folder of Pulumi.yaml counts a relative path from there, and prefers the environment", async () => {
      await start({
        main: "programs/chat",
        config: { "persistentchat:registry": "sqlite:configured.db" },
        environment: { PERSISTENTCHAT_REGISTRY: "sqlite:folder/environment.db" },
      });
      await host.create(domain("contoso.com"));
      assert.equal(existsSync(host.path("folder", "environment.db")), true);
      assert.equal(existsSync(host.path("configured.db")), false);
      assert.equal(existsSync(host.path("programs", "chat", "folder")), false);
    });

    it("serves an explicit provider takes that one's registry, whatever the environment says", async () => {
      await start({
        config: { "persistentchat:registry": "sqlite:explicit.db", "persistentchat:explicit": "true" },
        environment: { PERSISTENTCHAT_REGISTRY: "sqlite:environment.db" },
      });
      await host.create(domain("contoso.com"));
      assert.equal(existsSync(host.path("explicit.db")), true);
      assert.equal(existsSync(host.path("environment.db")), false);
    });

    it("gets no setting has a registry of the project's", async () => {
      await start({ config: {} });
      await host.create(domain("contoso.com"));
      assert.equal(existsSync(host.path(".persistentchat", "registry.db")), true);
    });
  });

  describe("whose engine is gone", () => {
    afterEach(() => host.dispose());

    /** Keeps every other writer out of the registry until the returned function is called. */
    function lock(): () => void {
      const holder = new DatabaseSync(host.path("registry.db"));
      holder.exec("BEGIN IMMEDIATE");
      return () => {
        holder.exec("ROLLBACK");
        holder.close();
      };
    }

    it("ends, and writes nothing that was still waiting", async () => {
      await start();
      await host.create(domain("contoso.com"));
      const unlock = lock();
      const waiting = failure(host.create(domain("fabrikam.com")));
      // Answered after the create has begun to wait: calls of one connection arrive in order.
      await host.check({}, domain("contoso.com"));
      const end = await host.endInput();
      await waiting;
      unlock();
      assert.equal(end, 1);
      const fabrikam = await registry((opened) => opened.get("sip-domain", "fabrikam.com"));
      assert.equal(fabrikam, undefined);
    });

    it("begins no write, should it live on", async () => {
      await start({ preload: `process.exit = () => process.stderr.write("exit was asked for\\n");` });
      await host.check({}, domain("contoso.com"));
      host.child.stdin?.end();
      while (!host.stderr.includes("exit was asked for"))
        await new Promise((resolve) => host.child.stderr?.once("data", resolve));
      const { details } = await failure(host.create(domain("contoso.com")));
      assert.match(details, /^cannot (use|write to) the registry.* \[unavailable\]$/);
      assert.equal(existsSync(host.path("registry.db")), false);
    });
  });
});
