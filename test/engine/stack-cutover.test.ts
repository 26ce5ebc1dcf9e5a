import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CANARY, CutoverWorkspace } from "../support/cutover-workspace";
import { ADDRESS, POOL } from "../support/stand-in-steps";
import { BY_HAND } from "../support/topology";

/** The domain was made by hand; users and the cutover itself are nobody's to declare. */
const UNMANAGED = ["contoso.test"];

describe("the commands about a stack, of one with a cutover", function () {
  this.timeout(300_000);
  let cutover: CutoverWorkspace;

  before(async () => {
    cutover = await CutoverWorkspace.create();
  });
  after(() => cutover?.dispose());

  const ask = (...args: string[]) => cutover.workspace.persistentchat([...args, "--stack", "test"]);

  for (const stage of ["prepare", "migrate", "handover", "complete"] as const)
    it(`find neither drift nor a record of it that is nobody's, at '${stage}'${stage === "prepare" ? ", and tell no lease" : ""}`, async () => {
      await cutover.up(stage);
      // What others do in it is not for the next refresh to tell.
      if (stage === "prepare") await cutover.rehearsed();
      const drift = await ask("drift");
      assert.equal(drift.code, 0, drift.output);
      const { stdout } = await ask("unmanaged", "--json");
      const found = JSON.parse(stdout) as { unmanaged: { key: string }[]; lost: unknown[] };
      assert.deepEqual([found.unmanaged.map(({ key }) => key), found.lost], [UNMANAGED, []]);
      if (stage === "prepare") await assertCommented();
    });

  it("tell that the endpoint of it is gone, or led elsewhere, and what makes it again", async () => {
    const { workspace } = cutover;
    const live = async () =>
      workspace.registry(
        async (registry) => (await registry.get("endpoint", ADDRESS)) ?? assert.fail("no endpoint"),
      );
    const { revision } = await live();
    await workspace.registry((registry) =>
      registry.update("endpoint", ADDRESS, { displayName: "By hand" }, revision, BY_HAND),
    );
    assert.match((await ask("drift")).stdout, /displayName +Group Chat +By hand +anna@admin01/);
    const changed = await live();
    await workspace.registry((registry) => registry.remove("endpoint", ADDRESS, changed, BY_HAND));
    const drift = await ask("drift");
    assert.equal(drift.code, 7, drift.output);
    assert.match(drift.stdout, /sip:ocschat@contoso\.test +the record +there +gone +anna@admin01/);
    assert.match(
      drift.stdout,
      /declare legacy endpoint sip:ocschat@contoso\.test in the program as a LegacyEndpoint/,
    );
    const recover = await ask("recover");
    assert.match(recover.stdout, /^Nothing is left to recover\.$/m);
    assert.match(recover.stdout, /does not have what a cutover made \(1\)/);
    const unmanaged = await ask("unmanaged");
    assert.match(unmanaged.stdout, /^legacy endpoint +sip:ocschat@contoso\.test +test +/m);
    assert.match(unmanaged.stdout, /^What a cutover made no run makes again: declare it .*take-over/m);
    await cutover.up();
    assert.equal((await ask("drift")).code, 7, "an update alone does not make it again");

    cutover.source += `new LegacyEndpoint("ocschat", { sipAddress: "${ADDRESS}", poolFqdn: pool.poolFqdn, adopt: "take-over" });`;
    await cutover.up();
    assert.equal((await live()).record.poolFqdn, POOL);
    for (const command of ["drift", "recover"]) {
      const { code, stdout } = await ask(command);
      assert.equal(code, 0, stdout);
      assert.doesNotMatch(stdout, /cutover/);
    }
  });

  /** Of a cutover that has a lease, before it is turned to the next stage. */
  async function assertCommented(): Promise<void> {
    const token = (await cutover.record()).record.lease?.token ?? "";
    assert.notEqual(token, "");
    cutover.write("migrate");
    const { stdout: preview } = await cutover.workspace.run(["preview", "--json", "--show-sames"]);
    assert.ok(preview.includes(token));
    writeFileSync(join(cutover.workspace.folder, "preview.json"), preview);
    const { stdout, code } = await ask("comment", "--preview", "preview.json");
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^\| cutover \| cutover `contoso` turns to stage `migrate` from `prepare`; to do, in the order of their dependencies: `contoso-stop-legacy-before`, `contoso-stop-legacy`, /m,
    );
    assert.match(stdout, /^\*\*1 change\.\*\*$/m);
    assert.ok(!stdout.includes(token));
    assert.ok(!stdout.includes(CANARY));
  }
});
