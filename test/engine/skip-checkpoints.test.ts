import assert from "node:assert/strict";
import { actions, assertAgreement } from "../support/agreement";
import { crashedUp, nextUp } from "../support/crash";
import { figures, Workspace } from "../support/workspace";

const CRASH = { victim: "engine", when: "after" } as const;

/** A domain and a pool, and endpoints that stand on them. */
const estate = (endpoints: number) => `
  new SipDomain("contoso", { domain: "contoso.com" });
  new PersistentChatPool("p1", { poolFqdn: "p1.contoso.com", shape: "single" });
  for (let i = 1; i <= ${endpoints}; i++)
    new LegacyEndpoint("chat" + i, { sipAddress: "chat" + i + "@contoso.com", poolFqdn: "p1.contoso.com" });
`;

describe("an update without checkpoints that is killed half-way", function () {
  this.timeout(300_000);
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create({ environment: { PULUMI_SKIP_CHECKPOINTS: "true" } });
  });

  afterEach(() => workspace?.dispose());

  const known = () => workspace.recorded().filter(({ outputs }) => outputs?.__kind !== undefined);

  async function endpoints(): Promise<string[]> {
    return workspace.registry(async (registry) => {
      const keys: string[] = [];
      for await (const { key } of registry.list("endpoint")) keys.push(key);
      return keys;
    });
  }

  /** Kills the engine when the registry has got as many endpoints. */
  async function crashAt(count: number): Promise<string[]> {
    await crashedUp(workspace, CRASH, { action: "create", occurrence: 2 + count });
    const made = await endpoints();
    assert.equal(made.length, count);
    assert.deepEqual(known(), []);
    return made;
  }

  it("is made good by the next one: 200 endpoints, none twice, none left to do", async () => {
    workspace.program(estate(200));
    const made = await crashAt(100);
    assert.equal(figures(await nextUp(workspace, CRASH)).created, 203);
    const all = await endpoints();
    assert.equal(all.length, 200);
    for (const key of all)
      assert.deepEqual(
        await actions(workspace, "endpoint", key),
        made.includes(key) ? ["create", "claim"] : ["create"],
      );
    assert.equal(known().length, 202);
    await assertAgreement(workspace);
    await workspace.ok("preview", "--expect-no-changes");
  });

  it("leaves all that it made in the registry when the stack is destroyed next; a whole update brings it back", async () => {
    workspace.program(estate(10));
    const made = await crashAt(5);
    await workspace.ok("cancel", "--yes");
    await workspace.ok("destroy", "--yes", "--skip-preview");
    assert.deepEqual(await endpoints(), made);
    await workspace.up();
    assert.equal((await endpoints()).length, 10);
    await workspace.ok("destroy", "--yes", "--skip-preview");
    await workspace.assertRegistryEmpty();
  });
});
