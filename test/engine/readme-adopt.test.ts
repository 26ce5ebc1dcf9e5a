import assert from "node:assert/strict";
import { commandLineOf } from "../support/command-line";
import { blocks } from "../support/readme";
import { BY_HAND, makePools } from "../support/topology";
import { Workspace } from "../support/workspace";

describe("README, on an estate that is taken over", function () {
  this.timeout(120_000);
  let workspace: Workspace;

  before(async () => {
    workspace = await Workspace.create({ stack: "prod" });
    await makePools(workspace);
    await workspace.registry((registry) =>
      registry.create(
        "endpoint",
        { sipAddress: "sip:ocschat@contoso.com", poolFqdn: "p1.contoso.com" },
        BY_HAND,
      ),
    );
  });
  after(() => workspace?.dispose());

  it("has commands that succeed in their order", async () => {
    const [block = "", ...others] = blocks("sh", "Taking over an estate");
    assert.equal(others.length, 0);
    const lines = block.trim().split("\n");
    assert.ok(lines.length >= 4, block);
    const type = commandLineOf(workspace);
    for (const line of lines) {
      const { code, output } = await type(line);
      assert.equal(code, 0, `${line}\n${output}`);
      // The program is plain JavaScript here.
      if (line.startsWith("persistentchat adopt")) workspace.program(`require("./adopted/index.ts");`);
    }
    const owner = await workspace.registry((registry) => registry.get("endpoint", "sip:ocschat@contoso.com"));
    assert.equal(owner?.managedBy, "chat/prod/ocschat");
  });
});
