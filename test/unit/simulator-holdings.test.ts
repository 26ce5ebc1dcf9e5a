import assert from "node:assert/strict";
import { CONTOSO } from "../../provider/simulator/contoso";
import { invoke } from "../../provider/simulator/invocation";
import { parseWorld } from "../../provider/simulator/world-text";
import { call } from "../support/test-world";

const NOW = Date.parse("2026-01-02T03:04:05.000Z");
const [OCSCHAT] = CONTOSO.users ?? [];
const OLD = "sip:ocschat@old.contoso.test";
const NEW = "sip:parked@contoso.test";

describe("the holdings of the simulator", () => {
  const worldOf = () => parseWorld(JSON.stringify(CONTOSO), "world.json");
  const rename = (world: ReturnType<typeof worldOf>, to: string, now = NOW) =>
    assert.equal(
      invoke(world, call("Set-CsUser", { Identity: OCSCHAT?.dn, SipAddress: to }), now).error,
      undefined,
    );
  const told = (world: ReturnType<typeof worldOf>, view: string) =>
    world.holdings
      .filter((one) => one.view === view)
      .map(({ at, address, holders }) => [Date.parse(at) - NOW, address, holders.length]);

  it("tell in each view when an address is given up and the other one taken", () => {
    const world = worldOf();
    rename(world, NEW.toUpperCase().replace("SIP:", "sip:"));
    for (const [view, after] of [
      ["dc01.contoso.test", 0],
      ["dc02.contoso.test", 1000],
      ["fe01.contoso.test", 200],
      ["fe02.contoso.test", 1200],
    ] as const)
      assert.deepEqual(told(world, view), [
        [after, OLD, 0],
        [after, NEW, 1],
      ]);
    assert.deepEqual(world.holdings[1]?.holders, [OCSCHAT?.dn]);
  });

  it("tell also of what was taken back within a millisecond, and not of what came to nothing elsewhere", () => {
    const world = worldOf();
    rename(world, NEW);
    rename(world, OLD);
    assert.deepEqual(told(world, "dc01.contoso.test"), [
      [0, OLD, 0],
      [0, NEW, 1],
      [0, OLD, 1],
      [0, NEW, 0],
    ]);
    assert.deepEqual(told(world, "dc02.contoso.test"), []);
  });
});
