import assert from "node:assert/strict";
import type { SipAddress } from "../../../provider/registry/sip-address";
import type { UserAttributes } from "../../../provider/registry/sip-users";
import { ADDRESS, ANNA, BERT, type Bench, BY_HAND, DOMAIN, failsWith, leavesAlone, present } from "../bench";
import { PARKED, RENAME, WAYS } from "./users";

const ATTRIBUTES: UserAttributes = {
  title: 'it\'s "quoted" 聊天',
  "msRTCSIP-UserEnabled": true,
  EnterpriseVoiceEnabled: false,
  extension: 4711.5,
  manager: null,
  proxyAddresses: ["SIP:ocschat@contoso.com", "smtp:b@contoso.com", ""],
};
const USER = { sipAddress: ADDRESS, displayName: "Group Chat", attributes: ATTRIBUTES } as const;

/** SIP users of a registry that is a directory of its own. */
export function describedUserCases(bench: Bench): void {
  beforeEach(() => bench.furnish());

  const snapshot = () => present(bench.registry.snapshotUser(ADDRESS));
  const user = (address: SipAddress = ADDRESS) => present(bench.registry.get("sip-user", address));

  it("keeps the attributes of a user, and shows none of them to a client that looks it up", async () => {
    const { registry } = bench;
    const made = await registry.create("sip-user", USER, ANNA);
    assert.deepEqual(made.record, USER);
    assert.deepEqual(await registry.get("sip-user", ADDRESS), made);
    assert.deepEqual(await bench.listed("sip-user"), [made]);
    assert.deepEqual((await registry.history("sip-user", ADDRESS))[0]?.to, USER);
    assert.deepEqual(await registry.resolve(ADDRESS), {
      kind: "sip-user",
      sipAddress: ADDRESS,
      displayName: "Group Chat",
    });
    assert.deepEqual(await snapshot(), { account: made.incarnation, ...USER });
  });

  it("takes no name for an attribute that no directory has, and does not repeat it", async () => {
    await leavesAlone(bench.registry, async () => {
      for (const name of ["", "a b", "1st", "__proto__", "a\0b", "ä", "line\nfeed"]) {
        const attributes = JSON.parse(`{${JSON.stringify(name)}: "x\\u0000"}`) as UserAttributes;
        const work = bench.registry.create("sip-user", { sipAddress: ADDRESS, attributes }, ANNA);
        await failsWith(work, "invalid", `cannot create SIP user '${ADDRESS}': attributes: a name`);
      }
      const attributes = { title: "x\0" };
      const work = bench.registry.create("sip-user", { sipAddress: ADDRESS, attributes }, ANNA);
      await failsWith(work, "invalid", "attributes.title: it has a NUL character");
    });
  });

  for (const way of WAYS)
    it(`gives every attribute back after ${way.way}`, async () => {
      const { registry } = bench;
      const made = await registry.create("sip-user", USER, BY_HAND);
      const taken = await snapshot();
      await registry.releaseUser(taken, way, ANNA);
      await registry.restoreUser(taken, BERT);
      assert.deepEqual(await snapshot(), taken);
      const { revision: _, ...restored } = await user();
      const { revision: __, ...before } = made;
      assert.deepEqual(restored, before);
    });

  it("names the attributes in which a user differs from its snapshot, and none of their values", async () => {
    const { registry } = bench;
    const { revision } = await registry.create("sip-user", USER, ANNA);
    const taken = await snapshot();
    const { manager: _, ...kept } = ATTRIBUTES;
    const attributes = { ...kept, title: "secret-1", proxyAddresses: ["secret-2"], added: "secret-3" };
    await registry.update("sip-user", ADDRESS, { attributes }, revision, ANNA);
    await leavesAlone(registry, async () => {
      for (const way of WAYS) {
        const work = registry.releaseUser(taken, way, ANNA);
        await failsWith(work, "conflict", "(added, proxyAddresses, title)");
        await assert.rejects(work, ({ message }: Error) => !/secret|quoted|smtp/.test(message));
      }
    });
  });

  it("gives a user who was changed in its place its content back", async () => {
    const { registry } = bench;
    const { revision } = await registry.create("sip-user", USER, ANNA);
    const taken = await snapshot();
    const changed = { displayName: "Other", attributes: { title: "Other" } };
    const { revision: next } = await registry.update("sip-user", ADDRESS, changed, revision, ANNA);
    await registry.restoreUser(taken, BERT);
    assert.deepEqual(await snapshot(), taken);
    const [, , entry] = await registry.history("sip-user", ADDRESS);
    assert.deepEqual([entry?.action, entry?.by], ["update", BERT]);
    assert.notEqual((await user()).revision, next);
  });

  it("gives a user without a name or an attribute back as it was", async () => {
    const { registry } = bench;
    const made = await registry.create("sip-user", { sipAddress: ADDRESS }, BY_HAND);
    const taken = await snapshot();
    assert.deepEqual(taken, { account: made.incarnation, sipAddress: ADDRESS, attributes: {} });
    await registry.update("sip-user", ADDRESS, { displayName: "Other" }, made.revision, ANNA);
    await registry.restoreUser(taken, ANNA);
    assert.deepEqual((await user()).record, { sipAddress: ADDRESS });
    await bench.displace("sip-user", ADDRESS);
    await registry.restoreUser(taken, ANNA);
    assert.deepEqual((await user()).record, { sipAddress: ADDRESS });
  });

  it("gives the address back to an account that somebody moved on and changed, whose owner it keeps", async () => {
    const { registry } = bench;
    await registry.create("sip-user", USER, ANNA);
    const taken = await snapshot();
    await registry.releaseUser(taken, RENAME, BERT);
    const parked = await user(PARKED);
    assert.deepEqual([parked.managedBy, parked.record.attributes], [ANNA.managedBy, ATTRIBUTES]);
    await registry.update("sip-user", PARKED, { attributes: {} }, parked.revision, BERT);
    const further: SipAddress = `sip:further@${DOMAIN}`;
    const moved = await present(registry.snapshotUser(PARKED));
    await registry.releaseUser(moved, { way: "rename", parkedAddress: further }, BERT);
    await registry.restoreUser(taken, BERT);
    assert.deepEqual(await snapshot(), taken);
    assert.equal((await user()).managedBy, ANNA.managedBy);
    assert.equal((await bench.listed("sip-user")).length, 1);
  });

  it("tells a rename as a removal there and a creation here, each going on with its key's past", async () => {
    const { registry } = bench;
    const first = await registry.create("sip-user", { sipAddress: PARKED }, ANNA);
    await registry.remove("sip-user", PARKED, first, ANNA);
    await registry.create("sip-user", USER, ANNA);
    const taken = await snapshot();
    await registry.releaseUser(taken, RENAME, BERT);
    await registry.restoreUser(taken, BY_HAND);
    const told = async (key: SipAddress) =>
      (await registry.history("sip-user", key)).map(({ action, by, revision, incarnation }) => [
        action,
        by,
        revision,
        incarnation === taken.account,
      ]);
    assert.deepEqual(await told(ADDRESS), [
      ["create", ANNA, "1", true],
      ["remove", BERT, "2", true],
      ["create", BY_HAND, "3", true],
    ]);
    assert.deepEqual(await told(PARKED), [
      ["create", ANNA, "1", false],
      ["remove", ANNA, "2", false],
      ["create", BERT, "3", true],
      ["remove", BY_HAND, "4", true],
    ]);
  });

  it("gives nobody an address back whose domain is no SIP domain any more", async () => {
    const { registry } = bench;
    const domain = await registry.create("sip-domain", { domain: "fabrikam.com" }, ANNA);
    const sipAddress = "sip:chat@fabrikam.com";
    await registry.create("sip-user", { sipAddress }, ANNA);
    const taken = await present(registry.snapshotUser(sipAddress));
    await registry.releaseUser(taken, RENAME, ANNA);
    await registry.remove("sip-domain", "fabrikam.com", domain, ANNA);
    await leavesAlone(registry, () =>
      failsWith(
        registry.restoreUser(taken, ANNA),
        "invalid",
        `cannot restore SIP user '${sipAddress}'`,
        "'fabrikam.com' is not a SIP domain",
      ),
    );
    await registry.create("sip-domain", { domain: "fabrikam.com" }, ANNA);
    await registry.restoreUser(taken, ANNA);
    assert.deepEqual(await registry.snapshotUser(sipAddress), taken);
  });
}
