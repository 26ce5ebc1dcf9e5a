import assert from "node:assert/strict";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { dropSchema, sharedPostgres } from "../support/shared-postgres";
import { type Meant, TcpProxy } from "../support/tcp-proxy";
import { ADDRESS, ANNA, collect, DOMAIN, furnish, POOL, present } from "./bench";
import { usePostgresqlPlace } from "./postgresql-place";

const says =
  (text: string): Meant =>
  (sent) =>
    sent.includes(text);

describe("PostgreSQL repeats what changed nothing", function () {
  this.timeout(30_000);
  const place = usePostgresqlPlace();
  let proxy: TcpProxy;
  /** Goes through the proxy. */
  let registry: TopologyRegistry;
  /** Goes straight to the server. */
  let witness: TopologyRegistry;

  beforeEach(async () => {
    proxy = await TcpProxy.start(sharedPostgres().port);
    registry = place.open({ port: proxy.port });
    witness = place.open();
    await furnish(registry);
  });
  afterEach(() => proxy.close());

  const reads: [string, (registry: TopologyRegistry) => Promise<unknown>][] = [
    ["get", (handle) => handle.get("pool", POOL)],
    ["list", (handle) => collect(handle.list("pool"))],
    ["resolve", (handle) => handle.resolve(ADDRESS)],
    ["history", (handle) => handle.history("endpoint", ADDRESS)],
    ["contents", (handle) => handle.contents()],
  ];
  for (const [method, read] of reads)
    it(`repeats the statements of ${method} unseen`, async () => {
      await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
      const expected = await read(witness);
      for (const drop of ["dropReplyAfter", "dropRequest"] as const) {
        const dropped = proxy[drop](says("SELECT "));
        assert.deepEqual(await read(registry), expected);
        await dropped;
      }
    });

  it("repeats unseen what a write has read, and what it has not committed", async () => {
    for (const drop of ["dropReplyAfter", "dropRequest"] as const) {
      const dropped = proxy[drop](says("SELECT "));
      const { record } = await registry.create("sip-domain", { domain: `${drop}.example` }, ANNA);
      await dropped;
      assert.deepEqual(
        (await witness.history("sip-domain", record.domain)).map(({ action }) => action),
        ["create"],
      );
    }
    for (const [index, text] of ["BEGIN", "UPDATE sip_domain", "INSERT INTO sip_domain"].entries()) {
      const dropped = proxy.dropReplyAfter(says(text));
      await registry.create("sip-domain", { domain: `d${index}.example`, isDefault: true }, ANNA);
      await dropped;
      assert.equal((await witness.history("sip-domain", `d${index}.example`)).length, 1);
    }
    const defaults = (await collect(witness.list("sip-domain"))).filter(({ record }) => record.isDefault);
    assert.deepEqual(
      defaults.map((stored) => stored.key),
      ["d2.example"],
    );
    // The mark of the first default went once, and came back to none.
    assert.equal((await witness.history("sip-domain", DOMAIN)).length, 2);
  });

  it("outlasts the loss of all the connections that it had", async () => {
    const count = 8;
    const wide = place.open({ port: proxy.port, parameters: { pool_size: String(count) } });
    await Promise.all(Array.from({ length: count }, () => wide.get("pool", POOL)));
    const read = wide.get("pool", POOL);
    for (let lost = 0; lost < count; lost += 1) await proxy.dropRequest(says("SELECT * FROM pool"));
    assert.equal((await present(read)).key, POOL);
  });

  it("makes its tables once, whichever reply to their making is lost", async () => {
    const texts = ["BEGIN", "pg_advisory_xact_lock", "CREATE SCHEMA", "CREATE TABLE", "COMMIT"];
    for (const text of texts) {
      await dropSchema(place.schema);
      const fresh = place.open({ port: proxy.port });
      const dropped = proxy.dropReplyAfter(says(text));
      await fresh.migrate();
      await dropped;
      await furnish(fresh);
    }
  });
});
