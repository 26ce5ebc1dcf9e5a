import assert from "node:assert/strict";
import { CMDLETS } from "../../provider/backends/shell/session/cmdlets";
import { CLOSED_LIST, refusals } from "../../provider/simulator/closed-list";

describe("the closed list of the simulator", () => {
  it("was written down on its own, and is that of the script", () => {
    const own = Object.entries(CLOSED_LIST).map(([cmdlet, list]) => [
      cmdlet,
      Object.fromEntries(list.split(" ").map((entry) => entry.split(":"))),
    ]);
    const script = Object.entries(CMDLETS).map(([cmdlet, { parameters }]) => [cmdlet, parameters]);
    assert.deepEqual(Object.fromEntries(own), Object.fromEntries(script));
  });

  for (const [cmdlet, parameter, targets] of [
    ["Get-CsUser", ["Identity", "s", "sip:anna@contoso.test"], []],
    ["Set-CsPersistentChatActiveServer", ["ActiveServers", "n", null], []],
    ["Set-CsPersistentChatActiveServer", ["ActiveServers", "m", { Add: ["one"] }], []],
    ["Set-CsPersistentChatActiveServer", ["ActiveServers", "m", { Replace: [] }], ["ActiveServers"]],
    ["Set-CsPersistentChatActiveServer", ["ActiveServers", "mn", null], ["ActiveServers"]],
    ["Set-CsPersistentChatActiveServer", ["ActiveServers", "a", ["one"]], ["ActiveServers"]],
    ["Get-CsUser", ["Identity", "s", "sip:*"], ["Identity"]],
    ["Get-CsUser", ["LdapFilter", "s", "(a=*)"], []],
    ["Get-CsUser", ["Identity", "b", true], ["Identity"]],
    ["Get-CsUser", ["Identity", "s", true], ["Identity"]],
    ["Get-CsUser", ["identity", "s", "x"], ["identity"]],
    ["Get-CsUser", ["Filter", "s", "x"], ["Filter"]],
    ["Get-CsUser", ["constructor", "s", "x"], ["constructor"]],
    ["get-csuser", ["Identity", "s", "x"], ["get-csuser"]],
    ["constructor", ["Identity", "s", "x"], ["constructor"]],
  ] as [string, [string, string, unknown], string[]][])
    it(`${targets.length === 0 ? "lets through" : "refuses"} ${cmdlet} ${JSON.stringify(parameter)}`, () =>
      assert.deepEqual(
        refusals({ cmdlet, p: [parameter] }).map(({ target }) => target),
        targets,
      ));
});
