import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { changesIn, GitProject } from "../support/git-project";

const declare = (domain: string) => `new SipDomain("contoso", { domain: "${domain}" });`;

describe("diff --base and git", function () {
  this.timeout(600_000);
  let project: GitProject;

  beforeEach(async () => {
    project = await GitProject.create();
  });
  afterEach(() => project?.dispose());

  it("says that there is no such commit, also where the clone is shallow, and that there is no repository", async () => {
    project.workspace.program(declare("contoso.com"));
    project.commit();
    const first = project.git("rev-parse", "HEAD").trim();
    project.workspace.program(declare("fabrikam.com"));
    project.commit();
    for (const base of [
      "nowhere",
      "--exec=touch x",
      "HEAD:index.js",
      "0000000000000000000000000000000000000001",
    ])
      await assert.rejects(project.compare({ base }), {
        name: "UsageError",
        message: `--base: this repository has no commit '${base}'; say a commit, branch or tag of this clone`,
      });
    const shallow = join(project.folder, "temporary");
    project.git("clone", "--quiet", "--depth=1", `file://${project.folder}`, shallow);
    symlinkSync(join(project.folder, "node_modules"), join(shallow, "node_modules"));
    await assert.rejects(project.compare({ base: first, folder: shallow }), {
      name: "UsageError",
      message: /the clone is shallow and may lack it: .*git fetch/,
    });
    // What the remedy says works.
    project.git("branch", "older", first);
    project.git("-C", shallow, "fetch", "--quiet", "--depth=1", "origin", "older");
    const compared = await project.compare({ base: "FETCH_HEAD", folder: shallow });
    assert.deepEqual(changesIn(compared), ["replace contoso: domain"]);

    renameSync(join(project.folder, ".git"), join(project.folder, ".not-git"));
    await assert.rejects(project.compare(), { name: "GitFailure", message: /not a git repository/ });
    const env = { PATH: project.environment().PATH?.split(":")[0] };
    await assert.rejects(project.compare({ env }), { name: "GitFailure", message: /with git/ });
  });

  it("runs no hook and no filter, and does not touch the repository", async () => {
    const evil = join(project.folder, "state", "evil");
    project.workspace.program(declare("contoso.com"));
    project.write(".gitattributes", "*.js filter=evil\n*.js export-ignore\n");
    project.commit();
    const home = join(project.folder, "state", "home");
    mkdirSync(home);
    const run = `touch ${evil}; cat`;
    writeFileSync(
      join(home, ".gitconfig"),
      `[filter "evil"]\n  smudge = ${run}\n  required = true\n[init]\n  templateDir = ${home}/template\n[core]\n  hooksPath = ${home}/hooks\n`,
    );
    for (const hooks of ["hooks", "template/hooks"]) {
      mkdirSync(join(home, hooks), { recursive: true });
      for (const hook of ["post-checkout", "post-index-change", "reference-transaction"]) {
        writeFileSync(join(home, hooks, hook), `#!/bin/sh\ntouch ${evil}\n`);
        chmodSync(join(home, hooks, hook), 0o755);
      }
    }
    project.git("config", "filter.evil.smudge", run);
    project.workspace.program(declare("fabrikam.com"));
    const compared = await project.compare({ env: { HOME: home } });
    assert.deepEqual(changesIn(compared), ["replace contoso: domain"]);
    assert.equal(existsSync(evil), false);
  });

  it("compares a project below the root with its own past, and with none", async () => {
    const { workspace } = project;
    const below = join(project.folder, "topologies", "hq");
    project.commit();
    mkdirSync(below, { recursive: true });
    workspace.program(declare("contoso.com"));
    for (const file of ["index.js", "Pulumi.yaml", "Pulumi.test.yaml", "package.json"])
      renameSync(join(project.folder, file), join(below, file));
    const fresh = await project.compare({ folder: below });
    assert.deepEqual(changesIn(fresh), ["create chat-test", "create contoso"]);
    assert.match(fresh.notes.join("\n"), /The base has no such project; all of it is new\./);
    project.commit();
    writeFileSync(
      join(below, "index.js"),
      `const { SipDomain } = require("pulumi-persistentchat");${declare("fabrikam.com")}`,
    );
    const inner = join(below, "inner");
    mkdirSync(inner);
    const compared = await project.compare({ folder: inner });
    assert.deepEqual(changesIn(compared), ["replace contoso: domain"]);
    writeFileSync(join(below, "Pulumi.yaml"), "name: renamed\nmain: index.js\nruntime: nodejs\n");
    const renamed = await project.compare({ folder: below });
    assert.deepEqual(changesIn(renamed), ["create renamed-test", "create contoso"]);
    assert.match(renamed.notes.join("\n"), /The project is called chat in the base/);
  });

  it("takes the name of a commit with the line end of the file that it was read from", async () => {
    project.workspace.program(declare("contoso.com"));
    const commit = project.commit();
    const compared = await project.compare({ base: `${commit}\r\n` });
    assert.match(compared.notes.join("\n"), new RegExp(`with that of ${commit.slice(0, 10)}\\.`));
  });

  it("compares what the repository's own packages declare, which node_modules only links to", async () => {
    const { workspace, folder } = project;
    const names = { "@chat/domains": "packages/domains", plain: "packages/plain", later: "packages/later" };
    const put = (name: keyof typeof names, text: string) => {
      const place = join(folder, names[name]);
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, "package.json"), JSON.stringify({ name }));
      writeFileSync(join(place, "index.js"), text);
      const link = join(folder, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      if (!existsSync(link)) symlinkSync(join(folder, names[name]), link);
    };
    put("plain", 'exports.domain = require("inner").domain;');
    put("@chat/domains", 'exports.domain = require("plain").domain;');
    const inner = join(folder, names.plain, "node_modules", "inner");
    mkdirSync(inner, { recursive: true });
    writeFileSync(join(inner, "index.js"), 'exports.domain = "contoso.com";');
    workspace.program('new SipDomain("hq", { domain: require("@chat/domains").domain });');
    project.commit();
    assert.deepEqual(changesIn(await project.compare()), []);
    put("later", 'exports.domain = "fabrikam.com";');
    put("plain", 'exports.domain = require("later").domain;');
    assert.deepEqual(changesIn(await project.compare()), ["replace hq: domain"]);
  });

  it("does not let the base be compared with itself through a link, nor write where a commit points", async () => {
    const outside = join(project.folder, "state", "outside");
    mkdirSync(outside);
    project.write("Pulumi.yaml", "name: chat\nmain: dist/index.js\nruntime: nodejs\n");
    project.write(".gitignore", "/home\n/state\n/dist\nnode_modules\n");
    symlinkSync(outside, join(project.folder, "packages"));
    project.commit();
    mkdirSync(join(project.folder, "dist"));
    project.write("dist/index.js", "");
    await assert.rejects(project.compare({ link: ["dist"] }), {
      name: "UsageError",
      message: /^--link: the program itself is in 'dist'/,
    });
    mkdirSync(join(outside, "built"));
    await assert.rejects(
      project.compare({ link: ["packages/built"] }),
      /'packages\/built' is in the base itself/,
    );
  });
});
