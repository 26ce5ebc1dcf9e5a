import assert from "node:assert/strict";
import { CONTOSO } from "../../provider/simulator/contoso";
import { KNOBS } from "../../provider/simulator/knobs";
import type { WorldInput } from "../../provider/simulator/world";
import { parseWorld, WorldError } from "../../provider/simulator/world-text";

const parse = (world: unknown) => parseWorld(JSON.stringify(world), "world.json");
const pool = (change: object): Partial<WorldInput> => ({
  pools: CONTOSO.pools.map((one) => (one.fqdn === "pcpool.contoso.test" ? { ...one, ...change } : one)),
});

describe("the world of the simulator", () => {
  it("is the same after it was written and read", () => {
    const world = parse(CONTOSO);
    assert.deepEqual(parse(world), world);
  });

  it("has the first answer to each question that it leaves out", () => {
    const { knobs } = parse({ ...CONTOSO, knobs: { absentUser: "nothing" } });
    const first = Object.fromEntries(Object.entries(KNOBS).map(([name, { answers }]) => [name, answers[0]]));
    assert.deepEqual(knobs, { ...first, absentUser: "nothing" });
  });

  for (const [change, problem] of [
    [{ sipDomains: [{ domain: "contoso.test" }] }, "sipDomains: one must be the default"],
    [
      { directory: { ...CONTOSO.directory, shellDomainController: "dc09.contoso.test" } },
      "directory.shellDomainController: 'dc09.contoso.test' is not among the domainControllers",
    ],
    [
      {
        directory: {
          ...CONTOSO.directory,
          frontEnds: [{ fqdn: "fe.contoso.test", domainController: "dc09.contoso.test" }],
        },
      },
      "directory.frontEnds: 'dc09.contoso.test' of 'fe.contoso.test' is not among the domainControllers",
    ],
    [pool({ site: "Nowhere" }), "pools[3].site: 'Nowhere' is not among the sites"],
    [pool({ shape: "single" }), "pools[3].computers: a pool of shape 'single' has one"],
    [
      pool({ computers: ["pc01.contoso.test"] }),
      "pools[3].persistentChat.activeServers: 'pc02.contoso.test' is not among its computers",
    ],
    [{ users: [{ ...CONTOSO.users?.[0], policies: { Voice: "x" } }] }, "users[0].policies.Voice: "],
    [{ faults: [{ kind: "latency", cmdlet: "*" }] }, "faults[0].ms: "],
    [{ faults: [{ kind: "fire", cmdlet: "*" }] }, "faults[0].kind: "],
  ] as const)
    it(`is refused: ${problem}`, () =>
      assert.throws(
        () => parse({ ...CONTOSO, ...change }),
        (error) =>
          error instanceof WorldError &&
          error.message.split("\n")[0] === "'world.json' is not a world:" &&
          error.message.split("\n")[1]?.startsWith(`  ${problem}`) === true,
      ));
});
