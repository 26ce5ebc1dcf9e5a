import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathWithCommandPlugin } from "../support/command-plugin";
import { changesIn, GitProject } from "../support/git-project";

describe("diff --base with commands in the programs", function () {
  this.timeout(600_000);
  let project: GitProject;

  before(async () => {
    project = await GitProject.create({ environment: { PATH: await pathWithCommandPlugin() } });
    mkdirSync(join(project.folder, "canaries"));
  });
  after(() => project?.dispose());

  const COMMAND = 'const { local } = require("@pulumi/command");';
  const canary = (name: string) => {
    const write = `touch ${join(project.folder, "canaries", name)}`;
    return `const ${name} = new local.Command("${name}", { create: "${write}", update: "${write}", delete: "${write}" });`;
  };

  it("runs no command, leaves their resources out, and compares the others", async () => {
    const declare = (opts: string, label: string) => `
      new SipDomain("contoso", { domain: "contoso.com" }, ${opts});
      new PersistentChatPool("pcpool", {
        poolFqdn: "pcpool.contoso.com", shape: "single", displayName: ${label},
      });
      new LegacyEndpoint("unknown", {
        sipAddress: kept.stdout, poolFqdn: "pcpool.contoso.com", displayName: pulumi.secret(${label}),
      });
    `;
    const base = `${COMMAND}${canary("kept")}${canary("gone")}
      ${declare("{ parent: kept, dependsOn: [gone] }", "kept.stdout")}`;
    const same = await project.compared(base, base);
    assert.deepEqual(same.preview.problems, []);
    assert.deepEqual(changesIn(same), []);
    const head = `${COMMAND}${canary("kept").replace("touch", "touch -c")}${canary("fresh")}
      ${declare("{ parent: kept }", "fresh.stdout")} new SipDomain("fabrikam", { domain: "fabrikam.com" });`;
    const compared = await project.compared(base, head);
    assert.deepEqual(compared.preview.problems, []);
    assert.deepEqual(changesIn(compared), ["create fabrikam"]);
    assert.match(
      compared.notes.join("\n"),
      /other providers are left out: (?=.*Command kept)(?=.*Command gone)(?=.*Command fresh)/,
    );
    assert.match(
      compared.notes.join("\n"),
      /not compared: (?=.*displayName of PersistentChatPool pcpool)(?=.*sipAddress of LegacyEndpoint unknown)/,
    );
    assert.deepEqual(readdirSync(join(project.folder, "canaries")), []);
  });
});
