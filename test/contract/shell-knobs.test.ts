import assert from "node:assert/strict";
import { openRegistry } from "../../provider/backends/index";
import { parseRegistrySettings } from "../../provider/registry/settings";
import { KNOBS, type Knobs } from "../../provider/simulator/knobs";
import { WorldPlace } from "../support/simulated-shell";
import { ANNA, collect, failsWith, present } from "./bench";

const ADDRESS = "sip:ocschat@contoso.test";
const POOL = "pcpool.contoso.test";
const OTHER_POOL = "pcpool.fabrikam.test";

/** What no knob may change: the documentation leaves these questions open, and each answer may be the true one. */
describe("a registry in the management shell", function () {
  this.timeout(30_000);
  let place: WorldPlace;
  beforeEach(() => {
    place = new WorldPlace();
  });
  afterEach(() => place.dispose());

  // The first answers are those of a world that names none.
  const others = Object.entries(KNOBS).flatMap(([knob, { answers }]) =>
    answers
      .slice(1)
      .map((answer): [string, Partial<Knobs>] => [`where ${knob} is ${answer}`, { [knob]: answer }]),
  );

  for (const [question, knobs] of [["where all is as the simulator guesses", {}] as const, ...others])
    it(`does its work ${question}`, async () => {
      place.fill({ knobs });
      const setting = `shell:?simulate=${place.path}&replicationTimeout=10&callTimeout=20`;
      const registry = openRegistry(parseRegistrySettings(setting, place.folder));
      try {
        const endpoint = { sipAddress: ADDRESS, poolFqdn: POOL } as const;
        const before = await collect(registry.list("endpoint"));
        assert.deepEqual(before, []);
        const made = await registry.create("endpoint", endpoint, ANNA);
        assert.deepEqual((await present(registry.get("endpoint", ADDRESS))).record, made.record);
        assert.deepEqual([made.record.sipAddress, made.record.poolFqdn], [ADDRESS, POOL]);
        await failsWith(registry.create("endpoint", endpoint, ANNA), "already-exists");
        const anna = { sipAddress: "sip:anna@contoso.test", poolFqdn: POOL } as const;
        await failsWith(registry.create("endpoint", anna, ANNA), "in-use", "SIP user 'Anna'");
        const stranger = { sipAddress: "sip:a@none.test", poolFqdn: POOL } as const;
        await failsWith(registry.create("endpoint", stranger, ANNA), "invalid", "none.test");

        const change = { poolFqdn: OTHER_POOL, displayName: "Chat" };
        const moved = await registry.update("endpoint", ADDRESS, change, made.revision, ANNA);
        assert.deepEqual(moved.record, { sipAddress: ADDRESS, ...change });
        const resolution = await present(registry.resolve(ADDRESS));
        assert.equal(resolution.kind === "endpoint" && resolution.poolFqdn, OTHER_POOL);
        assert.equal((await present(registry.resolve(anna.sipAddress))).kind, "sip-user");

        const { revision } = await present(registry.get("pool", POOL));
        const activeServers = ["pc02.contoso.test"];
        const settings = { defaultChatHistory: 50 };
        const pool = await registry.update("pool", POOL, { activeServers, settings }, revision, ANNA);
        assert.deepEqual(pool.record.activeServers, activeServers);
        assert.equal(pool.record.settings.defaultChatHistory, 50);
        const nobody = await registry.update("pool", POOL, { activeServers: [] }, pool.revision, ANNA);
        assert.deepEqual(nobody.record.activeServers, []);

        assert.equal(await registry.remove("endpoint", ADDRESS, moved, ANNA), true);
        assert.equal(await registry.get("endpoint", ADDRESS), undefined);
        assert.equal(await registry.resolve(ADDRESS), undefined);
        assert.equal(await registry.remove("endpoint", ADDRESS, moved, ANNA), false);
      } finally {
        await registry.close();
      }
    });
});
