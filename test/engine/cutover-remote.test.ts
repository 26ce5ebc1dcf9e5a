import assert from "node:assert/strict";
import { join } from "node:path";
import { CutoverWorkspace, flat } from "../support/cutover-workspace";
import { SshServer } from "../support/ssh-server";
import { until } from "../support/until";
import { ROOT } from "../support/workspace";

const PROGRAM = `${process.execPath} ${join(ROOT, "build", "provider", "cli", "index.js")}`;

describe("a cutover whose steps run on another host", function () {
  this.timeout(600_000);
  let cutover: CutoverWorkspace;
  let server: SshServer;

  before(async () => {
    cutover = await CutoverWorkspace.create();
    server = await SshServer.start(cutover.workspace.folder);
  });
  after(() => {
    server?.stop();
    cutover?.dispose();
  });

  const through = (connection = server.connection()) => {
    cutover.args = { files: "none", remote: { connection, program: PROGRAM } };
  };

  it("believes no host with another key", async () => {
    through(server.connection(SshServer.otherKey()));
    assert.match(await cutover.upFails("prepare"), /host key mismatch|knownhosts|key/i);
    assert.deepEqual(server.commands, []);
  });

  it("goes on after a session that dropped, forward and back, and passes values on standard input alone", async () => {
    through();
    await cutover.up("prepare");
    const before = await cutover.everything();

    cutover.world.pace(1_000);
    cutover.write("migrate");
    const effects = cutover.effectCount();
    const { result } = cutover.workspace.start(["up", "--yes", "--skip-preview"]);
    await until("a service is stopped", () => cutover.effectCount() > effects);
    server.drop();
    const failed = await result;
    assert.notEqual(failed.code, 0);
    assert.match(flat(failed), /contoso-stop-legacy/);
    // Those of the server's host run in the same folder.
    await until("nothing of the step runs any more", () => cutover.workspace.processes().length === 0);
    const left = cutover.world.effects();
    assert.ok(left.length < effects + 12, "the step was not at its end");

    cutover.world.pace(0);
    await cutover.up("migrate");
    const done = cutover.world.effects().slice(effects);
    assert.equal(new Set(done).size, done.length);
    await cutover.up("prepare");
    assert.deepEqual(await cutover.everything(), before);
    assert.deepEqual(
      [...new Set(server.commands)].sort(),
      ["before", "do", "undo"].map((action) => `${PROGRAM} cutover step ${action}`),
    );
  });
});
