import assert from "node:assert/strict";
import { isLeft } from "../../provider/cli/stacks/recover/advice";
import type { Examination } from "../../provider/cli/stacks/recover/examined";
import { recoverJson, recoverText } from "../../provider/cli/stacks/recover/report";

const holder = { user: "anna", host: "admin01", pid: 4711, at: "2026-01-02T03:04:05.678Z" };
const NOTHING = { pending: [], absent: [], unrecorded: [], lostOfCutovers: [] };
const absent = {
  ...{ kind: "endpoint" as const, key: "sip:a@contoso.com", name: "a", urn: "urn:a" },
  ...{ isKeySecret: false, isStep: false },
};

function examination(rest: Partial<Examination> = {}): Examination {
  return {
    locks: [],
    state: { resources: [], pending: [] },
    remains: NOTHING,
    unread: [],
    notLookedAt: [],
    ...rest,
  };
}
const text = (found: Examination) =>
  recoverText({ stack: "test", yes: false, now: new Date("2026-01-02T03:05:05.678Z") }, found, []);

describe("a report of what a run left", () => {
  it("says of a run that is at work, and of one that may be, before all that may be in the middle of its work", () => {
    const remains = { ...NOTHING, absent: [absent] };
    for (const [state, first] of [
      ["running", "Wait for the run that is at work"],
      ["elsewhere", "Make sure that no run is at work"],
    ] as const) {
      const told = text(examination({ locks: [{ holder, state }], remains }));
      assert.ok(told.indexOf(first) > 0 && told.indexOf(first) < told.indexOf(absent.key), told);
      assert.doesNotMatch(told, /--yes' cancels/);
    }
    const ended = text(examination({ locks: [{ holder, state: "ended" }], remains }));
    assert.match(ended, /sip:a@contoso\.com[\s\S]*'persistentchat recover --stack test --yes' cancels/);
  });

  it("does not claim that state and registry tell the same where what a cutover made is gone", () => {
    assert.match(text(examination()), /its state and the registry tell the same/);
    const told = text(examination({ remains: { ...NOTHING, lostOfCutovers: ["sip:a@contoso.com"] } }));
    assert.doesNotMatch(told, /the same/);
    assert.match(told, /does not have what a cutover made \(1\).*'persistentchat drift --stack test'/);
  });

  it("is not of nothing where something could not be looked at", () => {
    const found = examination({ notLookedAt: ["the records of provider 'vault': its registry is a secret"] });
    assert.equal(isLeft(found), true);
    const told = text(found);
    assert.match(told, /^Not looked at: the records of provider 'vault'/);
    assert.match(told, /^Nothing is left to recover, as far as it could be looked at\.$/m);
    assert.doesNotMatch(told, /the same/);
    assert.equal(isLeft(examination()), false);
  });

  it("shows no key that a program keeps a secret", () => {
    const found = examination({ remains: { ...NOTHING, absent: [{ ...absent, isKeySecret: true }] } });
    assert.match(text(found), /^legacy endpoint +a secret +a$/m);
    const json = JSON.stringify(recoverJson("test", found, []));
    assert.match(json, /"key":"\[secret\]"/);
    for (const told of [text(found), json]) assert.equal(told.includes(absent.key), false);
    assert.match(text(examination({ remains: { ...NOTHING, absent: [absent] } })), /sip:a@contoso\.com/);
  });
});
