import assert from "node:assert/strict";
import { UserAccounts, untilAlike } from "../../provider/backends/shell/estate/user-accounts";
import type { UserSearch } from "../../provider/backends/shell/estate/user-search";

const GUID = "8d1f4c52-5c8b-4d3f-9a55-0d8f6a0c1e11";
const ADDRESS = "sip:ocschat@contoso.com";
const FOUND = { Identity: "CN=Group Chat", Guid: GUID, DisplayName: "Group Chat", SipAddress: ADDRESS };

/** Accounts in a directory whose cmdlets find somebody as they are told to, call by call; from the last word on always so. */
function accounts(found: { [cmdlet in "Get-CsUser" | "Get-CsAdUser"]: readonly boolean[] }) {
  const calls = { "Get-CsUser": 0, "Get-CsAdUser": 0 };
  const list = (_: string, cmdlet: keyof typeof calls, [condition]: readonly string[]) => {
    if (condition === "objectClass=user") return Promise.resolve([FOUND]);
    const call = calls[cmdlet]++;
    return Promise.resolve((found[cmdlet][call] ?? found[cmdlet].at(-1)) ? [FOUND] : []);
  };
  return { accounts: new UserAccounts({ list } as unknown as UserSearch), calls };
}

describe("an account of a management shell", () => {
  const cannotBe = /'Get-CsA?d?User' does not show 'CN=Group Chat', and that cannot be/;

  it("is read again where it got its address between two reads", async () => {
    const between = accounts({ "Get-CsUser": [false, true], "Get-CsAdUser": [true] });
    assert.equal((await between.accounts.byAddress(ADDRESS))?.account, GUID);
    const known = accounts({ "Get-CsUser": [false, true], "Get-CsAdUser": [true] });
    assert.equal((await known.accounts.byIdentifier(GUID))?.sipAddress, ADDRESS);
    const gone = accounts({ "Get-CsUser": [true, false], "Get-CsAdUser": [false] });
    assert.equal(await gone.accounts.byAddress(ADDRESS), undefined);
  });

  it("is told as what cannot be where it never fits", async () => {
    const { accounts: never, calls } = accounts({ "Get-CsUser": [false], "Get-CsAdUser": [true] });
    await assert.rejects(never.byAddress(ADDRESS), cannotBe);
    assert.deepEqual(calls, { "Get-CsUser": 3, "Get-CsAdUser": 3 });
    await assert.rejects(never.byIdentifier(GUID), cannotBe);
    await assert.rejects(never.assertFree(ADDRESS), cannotBe);
  });

  it("is read once where the reading itself fails", async () => {
    let reads = 0;
    const failing = () => {
      reads += 1;
      return Promise.reject(new Error("no"));
    };
    await assert.rejects(untilAlike(failing), /^Error: no$/);
    assert.equal(reads, 1);
  });
});
