import assert from "node:assert/strict";
import type { Examination } from "../../provider/cli/stacks/recover/examined";
import { recoverText } from "../../provider/cli/stacks/recover/report";

const holder = { user: "anna", host: "admin01", pid: 4711, at: "2026-01-02T03:04:05.678Z" };
const absent = {
  ...{ kind: "endpoint" as const, key: "sip:a@contoso.com", name: "a", urn: "urn:a", isStep: false },
};

function examination(rest: Partial<Examination> = {}): Examination {
  return {
    locks: [],
    state: { resources: [], pending: [] },
    remains: { pending: [], absent: [], unrecorded: [] },
    unread: [],
    notLookedAt: [],
    ...rest,
  };
}
const text = (found: Examination) =>
  recoverText({ stack: "test", yes: false, now: new Date("2026-01-02T03:05:05.678Z") }, found, []);

describe("a report of what a run left", () => {
  it("says of a run that is at work, and of one that may be, before all that may be in the middle of its work", () => {
    const remains = { pending: [], absent: [absent], unrecorded: [] };
    for (const [state, first] of [
      ["running", "Wait for the run that is at work"],
      ["elsewhere", "Make sure that no run is at work"],
    ] as const) {
      const told = text(examination({ locks: [{ holder, state }], remains }));
      assert.ok(told.indexOf(first) > 0 && told.indexOf(first) < told.indexOf("sip:a@contoso.com"), told);
      assert.doesNotMatch(told, /--yes' cancels/);
    }
    const ended = text(examination({ locks: [{ holder, state: "ended" }], remains }));
    assert.match(ended, /sip:a@contoso\.com[\s\S]*'persistentchat recover --stack test --yes' cancels/);
  });
});
