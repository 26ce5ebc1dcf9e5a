import assert from "node:assert/strict";
import { actions } from "../support/agreement";
import { HeldRun } from "../support/fault";
import { makePools } from "../support/topology";
import { Workspace } from "../support/workspace";

const KEY = "sip:chat@contoso.com";
const chat = (pool: string) =>
  `new LegacyEndpoint("chat", { sipAddress: "chat@contoso.com", poolFqdn: "${pool}.contoso.com" });`;

describe("the plugin of a killed engine, at each operation", function () {
  this.timeout(180_000);
  let workspace: Workspace;

  before(async () => {
    workspace = await Workspace.create();
    await makePools(workspace);
  });

  after(() => workspace?.dispose());

  it("begins no create, update or delete any more", async () => {
    const history: string[] = [];
    const stages = [
      { program: chat("p1"), action: "create" },
      { program: chat("p2"), action: "update" },
      { program: "", action: "remove" },
    ];
    for (const { program, action } of stages) {
      workspace.program(program);
      const run = await HeldRun.start(workspace, { action: "read", when: "after", key: KEY }, [
        "up",
        "--yes",
        "--skip-preview",
      ]);
      run.kill("engine");
      await run.result;
      run.release();
      await run.end();
      assert.deepEqual(await actions(workspace, "endpoint", KEY), history, `before ${action}`);

      await workspace.ok("cancel", "--yes");
      await workspace.up();
      history.push(action);
      assert.deepEqual(await actions(workspace, "endpoint", KEY), history);
    }
  });
});
