import assert from "node:assert/strict";
import { assertAgreement } from "../support/agreement";
import { HeldRun } from "../support/fault";
import { makePools } from "../support/topology";
import { Workspace } from "../support/workspace";

const KEY = "sip:chat@contoso.com";

// The engine never says whether it got the answer to a create, so a replacement in place whose answer was lost looks to a
// later delete like one that another copy in state stands for. In doubt the record stays.
describe("a replacement in place whose answer was lost", function () {
  this.timeout(180_000);
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
    await makePools(workspace);
    workspace.program(`new LegacyEndpoint("chat", { sipAddress: "${KEY}", poolFqdn: "p1.contoso.com" });`);
    await workspace.up();
    const args = ["up", "--yes", "--skip-preview", "--replace", workspace.resource("chat").urn];
    const run = await HeldRun.start(workspace, { action: "claim", when: "after", key: KEY }, args);
    run.kill("plugin");
    assert.notEqual((await run.end()).code, 0);
  });

  afterEach(() => workspace?.dispose());

  const stored = () => workspace.registry((registry) => registry.get("endpoint", KEY));

  it("is made good by a refresh and the next update", async () => {
    await workspace.ok("refresh", "--yes", "--skip-preview");
    await workspace.up();
    await assertAgreement(workspace);
    await workspace.ok("preview", "--expect-no-changes");
    await workspace.ok("destroy", "--yes", "--skip-preview");
    assert.equal(await stored(), undefined);
  });

  it("leaves the record behind when the stack is destroyed straight away, and says so", async () => {
    const { output } = await workspace.ok("destroy", "--yes", "--skip-preview");
    assert.match(output, /'sip:chat@contoso\.com' is left as it is/);
    assert.equal((await stored())?.managedBy, "chat/test/chat");
    await workspace.up();
    await workspace.ok("destroy", "--yes", "--skip-preview");
    assert.equal(await stored(), undefined);
  });
});
