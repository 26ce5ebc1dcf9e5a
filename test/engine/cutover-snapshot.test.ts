import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SipAddress } from "../../provider/registry/sip-address";
import { CANARY, CutoverWorkspace, flat, PASSPHRASE } from "../support/cutover-workspace";
import { ADDRESS } from "../support/stand-in-steps";
import { BY_HAND } from "../support/topology";
import { figures } from "../support/workspace";

const PARKED: SipAddress = "sip:released-ocschat@contoso.test";

describe("the snapshot of a well-known user", function () {
  this.timeout(600_000);
  let cutover: CutoverWorkspace;
  /** What each run said. */
  const said: string[] = [];

  before(async () => {
    cutover = await CutoverWorkspace.create();
    cutover.args = { files: "none" };
  });
  after(() => cutover?.dispose());

  const users = async () => (await cutover.everything()).users;

  it("gives the user back, whom somebody has deleted meanwhile", async () => {
    const before = await users();
    assert.equal(before.length, 1);
    said.push((await cutover.up("prepare", "--debug")).output);
    await cutover.rehearsed();
    said.push((await cutover.workspace.ok("preview", "--diff", "--json")).output);
    said.push((await cutover.up("migrate", "--debug")).output);
    said.push((await cutover.up("handover", "--diff", "--show-sames")).output);
    await cutover.workspace.registry(async (registry) => {
      const parked = await registry.get("sip-user", PARKED);
      assert.ok(parked);
      assert.equal(await registry.remove("sip-user", PARKED, parked, BY_HAND), true);
      assert.equal((await registry.resolve(ADDRESS))?.kind, "endpoint");
    });
    const { workspace } = cutover;
    const undone = await cutover.effectsOf(async () => {
      const nothing = "cannot go back, and this run has taken nothing back: cannot";
      const passphrase = ["config", "set", "--secret", "persistentchat:snapshotPassphrase"];
      await workspace.ok(...passphrase, "another");
      assert.ok((await cutover.upFails("migrate")).includes(`${nothing} open the snapshot '`));
      await workspace.ok(...passphrase, PASSPHRASE);
      const skipping = { PULUMI_SKIP_CHECKPOINTS: "true" };
      const result = await workspace.run(["up", "--yes", "--skip-preview"], skipping);
      assert.ok(flat(result).includes(`${nothing} restore a user while PULUMI_SKIP_CHECKPOINTS is set`));
    });
    assert.deepEqual(undone, []);
    assert.ok(!cutover.journal().includes('"undo"'));
    said.push((await cutover.up("migrate", "--diff")).output);
    assert.deepEqual(await users(), before);
    assert.deepEqual(Object.keys(figures(await cutover.up())), ["unchanged"]);
  });

  it("is nowhere in clear", async () => {
    said.push((await cutover.workspace.ok("stack", "export")).output);
    const { folder } = cutover.workspace;
    const files = [join(folder, "state"), cutover.folder, cutover.world.folder].flatMap(filesBelow);
    for (const part of ["backups", "history", "snapshots", "journal.jsonl"])
      assert.ok(
        files.some((file) => file.includes(part)),
        `${part} are searched`,
      );
    for (const [name, text] of [
      ...files.map((file) => [file, readFileSync(file, "latin1")] as const),
      ...said.map((text) => ["the output of a run", text] as const),
    ])
      for (const secret of [CANARY, PASSPHRASE])
        assert.ok(!text.includes(secret), `'${secret}' stands in ${name}`);
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
