import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { actions } from "../support/agreement";
import { HeldRun, plugins } from "../support/fault";
import { makePools } from "../support/topology";
import { until } from "../support/until";
import { Workspace } from "../support/workspace";

const KEY = "sip:chat@contoso.com";
const UP = ["up", "--yes", "--skip-preview"];
const chat = (pool: string) =>
  `new LegacyEndpoint("chat", { sipAddress: "chat@contoso.com", poolFqdn: "${pool}.contoso.com" });`;

describe("the plugin of a killed engine", function () {
  this.timeout(180_000);
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
    await makePools(workspace);
  });

  afterEach(() => workspace?.dispose());

  it("begins no write any more, and ends by itself", async () => {
    workspace.program(chat("p1"));
    await workspace.up();
    workspace.program(chat("p2"));
    const run = await HeldRun.start(workspace, { action: "read", when: "after", key: KEY }, UP);
    run.kill("engine");
    await run.result;
    assert.ok(plugins(workspace).some(({ pid }) => pid === run.pluginPid));
    run.release();
    await run.end();
    assert.deepEqual(await actions(workspace, "endpoint", KEY), ["create"]);
  });

  it("waits for no lock any more", async () => {
    workspace.program(chat("p1"));
    const run = await HeldRun.start(workspace, { action: "read", when: "after", key: KEY }, UP);
    const somebodyElse = new DatabaseSync(workspace.registryFile);
    try {
      somebodyElse.exec("BEGIN IMMEDIATE");
      run.release();
      run.kill("engine");
      await run.end();
    } finally {
      somebodyElse.close();
    }
    assert.deepEqual(await actions(workspace, "endpoint", KEY), []);
  });

  it("begins none of the writes that waited beside the one under way", async () => {
    const released = join(workspace.folder, "released");
    const writer = spawn(process.execPath, [join(__dirname, "..", "support", "held-writer.js"), released], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    try {
      const said = text(writer.stdout);
      await until("the first write is under way", () => existsSync(`${released}.held`));
      writer.stdin.end();
      await once(writer.stdin, "close");
      writeFileSync(released, "");
      assert.equal(await said, "1 begun\n");
    } finally {
      writer.kill("SIGKILL");
    }
  });
});
