import assert from "node:assert/strict";
import { openRegistry } from "../../provider/backends/index";
import { parseRegistrySettings } from "../../provider/registry/settings";
import { disposeServers, PostgresServer } from "../support/postgres-server";
import { endProcesses } from "../support/registry-process";
import { newDatabase } from "../support/shared-postgres";
import { Writers } from "../support/writers";

const SIZE = { processes: 8, lanes: 4, each: 250 };
const ALL = SIZE.processes * SIZE.each;

describe("PostgreSQL whose server is killed", function () {
  this.timeout(120_000);
  afterEach(async () => {
    await endProcesses();
    disposeServers();
  });

  it(`has all of ${ALL} writes that it acknowledged, none twice, and does the rest when it is back`, async () => {
    const server = await PostgresServer.create();
    await server.start();
    const settings = parseRegistrySettings(server.url(), "/");
    const witness = openRegistry(settings);
    try {
      const writers = await Writers.start(settings, SIZE);
      writers.begin();
      await writers.hasAcknowledged(ALL / 3);
      writers.outageBegins();
      await server.kill();
      await writers.allHeld();
      const before = writers.acknowledged.size;
      assert.ok(before >= ALL / 3 && before < ALL, `${before} acknowledged`);
      const { total, unknown } = writers.failed;
      assert.ok(total > 0 && total <= SIZE.processes * SIZE.lanes, `${total} failed`);
      assert.ok(unknown > 0, "no write was under way when the server was killed");

      await server.start();
      const done = await writers.verify(witness);
      writers.outageEnds();
      await writers.done();
      assert.equal(writers.found.size, done);
      assert.equal(writers.acknowledged.size + writers.found.size, ALL);
      await writers.verify(witness);
      console.log(
        `    ${before} acknowledged, ${total} failed, ${unknown} of these with an unknown outcome, of which ${done} were done`,
      );
    } finally {
      await witness.close();
    }
  });
  for (const [configured, used] of [
    ["off", "on"],
    ["local", "local"],
  ] as const)
    it(`is told to keep what it acknowledges where synchronous_commit is ${configured}`, async () => {
      const database = await newDatabase();
      const registry = openRegistry(parseRegistrySettings(database.url(), "/"));
      try {
        await database.query(`ALTER DATABASE ${database.name} SET synchronous_commit = '${configured}'`);
        await registry.migrate();
        await database.query(`
          CREATE TABLE public.seen (setting text);
          CREATE FUNCTION public.look() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN INSERT INTO public.seen VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;
          CREATE TRIGGER look AFTER INSERT ON persistentchat.sip_domain EXECUTE FUNCTION public.look()`);
        await registry.create("sip-domain", { domain: "contoso.com" }, { operator: "anna" });
        assert.deepEqual(await database.query("SELECT setting FROM public.seen"), [{ setting: used }]);
      } finally {
        await registry.close();
        await database.drop();
      }
    });
});
