import assert from "node:assert/strict";
import { taggedParameters } from "../../provider/backends/shell/session/call-body";

describe("what a cmdlet of the management shell is given", () => {
  it("travels with the type of each value", () => {
    assert.deepEqual(
      taggedParameters("New-CsPersistentChatConfiguration", {
        Identity: "service:PersistentChatServer:pc.contoso.com",
        DefaultChatHistory: 30,
        RoomManagementUrl: null,
        WhatIf: true,
        MaxFileSizeKB: undefined,
      }),
      [
        ["Identity", "s", "service:PersistentChatServer:pc.contoso.com"],
        ["DefaultChatHistory", "i", 30],
        ["RoomManagementUrl", "n", null],
        ["WhatIf", "b", true],
      ],
    );
    const set = "Set-CsPersistentChatActiveServer";
    for (const ActiveServers of [{ Add: ["a"], Remove: ["b"] }, { Replace: ["a", "b"] }])
      assert.deepEqual(taggedParameters(set, { ActiveServers }), [["ActiveServers", "m", ActiveServers]]);
    assert.deepEqual(taggedParameters(set, { ActiveServers: null }), [["ActiveServers", "n", null]]);
  });

  const wrong: [string, string, unknown][] = [
    ["an unknown cmdlet", "Remove-CsUser", {}],
    ["a name of every object", "constructor", {}],
    ["a filter, which is code", "Get-CsUser", { Filter: "x" }],
    ["a parameter in other letters", "Get-CsUser", { identity: "x" }],
    ["a parameter of every object", "Get-CsUser", { constructor: "x" }],
    ["an identity with an asterisk", "Disable-CsUser", { Identity: "sip:*@contoso.com" }],
    ["a text for a boolean", "Set-CsSipDomain", { IsDefault: "false" }],
    ["a boolean for a text", "Get-CsUser", { Identity: true }],
    ["null where nothing is emptied", "Set-CsUser", { SipAddress: null }],
    ["a part of a number", "Get-CsUser", { ResultSize: 1.5 }],
    ["a number that is none", "Get-CsUser", { ResultSize: Number.NaN }],
    ["a list for a text", "Get-CsUser", { Identity: ["x"] }],
    ["an empty replacement", "Set-CsPersistentChatActiveServer", { ActiveServers: { Replace: [] } }],
    ["no change", "Set-CsPersistentChatActiveServer", { ActiveServers: {} }],
    ["a list in place of its change", "Set-CsPersistentChatActiveServer", { ActiveServers: ["x"] }],
    ["another change", "Set-CsPersistentChatActiveServer", { ActiveServers: { Clear: ["x"] } }],
    [
      "two ways at once",
      "Set-CsPersistentChatActiveServer",
      { ActiveServers: { Add: ["x"], Replace: ["y"] } },
    ],
  ];
  for (const [what, cmdlet, given] of wrong)
    it(`is not ${what}`, () =>
      assert.throws(
        () => taggedParameters(cmdlet as "Get-CsUser", given as Record<string, string>),
        TypeError,
      ));
});
