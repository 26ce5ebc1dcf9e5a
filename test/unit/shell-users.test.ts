import assert from "node:assert/strict";
import { replicatorResult } from "../../provider/backends/shell/estate/results";
import { policiesOf, userAttributes } from "../../provider/backends/shell/estate/user-attributes";
import { escaped, holds, isAccount } from "../../provider/backends/shell/estate/user-search";

const ACCOUNT = { Identity: "CN=a", Guid: "g", DisplayName: "A" };

describe("a user of a management shell", () => {
  it("has what its account and its user object tell, by names of their own", () => {
    const account = {
      ...ACCOUNT,
      SipAddress: "sip:a@x",
      AdminCount: 1,
      WindowsEmailAddress: "a@x",
      Sid: "S-1",
    };
    const user = { ...ACCOUNT, Identity: "CN=b", LineURI: "tel:1", Enabled: false, VoicePolicy: "Tag:x" };
    assert.deepEqual(userAttributes(account, user), {
      dn: "CN=b",
      primaryUserAddress: "sip:a@x",
      adminCount: 1,
      mail: "a@x",
      sid: "S-1",
      lineUri: "tel:1",
      enabled: false,
      voicePolicy: "Tag:x",
    });
  });

  it("has nothing where there is an empty text or list, and lists in one order", () => {
    const told = { ...ACCOUNT, LineURI: "", ProxyAddresses: [], MemberOf: ["b", "a"], PinPolicy: null };
    assert.deepEqual(userAttributes(told), {
      dn: "CN=a",
      lineUri: null,
      proxyAddresses: null,
      memberOf: ["a", "b"],
      pinPolicy: null,
    });
  });

  it("has the policies that were granted", () =>
    assert.deepEqual(policiesOf({ voicePolicy: "Tag:x", pinPolicy: null, dialPlan: "UK", policyNote: "x" }), [
      "voicePolicy",
      "dialPlan",
    ]));

  it("is looked for by its identifier as the directory has it, and by its address without code in it", () => {
    assert.equal(
      isAccount("7D1C0F52-5a0e-4f0b-9c39-0c6b2f1f4a01"),
      "objectGUID=\\52\\0f\\1c\\7d\\0e\\5a\\0b\\4f\\9c\\39\\0c\\6b\\2f\\1f\\4a\\01",
    );
    assert.equal(holds("sip:a)(b*@x"), "msRTCSIP-PrimaryUserAddress=sip:a\\29\\28b\\2a@x");
    assert.equal(escaped("\\\0"), "\\5c\\00");
  });

  for (const [text, milliseconds] of [
    ["00:01:00", 60_000],
    ["1.02:03:04", 93_784_000],
    ["00:00:01.5000000", 1_500],
  ] as const)
    it(`is known to the Front Ends after ${text}`, () =>
      assert.equal(
        replicatorResult.parse({ ReplicationCycleInterval: text }).ReplicationCycleInterval,
        milliseconds,
      ));

  it("is not known to them after what is no time", () =>
    assert.equal(replicatorResult.safeParse({ ReplicationCycleInterval: "soon" }).success, false));
});
