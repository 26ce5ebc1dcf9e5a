import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { COMMAND_VERSION, commandPlugin, pathWithCommandPlugin } from "../support/command-plugin";
import { enginePath } from "../support/engine";
import { changesIn, GitProject, snapshotOf } from "../support/git-project";
import { until } from "../support/until";
import { ROOT } from "../support/workspace";

const TOOL = join(ROOT, "build", "provider", "cli", "index.js");

describe("diff --base", function () {
  this.timeout(600_000);
  let project: GitProject;
  let temporary: string;

  beforeEach(async () => {
    project = await GitProject.create({ environment: { PATH: await pathWithCommandPlugin() } });
    temporary = join(project.folder, "temporary");
    mkdirSync(temporary);
  });
  afterEach(() => project?.dispose());

  const start = (program: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess => {
    const [command = "", ...args] = program;
    return spawn(command, args, {
      cwd: project.folder,
      env: project.environment({ TMPDIR: temporary, ...env }),
      stdio: "inherit",
    });
  };

  it("writes nothing anywhere but in a folder that it removes", async () => {
    const { workspace } = project;
    await workspace.ok("config", "set", "--secret", "label", "CANARY");
    const plugins = join(project.folder, "home", "plugins", `resource-command-v${COMMAND_VERSION}`);
    mkdirSync(plugins, { recursive: true });
    copyFileSync((await commandPlugin()) ?? "", join(plugins, "pulumi-resource-command"));
    const env = {
      PATH: [await enginePath(), dirname(process.execPath), process.env.PATH].join(delimiter),
      NODE_COMPILE_CACHE: join(project.folder, "state", "compiled"),
    };
    process.env.TMPDIR = temporary;
    try {
      const declare = (domain: string) => `
        new SipDomain("contoso", { domain: "${domain}" });
        const { local } = require("@pulumi/command");
        new local.Command("list", { create: "true" });
      `;
      workspace.program(declare("contoso.com"));
      project.commit();
      workspace.program(declare("fabrikam.com"));
      const before = snapshotOf(project.folder);
      const compared = await project.compare({ env });
      assert.deepEqual(changesIn(compared), ["replace contoso: domain"]);
      const after = snapshotOf(project.folder);
      after.set(temporary, before.get(temporary) ?? ""); // a folder in it came and went
      assert.deepEqual(after, before);
      await assert.rejects(project.compare({ env, base: "nowhere" }), /no commit 'nowhere'/);
      assert.deepEqual(readdirSync(temporary), []);
    } finally {
      delete process.env.TMPDIR;
    }
  });

  it("gives programs neither secrets nor the engine of the user", async () => {
    const withheld = [
      "PGPASSWORD",
      "GITHUB_TOKEN",
      "PULUMI_ACCESS_TOKEN",
      "AWS_SECRET_ACCESS_KEY",
      "CHAT_API_KEY",
    ];
    const told = `
      for (const name of ${JSON.stringify(withheld)}) if (name in process.env) throw new Error("CANARY " + name);
      if (process.env.SITE !== "hq") throw new Error("no site");
    `;
    const env = { ...Object.fromEntries(withheld.map((name) => [name, "CANARY"])), SITE: "hq" };
    project.workspace.program(told);
    project.commit();
    const { preview } = await project.compare({ env });
    assert.deepEqual(preview.problems, []);
  });

  it("needs no network", async () => {
    const { workspace } = project;
    const script = join(temporary, "compare.js");
    workspace.program('new SipDomain("contoso", { domain: "contoso.com" });');
    project.commit();
    workspace.program('new SipDomain("contoso", { domain: "fabrikam.com" });');
    project.write(
      join("temporary", "compare.js"),
      `const { comparePrograms } = require(${JSON.stringify(join(ROOT, "build/provider/cli/stacks/diff/compare-programs.js"))});
       comparePrograms({ stack: "test", base: "HEAD", link: [] }, { env: process.env, folder: () => process.cwd() })
         .then(({ preview }) => process.exit(preview.steps.some((step) => step.operation === "replace") ? 0 : 1), (error) => { console.error(error); process.exit(2); });`,
    );
    // A network of its own has no interface that is up but what it makes itself: the engine speaks to its children over one.
    const alone = ["unshare", "--map-root-user", "--net", "sh", "-c", `ip link set lo up; exec "$@"`, "sh"];
    const child = start([...alone, process.execPath, script]);
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const)
    it(`leaves nothing when it is ended by ${signal}`, async () => {
      const mark = join(project.folder, "state", "mark");
      project.workspace.program(`
        require("node:fs").writeFileSync(process.env.MARK, "");
        new SipDomain("never", { domain: new Promise(() => setInterval(() => {}, 1000)) });
      `);
      project.commit();
      const child = start([process.execPath, TOOL, "diff", "--base=HEAD", "--stack=test"], { MARK: mark });
      const exit = once(child, "exit");
      await until("the program of the base runs", () => existsSync(mark));
      assert.equal(readdirSync(temporary).length, 1);
      child.kill(signal);
      assert.deepEqual(await exit, [null, signal]);
      assert.deepEqual(readdirSync(temporary), []);
      await until("nothing runs any more", () => project.workspace.processes().length === 0);
    });
});
