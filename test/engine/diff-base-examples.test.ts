import assert from "node:assert/strict";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../provider/cli/command";
import { comparePrograms } from "../../provider/cli/stacks/diff/compare-programs";
import { Clone } from "../support/clone";
import { pathWithCommandPlugin } from "../support/command-plugin";
import { changesIn } from "../support/git-project";
import { ROOT } from "../support/workspace";

describe("diff --base on the examples of this repository", function () {
  this.timeout(600_000);
  let clone: Clone;
  let path: string;

  before(async () => {
    clone = await Clone.create();
    symlinkSync(join(ROOT, "build"), join(clone.folder, "build"));
    path = await pathWithCommandPlugin();
  });
  after(() => clone?.dispose());

  const compare = (stack: string, folder: string, link = ["build"]) =>
    comparePrograms(
      { stack, base: "HEAD", link },
      {
        env: { ...process.env, PATH: path, PULUMI_HOME: join(clone.folder, "no-home") },
        folder: () => join(clone.folder, folder),
      },
    );
  const edit = (file: string, from: string, to: string) => {
    const path = join(clone.folder, file);
    const text = readFileSync(path, "utf8");
    assert.ok(text.includes(from), `${file} has ${from}`);
    writeFileSync(path, text.replace(from, to));
  };

  it("compares a program in TypeScript, whose configuration is another one too", async () => {
    edit("examples/contoso/index.ts", "poolFqdn: branchChat.poolFqdn", "poolFqdn: pool.poolFqdn");
    edit("Pulumi.prod.yaml", "pc02.contoso.com]", "pc02.contoso.com, pc03.contoso.com]");
    const compared = await compare("prod", ".");
    assert.deepEqual(compared.preview.problems, []);
    assert.deepEqual(changesIn(compared).sort(), ["update ocschat: poolFqdn", "update pcpool: servers[2]"]);
  });

  it("says that a folder which is to be linked is not there, or is in the base", async () => {
    await assert.rejects(compare("prod", ".", ["dist"]), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /no folder 'dist'/);
      return true;
    });
    await assert.rejects(compare("prod", ".", ["examples"]), /'examples' is in the base itself/);
    await assert.rejects(compare("prod", ".", ["../.."]), /no folder '\.\.\/\.\.'/);
  });

  it("takes a cutover for a new one, up to its stage", async () => {
    edit("examples/cutover/Pulumi.rehearsal.yaml", "stage: prepare", "stage: handover");
    const further = await compare("rehearsal", "examples/cutover");
    assert.deepEqual(further.preview.problems, []);
    assert.match(further.notes.join("\n"), /How far a cutover has come is not known here.*: contoso\.$/m);
    const isCreate = (change: string) => change.startsWith("create ");
    const changes = changesIn(further);
    assert.ok(changes.includes("create contoso-release-ocschat@contoso.test"));
    // What the handover asks again, and nothing else of what is done by then.
    assert.deepEqual(
      changes
        .filter((change) => !isCreate(change))
        .map((change) => change.split(": ")[0])
        .sort(),
      [
        "update contoso-preflight-list",
        "update contoso-snapshot-ocschat@contoso.test",
        "update contoso-stage",
      ],
    );
  });
});
