import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { isRegistryError } from "../../provider/registry/errors";
import { HOST } from "../support/postgres-client";
import { PostgresServer } from "../support/postgres-server";
import { sharedPostgres } from "../support/shared-postgres";
import { TcpProxy } from "../support/tcp-proxy";
import { ANNA, BERT, collect, DOMAIN, furnish, leavesAlone, POOL, present } from "./bench";
import { refused, usePostgresqlPlace } from "./postgresql-place";

const OTHER = "fabrikam.com";

describe("PostgreSQL in the middle of a statement", function () {
  this.timeout(60_000);
  const place = usePostgresqlPlace();
  const here = () => `${HOST}:${sharedPostgres().port}/postgres`;
  const write = (registry = place.open()) => registry.create("sip-domain", { domain: OTHER }, ANNA);

  beforeEach(() => furnish(place.open()));

  /** Runs statements in PL/pgSQL for each domain that is created; `tries` counts how often that was tried. */
  const trigger = (statements: string, when = "BEFORE INSERT ON sip_domain", kind = "TRIGGER") =>
    place.byHand(`CREATE SEQUENCE tries;
      CREATE FUNCTION disturb() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM nextval('tries');
        ${statements}
        RETURN NEW;
      END $$;
      CREATE ${kind} disturb ${when} FOR EACH ROW EXECUTE FUNCTION disturb()`);
  const tries = async () => {
    const [found] = await place.byHand<{ last_value: string }>("SELECT last_value FROM tries");
    return Number(found?.last_value);
  };
  /** A source of numbers that makes every pause none, and counts them. */
  const chance = () => {
    const counted = { calls: 0, random: () => 0 };
    counted.random = () => {
      counted.calls += 1;
      return 0;
    };
    return counted;
  };

  describe("that takes too long", () => {
    it("gives up after statement_timeout, and leaves nothing behind", async () => {
      await trigger("PERFORM pg_sleep(60);");
      const registry = place.open({ parameters: { statement_timeout: "200" } });
      await leavesAlone(place.open(), () =>
        refused(write(registry), "unavailable", `'${OTHER}'`, here(), "too long", "statement_timeout"),
      );
      assert.equal(await tries(), 1);
      await place.byHand("DROP FUNCTION disturb CASCADE");
      await write(registry);
    });

    it("gives up on a lock after the time for that, answers readers meanwhile, and leaves nothing behind", async () => {
      const holder = await place.connect();
      await holder.query(`BEGIN; LOCK TABLE sip_domain IN SHARE MODE`);
      const registry = place.open({}, { lockTimeout: 100 });
      await leavesAlone(registry, () =>
        refused(write(registry), "unavailable", `'${OTHER}'`, here(), "locked"),
      );
      await holder.query("ROLLBACK");
      await write(registry);
    });

    it("gives up on a server that has fallen silent, some seconds after statement_timeout", async () => {
      const proxy = await TcpProxy.start(sharedPostgres().port);
      try {
        const parameters = { sslmode: "disable", statement_timeout: "500", connect_timeout: "1" };
        const registry = place.open({ port: proxy.port, parameters });
        await registry.get("pool", POOL);
        proxy.blackhole();
        const started = performance.now();
        await refused(registry.get("pool", POOL), "unavailable", `${HOST}:${proxy.port}`, "in time");
        const elapsed = performance.now() - started;
        assert.ok(elapsed > 5_000 && elapsed < 9_000, `it took ${elapsed} ms`);
        proxy.resume();
        assert.equal((await present(registry.get("pool", POOL))).key, POOL);
      } finally {
        await proxy.close();
      }
    });
  });

  describe("that loses a race", () => {
    for (const [state, what] of [
      ["40001", "a failed serialization"],
      ["40P01", "a deadlock"],
    ])
      it(`tries again after ${what}, with a pause by chance`, async () => {
        await trigger(
          `IF currval('tries') < 4 THEN RAISE EXCEPTION 'lost' USING ERRCODE = '${state}'; END IF;`,
        );
        const counted = chance();
        const made = await write(place.open({}, counted));
        assert.equal(made.revision, "1");
        assert.equal((await place.open().history("sip-domain", OTHER)).length, 1);
        assert.deepEqual([await tries(), counted.calls], [4, 3]);
      });

    it("gives up after fifteen tries, and leaves nothing behind", async () => {
      await trigger("RAISE EXCEPTION 'lost' USING ERRCODE = '40001';");
      const counted = chance();
      await leavesAlone(place.open(), () =>
        refused(write(place.open({}, counted)), "unavailable", `'${OTHER}'`, here(), "15 times", "try again"),
      );
      assert.deepEqual([await tries(), counted.calls], [15, 14]);
    });

    it("does not take a rule that is broken each time for a race", async () => {
      await trigger("RAISE EXCEPTION 'never' USING ERRCODE = '23505', CONSTRAINT = 'rule_by_hand';");
      const counted = chance();
      await leavesAlone(place.open(), () =>
        refused(write(place.open({}, counted)), "invalid", here(), "rule_by_hand"),
      );
      assert.equal(await tries(), 15);
    });

    it("loses and makes up nothing where every transaction is serializable", async () => {
      const account = await place.newRole("SUPERUSER");
      await place.byHand(`ALTER ROLE ${account.user} SET default_transaction_isolation = 'serializable'`);
      const handles = Array.from({ length: 4 }, () => place.open(account));
      const names = Array.from({ length: 40 }, (_, index) => `sip:e${index}@${DOMAIN}` as const);
      const outcomes = await Promise.allSettled(
        names.map(async (sipAddress, index) => {
          const registry = handles[index % handles.length] ?? place.open();
          await registry.create("endpoint", { sipAddress, poolFqdn: POOL }, ANNA);
          // All of them change the default domain, in a transaction of two writes.
          return registry.create("sip-domain", { domain: `d${index}.example`, isDefault: true }, BERT);
        }),
      );
      for (const outcome of outcomes)
        if (outcome.status === "rejected") {
          assert.ok(isRegistryError(outcome.reason, "unavailable"), String(outcome.reason));
          assert.match(outcome.reason.message, /15 times/);
        }
      const registry = place.open();
      const made = outcomes.filter(({ status }) => status === "fulfilled").length;
      assert.ok(made > 0);
      const domains = await collect(registry.list("sip-domain"));
      assert.equal(domains.length, made + 1);
      assert.equal(domains.filter(({ record }) => record.isDefault).length, 1);
      for (const { key, revision } of domains)
        assert.equal(String((await registry.history("sip-domain", key)).length), revision);
    });

    it("makes one registry where ten serializable first users begin at once", async () => {
      const account = await place.newRole("SUPERUSER");
      await place.byHand(`ALTER ROLE ${account.user} SET default_transaction_isolation = 'serializable'`);
      await place.byHand(`DROP SCHEMA ${place.schema} CASCADE`);
      const create = (_: unknown, index: number) =>
        place.open(account).create("sip-domain", { domain: `d${index}.example` }, ANNA);
      await Promise.all(Array.from({ length: 10 }, create));
      assert.equal((await collect(place.open().list("sip-domain"))).length, 10);
    });
  });

  it("is not done where it fails at its end", async () => {
    const when = "AFTER INSERT ON sip_domain DEFERRABLE INITIALLY DEFERRED";
    await trigger("RAISE EXCEPTION E'no\\n  way';", when, "CONSTRAINT TRIGGER");
    await leavesAlone(place.open(), () => refused(write(), "unavailable", here(), "no way (SQLSTATE P0001)"));
  });

  it("says that the server was stopped, and works once it is back", async () => {
    const server = await PostgresServer.create();
    await server.start();
    try {
      const registry = place.open(server.url());
      await furnish(registry);
      await server.query(`CREATE FUNCTION persistentchat.wait() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$`);
      await server.query(`CREATE TRIGGER wait BEFORE INSERT ON persistentchat.sip_domain
        FOR EACH ROW EXECUTE FUNCTION persistentchat.wait()`);
      const writing = write(registry);
      writing.catch(() => undefined); // looked at below
      const sleeps = () => server.query("SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
      while ((await sleeps()).length === 0) await pause(10);
      await server.stop();
      const there = `${HOST}:${server.port}/postgres`;
      await refused(writing, "unavailable", there, "stopped", "run it again");
      await refused(registry.get("pool", POOL), "unavailable", there, "nothing listens");
      await server.start();
      assert.equal((await present(registry.get("pool", POOL))).key, POOL);
      assert.equal(await registry.get("sip-domain", OTHER), undefined);
    } finally {
      server.dispose();
    }
  });
});
