import assert from "node:assert/strict";
import { existsSync, renameSync } from "node:fs";
import { BY_HAND, POOLS } from "../support/topology";
import { figures, Workspace } from "../support/workspace";

const ADDRESS = "sip:ocschat@contoso.com";

describe("a change behind the engine's back", function () {
  this.timeout(120_000);
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
  });

  afterEach(() => workspace?.dispose());

  const program = (pool: string) =>
    workspace.program(
      `${POOLS} new LegacyEndpoint("chat", { sipAddress: "${ADDRESS}", poolFqdn: ${pool}.poolFqdn });`,
    );
  const stored = () => workspace.registry((registry) => registry.get("endpoint", ADDRESS));
  const changeByHand = (change: { poolFqdn?: string; displayName?: string }) =>
    workspace.registry(async (registry) => {
      const { revision } = (await registry.get("endpoint", ADDRESS)) ?? { revision: "" };
      await registry.update("endpoint", ADDRESS, change, revision, BY_HAND);
    });
  const removeByHand = () =>
    workspace.registry(async (registry) => {
      const { incarnation } = (await registry.get("endpoint", ADDRESS)) ?? { incarnation: "" };
      assert.equal(await registry.remove("endpoint", ADDRESS, { incarnation }, BY_HAND), true);
    });
  const drift = () => workspace.run(["refresh", "--preview-only", "--expect-no-changes"]);

  it("is drift on a managed field and none on another; an update that would undo it unseen is a conflict", async () => {
    program("p1");
    await workspace.up();

    await changeByHand({ displayName: "Said by nobody's program" });
    const unmanaged = await drift();
    assert.deepEqual([unmanaged.code, figures(unmanaged)], [0, { unchanged: 5 }], unmanaged.output);

    await changeByHand({ poolFqdn: "p2.contoso.com" });
    const managed = await drift();
    assert.equal(managed.code, 7, managed.output);
    assert.deepEqual(figures(managed), { "to update": 1, unchanged: 4 });
    const { at } =
      (await workspace.registry((registry) => registry.history("endpoint", ADDRESS))).at(-1) ?? {};

    workspace.program(`${POOLS}
      const p3 = new PersistentChatPool("p3", { poolFqdn: "p3.contoso.com", shape: "single" });
      new LegacyEndpoint("chat", { sipAddress: "${ADDRESS}", poolFqdn: p3.poolFqdn });`);
    const { output } = await workspace.upFails();
    assert.ok(
      output.includes(
        `error: cannot update legacy endpoint '${ADDRESS}': it was changed since this stack last saw it (poolFqdn by anna@admin01, at ${at}); run 'pulumi refresh' to see the change, then 'pulumi up' to decide [conflict]`,
      ),
      output,
    );
    assert.equal((await stored())?.record.poolFqdn, "p2.contoso.com");

    const refresh = await workspace.ok("refresh", "--yes", "--skip-preview");
    assert.deepEqual(figures(refresh), { updated: 1, unchanged: 5 });
    assert.deepEqual(figures(await workspace.up()), { updated: 1, unchanged: 5 });
    assert.deepEqual((await stored())?.record, {
      sipAddress: ADDRESS,
      poolFqdn: "p3.contoso.com",
      displayName: "Said by nobody's program",
    });
  });

  it("is healed when the object was deleted, with a refresh and without", async () => {
    program("p1");
    await workspace.up();

    await removeByHand();
    assert.deepEqual((await drift()).code, 7);
    const refreshed = await workspace.up("--refresh");
    assert.match(refreshed.stdout, /LegacyEndpoint chat created/);
    assert.equal((await stored())?.record.poolFqdn, "p1.contoso.com");

    await removeByHand();
    program("p2");
    const updated = await workspace.up();
    assert.deepEqual(figures(updated), { updated: 1, unchanged: 4 });
    assert.ok(updated.output.includes(`legacy endpoint '${ADDRESS}' was gone and is made again`));
    const live = await stored();
    assert.equal(live?.record.poolFqdn, "p2.contoso.com");
    assert.equal(live?.managedBy, "chat/test/chat");
    assert.equal(workspace.resource("chat").outputs.incarnation, live?.incarnation);
  });

  it("is not what a registry that is missing altogether looks like: nothing is dropped, from state or registry", async () => {
    program("p1");
    await workspace.up();
    const elsewhere = `${workspace.registryFile}.elsewhere`;
    renameSync(workspace.registryFile, elsewhere);
    for (const args of [["refresh"], ["destroy"]]) {
      const { output } = await workspace.fails(...args, "--yes", "--skip-preview");
      assert.ok(
        output.includes(`in the registry '${workspace.registryFile}': there is none; correct the setting`),
        output,
      );
    }
    assert.equal(existsSync(workspace.registryFile), false);
    renameSync(elsewhere, workspace.registryFile);
    await workspace.ok("preview", "--expect-no-changes");
    await workspace.ok("destroy", "--yes", "--skip-preview");
    await workspace.assertRegistryEmpty();
  });
});
