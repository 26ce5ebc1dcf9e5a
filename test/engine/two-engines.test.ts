import assert from "node:assert/strict";
import { assertAgreement } from "../support/agreement";
import { HeldRun } from "../support/fault";
import { makePools } from "../support/topology";
import { Workspace } from "../support/workspace";

describe("an update in the middle of a create", function () {
  this.timeout(120_000);
  let workspace: Workspace;

  before(async () => {
    workspace = await Workspace.create();
    await makePools(workspace);
  });

  after(() => workspace?.dispose());

  it("keeps a second one out, and after Ctrl-C finishes the create, keeps it and begins nothing new", async () => {
    workspace.program(`
      const first = new LegacyEndpoint("first", { sipAddress: "first@contoso.com", poolFqdn: "p1.contoso.com" });
      new LegacyEndpoint("second", { sipAddress: "second@contoso.com", poolFqdn: "p1.contoso.com" }, { dependsOn: first });
    `);
    const run = await HeldRun.start(workspace, { action: "create", when: "before" }, [
      "up",
      "--yes",
      "--skip-preview",
    ]);
    assert.match((await workspace.upFails()).output, /currently locked/);

    await run.interrupt();
    run.release();
    assert.notEqual((await run.end()).code, 0);
    assert.equal(workspace.resource("first").id, "sip:first@contoso.com");
    const second = await workspace.registry((registry) => registry.get("endpoint", "sip:second@contoso.com"));
    assert.equal(second, undefined);
    assert.equal((await workspace.deployment()).pending_operations, undefined);
    await assertAgreement(workspace);

    await workspace.up();
    await workspace.ok("preview", "--expect-no-changes");
  });
});
