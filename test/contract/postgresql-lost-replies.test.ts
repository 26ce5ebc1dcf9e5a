import assert from "node:assert/strict";
import { openRegistry } from "../../provider/backends/index";
import { Lifecycle } from "../../provider/lifecycle/lifecycle";
import type { Change, Stored, TopologyRegistry } from "../../provider/registry/registry";
import { parseRegistrySettings } from "../../provider/registry/settings";
import { newDatabase, sharedPostgres, type TestDatabase } from "../support/shared-postgres";
import { type Meant, TcpProxy } from "../support/tcp-proxy";
import { ADDRESS, ANNA, collect, failsWith, furnish, OTHER_POOL, POOL, present } from "./bench";

const NEW_DOMAIN = "fabrikam.com";
const UNKNOWN = "it may have been done or not, so run it again";

const says =
  (text: string): Meant =>
  (sent) =>
    sent.includes(text);
const writes = says("INSERT INTO history");
const commits = says("COMMIT");

interface Case {
  what: string;
  /** What the connection breaks at. */
  at: Meant;
  key: readonly ["endpoint" | "sip-domain", string];
  /** The endpoint is there before. */
  on?: true;
  act(registry: TopologyRegistry, before: Stored | undefined): Promise<unknown>;
  /** What the same call meets when it was done and is made again. */
  again(work: Promise<unknown>): Promise<void>;
}

const key = ["endpoint", ADDRESS] as const;
const conflicts = (work: Promise<unknown>) => failsWith(work, "conflict");
const exists = (work: Promise<unknown>) =>
  failsWith(work, "already-exists", `it is managed by '${ANNA.managedBy}'`);

const CASES: Case[] = [
  {
    what: "a create",
    at: writes,
    key,
    act: (registry) => registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA),
    again: exists,
  },
  {
    what: "an update",
    at: writes,
    key,
    on: true,
    act: (registry, before) =>
      registry.update("endpoint", ADDRESS, { poolFqdn: OTHER_POOL }, before?.revision ?? "", ANNA),
    again: conflicts,
  },
  {
    what: "a claim",
    at: writes,
    key,
    on: true,
    act: (registry, before) => registry.claim("endpoint", ADDRESS, before?.revision ?? "", ANNA),
    again: conflicts,
  },
  {
    what: "a remove",
    at: writes,
    key,
    on: true,
    act: (registry, before) =>
      registry.remove("endpoint", ADDRESS, { incarnation: before?.incarnation ?? "" }, ANNA),
    again: async (work) => assert.equal(await work, false),
  },
  {
    what: "a transaction of two writes",
    at: commits,
    key: ["sip-domain", NEW_DOMAIN],
    act: (registry) => registry.create("sip-domain", { domain: NEW_DOMAIN, isDefault: true }, ANNA),
    again: exists,
  },
];

describe("PostgreSQL behind a network that breaks", function () {
  this.timeout(30_000);
  let database: TestDatabase;
  let proxy: TcpProxy;
  /** Goes through the proxy. */
  let registry: TopologyRegistry;
  /** Goes straight to the server. */
  let witness: TopologyRegistry;

  beforeEach(async () => {
    database = await newDatabase();
    proxy = await TcpProxy.start(sharedPostgres().port);
    registry = openRegistry(parseRegistrySettings(database.url({ port: proxy.port }), "/"));
    witness = openRegistry(parseRegistrySettings(database.url(), "/"));
    await furnish(registry);
  });

  afterEach(async () => {
    await Promise.all([registry.close(), witness.close()]);
    await proxy.close();
    await database.drop();
  });

  const given = () => registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
  const stateOf = async ([kind, name]: Case["key"]) => {
    const past: Change[] = await witness.history(kind, name);
    return { record: await witness.get(kind, name), past };
  };

  for (const { what, at, key, on, act, again } of CASES) {
    it(`says that ${what} may have been done whose reply is lost, and does it once`, async () => {
      const before = on && (await given());
      const { past } = await stateOf(key);
      const dropped = proxy.dropReplyAfter(at);
      await failsWith(act(registry, before), "unavailable", "the connection was", UNKNOWN);
      await dropped;
      const done = await stateOf(key);
      assert.equal(done.past.length, past.length + 1);
      assert.deepEqual(done.past.at(-1)?.to, done.record?.record);
      assert.equal(done.record?.managedBy, done.record && ANNA.managedBy);

      await again(act(registry, before));
      assert.deepEqual(await stateOf(key), done);
    });

    it(`does nothing of ${what} whose request is lost, and does it when it is asked again`, async () => {
      const before = on && (await given());
      const state = await stateOf(key);
      const defaults = await collect(witness.list("sip-domain"));
      const dropped = proxy.dropRequest(at);
      await failsWith(act(registry, before), "unavailable", UNKNOWN);
      await dropped;
      assert.deepEqual(await stateOf(key), state);
      assert.deepEqual(await collect(witness.list("sip-domain")), defaults);

      await act(registry, before);
      assert.equal((await stateOf(key)).past.length, state.past.length + 1);
    });
  }

  it("recognises, as a resource, the record of its create whose reply was lost", async () => {
    const logged: string[] = [];
    const lifecycle = new Lifecycle({
      registry,
      operator: ANNA.operator,
      log: (line) => logged.push(line),
    });
    const inputs = {
      __kind: "endpoint",
      managedBy: ANNA.managedBy,
      sipAddress: ADDRESS,
      poolFqdn: POOL,
    };
    const dropped = proxy.dropReplyAfter(writes);
    await failsWith(lifecycle.create(inputs), "unavailable", UNKNOWN);
    await dropped;
    const { id, outs } = await lifecycle.create(inputs);
    const stored = await present(witness.get("endpoint", ADDRESS));
    assert.deepEqual([id, outs.incarnation, stored.managedBy], [ADDRESS, stored.incarnation, ANNA.managedBy]);
    const past = await witness.history("endpoint", ADDRESS);
    assert.deepEqual(
      past.map(({ action }) => action),
      ["create", "claim"],
    );
    assert.deepEqual(logged, [`legacy endpoint '${ADDRESS}' was made by an earlier run and is recognised`]);
  });
});
