import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sealSnapshot, writeSnapshot } from "../../provider/cutover/snapshot-file";
import type { SipUserSnapshot } from "../../provider/registry/sip-users";
import { useCutoverWorld } from "./cutover-world";
import { ADDRESS, BY_HAND, POOL } from "./furniture";

const PASSPHRASE = "correct horse battery";

describe("user restore", () => {
  const env: NodeJS.ProcessEnv = {};
  const world = useCutoverWorld(env);
  let snapshot: SipUserSnapshot;
  beforeEach(async () => {
    env.PERSISTENTCHAT_SNAPSHOT_PASSPHRASE = PASSPHRASE;
    const found = await world.registry.snapshotUser(ADDRESS);
    assert.ok(found);
    snapshot = found;
    writeSnapshot(join(world.place.folder, "snapshot.json"), sealSnapshot(snapshot, PASSPHRASE));
  });

  const restored = (...more: string[]) => world.tool("user", "restore", "snapshot.json", ...more);
  const release = (way: "rename" | "delete") =>
    world.registry.releaseUser(
      snapshot,
      way === "rename" ? { way, parkedAddress: "sip:parked@contoso.com" } : { way },
      BY_HAND,
    );

  for (const way of ["rename", "delete"] as const)
    it(`gives a user back whole after a release by ${way}, and changes nothing when done again`, async () => {
      await release(way);
      const { code, stdout, stderr } = await restored();
      assert.deepEqual([code, stderr], [0, ""]);
      assert.equal(stdout, `restored SIP user '${ADDRESS}' as in the snapshot\n`);
      assert.deepEqual(await world.registry.snapshotUser(ADDRESS), snapshot);
      const history = await world.registry.history("sip-user", ADDRESS);
      assert.deepEqual(JSON.parse((await restored("--json")).stdout), { restored: ADDRESS });
      assert.deepEqual(await world.registry.history("sip-user", ADDRESS), history);
    });

  it("opens nothing with another passphrase, and repeats none", async () => {
    await release("delete");
    env.PERSISTENTCHAT_SNAPSHOT_PASSPHRASE = "wrong horse";
    const { code, stdout, stderr } = await restored();
    assert.deepEqual([code, stdout], [3, ""]);
    assert.match(
      stderr,
      /cannot open the snapshot '.*snapshot.json': the passphrase is not the one.*PERSISTENTCHAT_SNAPSHOT_PASSPHRASE/,
    );
    assert.doesNotMatch(stderr, /horse|Größe|Group Chat/);
    assert.equal(await world.registry.get("sip-user", ADDRESS), undefined);
  });

  it("opens no file that was changed", async () => {
    const file = join(world.place.folder, "snapshot.json");
    writeFileSync(file, readFileSync(file, "utf8").replace(ADDRESS, "sip:another@contoso.com"));
    const { code, stderr } = await restored();
    assert.equal(code, 3);
    assert.match(stderr, /or the file was changed/);
  });

  it("needs a passphrase, and says where it is", async () => {
    for (const none of [undefined, ""]) {
      env.PERSISTENTCHAT_SNAPSHOT_PASSPHRASE = none;
      const { code, stderr } = await restored();
      assert.equal(code, 2);
      assert.match(
        stderr,
        /in the environment variable PERSISTENTCHAT_SNAPSHOT_PASSPHRASE; .*'pulumi config get persistentchat:snapshotPassphrase'/,
      );
    }
  });

  it("needs a file that is there", async () => {
    const { code, stderr } = await world.tool("user", "restore", "none.json");
    assert.equal(code, 2);
    assert.match(stderr, /there is no snapshot 'none.json'/);
  });

  it("makes no registry where there is none", async () => {
    await world.place.close();
    world.place.path = join(world.place.folder, "none.db");
    const { code, stderr } = await restored();
    assert.equal(code, 3);
    assert.match(stderr, /none\.db.*\[unavailable\]/);
    assert.ok(!existsSync(world.place.path));
  });

  it("is refused while an endpoint holds the address", async () => {
    await release("delete");
    await world.registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, BY_HAND);
    const { code, stderr } = await restored();
    assert.equal(code, 3);
    assert.match(
      stderr,
      /cannot restore SIP user 'sip:ocschat@contoso.com': the address is held by the legacy endpoint.*\[in-use\]/,
    );
  });
});
