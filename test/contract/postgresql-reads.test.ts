import assert from "node:assert/strict";
import { PAGE_SIZE } from "../../provider/backends/sql/sql-registry";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { sharedPostgres } from "../support/shared-postgres";
import { TcpProxy } from "../support/tcp-proxy";
import { ADDRESS, ANNA, collect, DOMAIN, furnish, OTHER_POOL, POOL, present } from "./bench";
import { usePostgresqlPlace } from "./postgresql-place";

const MANY = 1000;
const addressOf = (index: number) => `sip:e${String(index).padStart(4, "0")}@${DOMAIN}` as const;

describe("What PostgreSQL is asked", function () {
  this.timeout(60_000);
  const place = usePostgresqlPlace();
  let proxy: TcpProxy;

  beforeEach(async () => {
    proxy = await TcpProxy.start(sharedPostgres().port);
    await furnish(place.open());
  });
  afterEach(() => proxy.close());

  /** A handle whose talk with the server is counted. */
  const counted = (poolSize = 4) =>
    place.open({ port: proxy.port, parameters: { sslmode: "disable", pool_size: String(poolSize) } });
  const flightsOf = async (work: () => Promise<unknown>) => {
    proxy.resetCounts();
    await work();
    assert.equal(proxy.connections, 0, "the connection was not warm");
    return proxy.flights;
  };
  const addMany = () =>
    place.byHand(`INSERT INTO contact (kind, sip_address, pool_fqdn, revision, incarnation)
      SELECT 'endpoint', 'sip:e' || lpad(n::text, 4, '0') || '@${DOMAIN}', '${POOL}', 1, 'by hand'
      FROM generate_series(0, ${MANY - 1}) AS n`);

  it("takes one round trip for each read, and two for a write", async () => {
    const registry = counted();
    await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
    const user = { sipAddress: `sip:user@${DOMAIN}` } as const;
    const endpoint = await present(registry.get("endpoint", ADDRESS));
    let revision = endpoint.revision;
    for (const [most, what, work] of [
      [1, "resolve", () => present(registry.resolve(ADDRESS))],
      [1, "resolve of nobody's address", () => registry.resolve(`sip:none@${DOMAIN}`)],
      [1, "get", () => present(registry.get("endpoint", ADDRESS))],
      [1, "list", () => collect(registry.list("endpoint"))],
      [1, "history", () => registry.history("endpoint", ADDRESS)],
      [1, "contents", () => registry.contents()],
      [2, "create of a user", () => registry.create("sip-user", user, ANNA)],
      [
        2,
        "create of an endpoint",
        () => registry.create("endpoint", { sipAddress: addressOf(1), poolFqdn: POOL }, ANNA),
      ],
      [2, "create of a domain", () => registry.create("sip-domain", { domain: "fabrikam.com" }, ANNA)],
      [
        2,
        "update",
        async () => {
          const updated = await registry.update(
            "endpoint",
            ADDRESS,
            { poolFqdn: OTHER_POOL },
            revision,
            ANNA,
          );
          revision = updated.revision;
        },
      ],
      [2, "claim", () => registry.claim("endpoint", ADDRESS, revision, ANNA, endpoint.incarnation)],
      [2, "remove", async () => assert.ok(await registry.remove("endpoint", ADDRESS, endpoint, ANNA))],
      [
        1,
        "remove of what is gone",
        async () => assert.ok(!(await registry.remove("endpoint", ADDRESS, endpoint, ANNA))),
      ],
    ] as const)
      assert.equal(await flightsOf(work), most, what);
  });

  it("reads a long list page by page, and no further than its reader does", async () => {
    await addMany();
    const registry = counted(1);
    await registry.get("pool", POOL);
    const first = await flightsOf(async () => {
      let seen = 0;
      for await (const { key } of registry.list("endpoint")) {
        assert.equal(key, addressOf(seen));
        seen += 1;
        if (seen === 3) break;
      }
    });
    assert.equal(first, 1);
    let all: string[] = [];
    const pages = await flightsOf(async () => {
      all = (await collect(registry.list("endpoint"))).map(({ key }) => key);
    });
    assert.deepEqual(
      all,
      Array.from({ length: MANY }, (_, index) => addressOf(index)),
    );
    assert.equal(pages, MANY / PAGE_SIZE + 1);
  });

  it("holds no connection while the reader of a list dawdles", async () => {
    await addMany();
    const registry = counted(1);
    let seen = 0;
    for await (const { key } of registry.list("endpoint")) {
      // With the only connection held, these would never end.
      if (seen % 200 === 0) {
        assert.equal((await present(registry.get("endpoint", key))).key, key);
        await registry.update("endpoint", key, { displayName: "Seen" }, "1", ANNA);
      }
      seen += 1;
    }
    assert.equal(seen, MANY);
    assert.equal(proxy.connections, 1);
  });

  it("reads everything as of one moment, while others write", async () => {
    const registry = place.open();
    const writer = place.open();
    const writing = (async () => {
      for (let index = 0; index < 40; index += 1)
        await writer.create("sip-user", { sipAddress: addressOf(index) }, ANNA);
    })();
    let done = false;
    const ended = writing.finally(() => {
      done = true;
    });
    let sights = 0;
    while (!done) {
      const { records, history } = await registry.contents();
      assert.equal(records.length, history.length);
      sights += 1;
    }
    await ended;
    assert.ok(sights > 2, `${sights}`);
  });

  describe("by 200 at once", () => {
    const ALL = 200;

    it("is asked over no more connections than it may be, and answers each", async () => {
      const registry = counted();
      const work = (index: number, on: TopologyRegistry) => {
        const sipAddress = addressOf(index);
        if (index % 4 === 0) return on.create("sip-user", { sipAddress }, ANNA);
        if (index % 4 === 1) return on.get("pool", POOL);
        if (index % 4 === 2) return on.create("endpoint", { sipAddress, poolFqdn: POOL }, ANNA);
        return collect(on.list("pool"));
      };
      proxy.resetCounts();
      await Promise.all(Array.from({ length: ALL }, (_, index) => work(index, registry)));
      // As many as were ever made, so no fewer than there were at a time.
      assert.equal(proxy.connections, 4);
      assert.equal((await collect(registry.list("sip-user"))).length, ALL / 4);
      assert.equal((await collect(registry.list("endpoint"))).length, ALL / 4);
    });

    it("answers those that came first first", async () => {
      const registry = counted(1);
      const order: number[] = [];
      const one = async (index: number) => {
        await registry.get("pool", POOL);
        order.push(index);
      };
      await Promise.all(Array.from({ length: ALL }, (_, index) => one(index)));
      assert.deepEqual(order, [...Array(ALL).keys()]);
    });
  });
});
