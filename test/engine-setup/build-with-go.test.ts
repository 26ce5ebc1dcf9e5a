import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findEngine } from "../../provider/engine/find-engine";
import { pathFolders } from "../../provider/engine/platform";
import { type Watched, watch } from "./watched";

const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
class Echo extends pulumi.dynamic.Resource {
  constructor(name, text) {
    super({ create: async (inputs) => ({ id: "1", outs: { answer: inputs.text + "!" } }) }, name, { text, answer: undefined });
  }
}
exports.answer = new Echo("echo", "it runs").answer;
`;

const PROJECTS = ["one", "another, 100% of it"] as const;

async function writeProject(folder: string): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, "Pulumi.yaml"), "name: echo\nruntime: nodejs\nmain: index.js\n");
  await writeFile(join(folder, "index.js"), PROGRAM);
  await writeFile(join(folder, "package.json"), '{"name":"echo","version":"1.0.0"}');
  await symlink(join(__dirname, "..", "..", "..", "node_modules"), join(folder, "node_modules"));
}

/** One build in all: the tests go on where the one before was interrupted, as a user would. */
describe("an engine built with Go, from an empty cache", function () {
  // Ten minutes of work for one core, and a busy machine may give it a small part of one.
  this.timeout(2 * 60 * 60_000);

  const started: Watched[] = [];
  let folder = "";
  let env: NodeJS.ProcessEnv = {};

  const start = (project: string) => {
    const child = watch([join(__dirname, "set-up.js"), join(folder, project)], env);
    started.push(child);
    return child;
  };
  const cached = () =>
    readdir(join(folder, "cache", "pulumi-persistentchat", "engine")).then((names) => names.sort());
  const partsOf = async () => (await cached()).filter((name) => name.startsWith("part-"));

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "engine set-up ü "));
    for (const project of PROJECTS) await writeProject(join(folder, project));
    const own = Object.entries(process.env).filter(([name]) => !/^(PULUMI_|PATH$)/.test(name));
    const path = pathFolders(process.env).filter((each) => !existsSync(join(each, "pulumi")));
    env = {
      ...Object.fromEntries(own),
      PATH: path.join(delimiter),
      XDG_CACHE_HOME: join(folder, "cache"),
      GOCACHE: join(folder, "go-build"),
      PULUMI_HOME: join(folder, "home"),
    };
  });

  after(async () => {
    for (const child of started) child.sweep();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  it("leaves nothing when it is interrupted", async () => {
    const child = start(PROJECTS[0]);
    await child.saw(/^building the Node language host .*, [1-9]\d+ of \d+ packages/);
    child.kill("SIGINT");
    assert.equal(await child.ended, 130);
    assert.match(child.lines.at(-1) ?? "", /interrupted/);
    assert.deepEqual(await cached(), ["lock"]);
  });

  it("leaves nothing that is taken for an engine when it is killed", async () => {
    const child = start(PROJECTS[0]);
    await child.saw(/^building Pulumi .*, [3-9]\d\d of \d+ packages/);
    child.kill("SIGKILL");
    assert.equal(await child.ended, "SIGKILL");
    assert.equal((await partsOf()).length, 1);
    assert.equal(await findEngine(env), undefined);
  });

  it("is built once for two that ask at once, after which both run a program", async () => {
    const children = [start(PROJECTS[0]), start(PROJECTS[1])];
    for (const child of children) assert.equal(await child.ended, 0, child.lines.slice(-20).join("\n"));
    const counts = [
      /^building Pulumi \S+ with Go/,
      /^another set-up is at work/,
      /^build with Go: Pulumi 3\.259\.0 in/,
    ].map((pattern) => children.filter((child) => child.lines.some((line) => pattern.test(line))).length);
    assert.deepEqual(counts, [1, 1, 1]);
    assert.deepEqual(await cached(), [`3.259.0-${process.platform}-${process.arch}`, "lock"]);
  });

  it("is found by the next, which builds nothing", async () => {
    const child = start(PROJECTS[0]);
    assert.equal(await child.ended, 0, child.lines.join("\n"));
    assert.ok(
      child.lines.some((line) => /^an engine that was set up earlier: Pulumi 3\.259\.0 in/.test(line)),
    );
    assert.ok(!child.lines.some((line) => /^build/.test(line)));
    assert.ok(child.lines.some((line) => /answer: "it runs!"/.test(line)));
  });
});
