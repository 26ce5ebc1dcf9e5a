import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { situations } from "../support/comment-situations";
import { resultOf } from "../support/result";
import { ROOT, Workspace } from "../support/workspace";

const TOOL = join(ROOT, "build", "provider", "cli", "index.js");

const answer = z.strictObject({
  marker: z.literal("<!-- pulumi-persistentchat comment chat/test -->"),
  text: z.string(),
  isCut: z.boolean(),
  project: z.literal("chat"),
  stack: z.literal("test"),
  failed: z.boolean(),
  problems: z.array(z.strictObject({ name: z.string().optional(), message: z.string() })),
  changes: z.array(
    z.strictObject({
      effect: z.string(),
      kind: z.string(),
      name: z.string().optional(),
      provider: z.string().optional(),
      count: z.int().optional(),
      text: z.string(),
    }),
  ),
  risks: z.array(z.strictObject({ risk: z.string(), text: z.string() })),
});

/** The situations of the kept comments that a program makes, by the program that comes before. */
function bySituation() {
  const programs = situations().flatMap(({ name, programs: both }) => (both ? [{ name, ...both }] : []));
  const befores = [...new Set(programs.map(({ before }) => before))];
  return befores.map((before) => ({ before, afters: programs.filter((one) => one.before === before) }));
}

describe("persistentchat comment", function () {
  this.timeout(240_000);

  let workspace: Workspace;
  before(async () => {
    workspace = await Workspace.create();
  });
  after(() => workspace.dispose());

  const kept = (name: string) => readFileSync(join(ROOT, "test", "golden", "comments", `${name}.md`), "utf8");

  it("says of the engine's own previews what the kept comments say", async () => {
    for (const { before, afters } of bySituation()) {
      workspace.program(before);
      await workspace.up();
      for (const { name, after } of afters) {
        workspace.program(after);
        const { stdout, stderr, code } = await workspace.persistentchat(["comment", "--stack", "test"]);
        assert.equal(stderr, "", name);
        assert.equal(stdout, kept(name), name);
        assert.equal(code, name === "failing" ? 1 : 0, name);
      }
    }
  });

  it("says the same to programs, of a preview in a file and of one on standard input", async () => {
    const { stdout: told } = await workspace.run(["preview", "--json", "--show-sames"]);
    writeFileSync(join(workspace.folder, "preview.json"), told);
    const { stdout, code } = await workspace.persistentchat(["comment", "--stack", "test", "--json"]);
    assert.equal(code, 0);
    const { text, isCut } = answer.parse(JSON.parse(stdout));
    assert.equal(isCut, false);
    for (const given of ["preview.json", "-"]) {
      const child = spawn(process.execPath, [TOOL, "comment", "--preview", given], {
        cwd: workspace.folder,
        env: workspace.environment(),
      });
      child.stdin.end(told);
      const { stdout: said, code: ended } = await resultOf(child);
      assert.deepEqual([said, ended], [text, 0], given);
    }
  });

  it("says the same of a preview that refreshes first", async () => {
    workspace.program(
      situations()
        .find(({ name }) => name === "last-endpoint-deleted")
        ?.programs?.before.replaceAll("pcpool2.poolFqdn", "pcpool.poolFqdn") ?? "",
    );
    const { stdout: plain } = await workspace.persistentchat(["comment", "--stack", "test"]);
    assert.match(plain, /loses its last endpoint/);
    const { stdout: told } = await workspace.run(["preview", "--json", "--show-sames", "--refresh"]);
    assert.match(told, /"op": "refresh"/);
    writeFileSync(join(workspace.folder, "preview.json"), told);
    const { stdout } = await workspace.persistentchat(["comment", "--preview", "preview.json"]);
    assert.equal(stdout, plain);
  });

  it("warns of what the registry does that stands in for the one of the settings", async () => {
    const args = ["comment", "--stack", "test"];
    const env = { PERSISTENTCHAT_REGISTRY: "shell:powershell.exe" };
    const { stdout } = await workspace.persistentchat(args, env);
    assert.match(stdout, /`sip:ocschat@fabrikam\.com` will lead nowhere for some seconds/);
  });

  it("says why there is no preview", async () => {
    const { stdout, stderr, code } = await workspace.persistentchat(["comment", "--stack", "nobodys"]);
    assert.deepEqual([stdout, code], ["", 3]);
    assert.match(
      stderr,
      /^persistentchat: cannot preview stack 'nobodys': there is no such stack; [^\n]*\n$/,
    );
  });

  it("tells of a program that throws its message alone", async () => {
    workspace.program('throw new TypeError("no\\u001b[31mthing works");');
    const { stdout, code } = await workspace.persistentchat(["comment", "--stack", "test"]);
    assert.equal(code, 1);
    assert.match(stdout, /^\*\*The preview failed\. What it reached: no changes\.\*\*$/m);
    assert.match(stdout, /^- `the program failed: TypeError: nothing works`$/m);
    assert.doesNotMatch(stdout, /index\.js|at Object/);
  });
});
