import assert from "node:assert/strict";
import { Failover, type Round } from "../support/failover";
import { disposeServers } from "../support/postgres-server";
import { endProcesses } from "../support/registry-process";

const ROUNDS = 20;

describe("PostgreSQL whose primary is killed and whose standby takes over", function () {
  this.timeout(600_000);
  afterEach(async () => {
    await endProcesses();
    disposeServers();
  });

  it(`loses nothing that it acknowledged, and does nothing twice, ${ROUNDS} times`, async () => {
    const failover = await Failover.start();
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await failover.round());
    const sum = (of: keyof Round) => rounds.reduce((total, round) => total + round[of], 0);
    assert.ok(sum("failed") > 0, "no write was under way when a primary was killed");
    // Whatever had not begun to write waited for the standby.
    assert.equal(sum("failed"), sum("unknown"));
    console.log(
      `    ${sum("acknowledged")} acknowledged, ${sum("unknown")} with an unknown outcome, of which ${sum("done")} were done`,
    );
  });
});
