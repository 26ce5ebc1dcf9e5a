import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../provider/cli/run";
import { endpoint, PreviewDocument, pool } from "../support/preview-document";

describe("persistentchat comment --preview", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "persistentchat-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs the tool in the folder. */
  async function tool(args: readonly string[], input: readonly string[] = []) {
    const said = { stdout: "", stderr: "" };
    const code = await run(["comment", ...args], {
      env: {},
      folder: () => folder,
      clock: () => new Date(0),
      in: (async function* () {
        for (const piece of input) yield Buffer.from(piece);
      })(),
      out: { write: (text) => (said.stdout += text) },
      err: { write: (text) => (said.stderr += text) },
    });
    return { ...said, code };
  }

  function given(document: PreviewDocument | string): string[] {
    writeFileSync(join(folder, "preview.json"), typeof document === "string" ? document : document.text);
    return ["--preview", "preview.json"];
  }

  type Told = { op: string; urn: string };
  const chat = endpoint("chat", "sip:chat@contoso.com", "pc");
  const small = () => new PreviewDocument().create(chat);
  const large = () => {
    const document = new PreviewDocument();
    for (let index = 0; index < 2_000; index++) document.create(pool(`p${index}`, `p${index}.contoso.com`));
    return document;
  };

  it("writes to a file, and says so", async () => {
    const { stdout: text } = await tool(given(small()));
    assert.match(text, /^<!-- .* -->\n### .*\n/);
    const file = join(folder, "comment.md");
    const { stdout, stderr, code } = await tool([...given(small()), "--output", "comment.md"]);
    assert.deepEqual([stdout, stderr, code], [`wrote ${file}\n`, "", 0]);
    assert.equal(readFileSync(file, "utf8"), text);
    assert.equal(existsSync(join(folder, "comment.full.md")), false);
  });

  it("writes what it had to cut whole beside it", async () => {
    for (const name of ["comment.md", "COMMENT.MD", "comment"]) {
      const full = `${name.split(".")[0]}.full.md`;
      const { stdout, code } = await tool([...given(large()), "--output", name, "--json"]);
      assert.equal(code, 0);
      const { text, isCut, file, wholeFile, changes } = JSON.parse(stdout);
      assert.deepEqual([isCut, file, wholeFile], [true, join(folder, name), join(folder, full)]);
      assert.equal(changes.length, 2_000);
      assert.equal(readFileSync(join(folder, name), "utf8"), text);
      assert.ok(Buffer.byteLength(text) <= 65_536);
      assert.ok(text.includes(` The file \`${full}\` of the run that wrote it has all of it.`));
      assert.equal([...readFileSync(join(folder, full), "utf8").matchAll(/^\| new \|/gm)].length, 2_000);
    }
  });

  it("tells where what it prints is cut", async () => {
    const { stdout, stderr, code } = await tool(given(large()));
    assert.ok(Buffer.byteLength(stdout) <= 65_536);
    assert.match(stderr, /^persistentchat: the comment is cut to what GitHub takes; say --output [^\n]*\n$/);
    assert.equal(code, 0);
  });

  it("reads standard input, in whatever pieces it comes", async () => {
    const { text } = new PreviewDocument().create(pool("é", "pc.contoso.com"));
    const { stdout } = await tool(["--preview", "-"], text.match(/[^é]+|é/g) ?? []);
    assert.match(stdout, /^\| new \| pool `pc\.contoso\.com` \| `é` \|$/m);
  });

  it("reads what begins with a byte order mark", async () => {
    const { stdout, code } = await tool(given(`\ufeff${small().text}`));
    assert.match(stdout, /^\| new \|/m);
    assert.equal(code, 0);
  });

  it("comments on a preview that failed, and ends with 1", async () => {
    const failed = small().failed("error: boom");
    const { stdout, stderr, code } = await tool([...given(failed), "--output", "comment.md", "--json"]);
    assert.deepEqual([code, stderr, JSON.parse(stdout).failed], [1, "", true]);
    assert.match(readFileSync(join(folder, "comment.md"), "utf8"), /^\*\*The preview failed\./m);
  });

  for (const [what, text, reason] of [
    ["no JSON", "Previewing update (test):", "it is not what 'pulumi preview --json --show-sames' prints"],
    ["other JSON", '{"steps": 3}', "it is not what 'pulumi preview --json --show-sames' prints"],
    ["a list of events", '[{"sequence": 1}]', "it is not what 'pulumi preview --json --show-sames' prints"],
    [
      "a plan",
      '{"resourcePlans": {}, "config": {}}',
      "it is not what 'pulumi preview --json --show-sames' prints",
    ],
  ] as const)
    it(`refuses ${what}`, async () => {
      const { stdout, stderr, code } = await tool(given(text));
      assert.deepEqual([stdout, code], ["", 3]);
      assert.ok(stderr.includes(`cannot read the preview in 'preview.json': ${reason}; give what`), stderr);
    });

  it("has the marker of the stack where the engine did not even begin", async () => {
    writeFileSync(join(folder, "Pulumi.yaml"), "name: chat\nruntime: nodejs\n");
    const diagnostics = [{ message: "error: the SDK is missing", severity: "error" }];
    for (const stack of ["prod", "chat/prod", "contoso/chat/prod"]) {
      const { stdout } = await tool([...given(JSON.stringify({ diagnostics })), "--stack", stack]);
      assert.match(stdout, /^<!-- pulumi-persistentchat comment chat\/prod -->\n### .*`chat\/prod`\n/);
    }
  });

  it("refuses a preview without what stays, which would take every pool for deserted", async () => {
    const { steps, ...rest } = JSON.parse(new PreviewDocument().same(pool("pc", "pc")).delete(chat).text);
    // The engine shows the stack itself always.
    const lacking = steps.filter(({ op, urn }: Told) => op !== "same" || urn.includes("Stack"));
    assert.equal(lacking.length, 2);
    const { stderr, code } = await tool(given(JSON.stringify({ ...rest, steps: lacking })));
    assert.equal(code, 3);
    assert.match(
      stderr,
      /what stays as it is is missing; give what 'pulumi preview --json --show-sames' prints/,
    );
  });

  it("refuses a refresh, which differs from an update in what the stack itself has", async () => {
    const moved = endpoint("chat", "sip:chat@contoso.com", "pc2");
    const { steps, ...rest } = JSON.parse(new PreviewDocument().update(chat, moved).text);
    const [stack, ...others] = steps;
    const refused = /it is a refresh, which tells what is there and not what an update would do; give what/;
    for (const told of [[{ ...stack, op: "refresh" }, ...others], others]) {
      const text = JSON.stringify({ ...rest, changeSummary: { update: 1 }, steps: told });
      const { stdout, stderr, code } = await tool(given(text));
      assert.deepEqual([stdout, code], ["", 3]);
      assert.match(stderr, refused);
      const failed = JSON.stringify({ steps: told, diagnostics: [{ severity: "error", message: "no" }] });
      const { stdout: comment, code: ended } = await tool(given(failed));
      assert.match(comment, /^- `no`$/m);
      assert.equal(ended, 1);
    }
    const refreshing = new PreviewDocument().refreshed(chat).update(chat, moved);
    assert.equal((await tool(given(refreshing))).code, 0);
    const { steps: all, ...more } = JSON.parse(refreshing.failed("no").text);
    const cutOff = { ...more, changeSummary: { update: 1 }, steps: all.slice(1) };
    const { stdout: told } = await tool(given(JSON.stringify(cutOff)));
    assert.match(told, /loses its last endpoint/);
  });

  it("refuses more than 100 MB, from a file and from standard input", async () => {
    const args = given("");
    truncateSync(join(folder, "preview.json"), 100_000_001);
    const piece = "x".repeat(10_000_001);
    for (const { stdout, stderr, code } of [
      await tool(args),
      await tool(
        ["--preview", "-"],
        Array.from({ length: 10 }, () => piece),
      ),
    ]) {
      assert.deepEqual([stdout, code], ["", 3]);
      assert.match(stderr, /cannot read the preview in .*: it is larger than 100 MB; /);
    }
  });

  it("says which file it cannot read or write", async () => {
    const unread = await tool(["--preview", "nothing.json"]);
    assert.deepEqual([unread.code, unread.stdout], [3, ""]);
    assert.match(unread.stderr, /ENOENT.*nothing\.json/);
    const unwritten = await tool([...given(small()), "--output", "no/such/folder.md"]);
    assert.deepEqual([unwritten.code, unwritten.stdout], [3, ""]);
    assert.match(unwritten.stderr, /ENOENT.*folder\.md/);
    for (const args of [
      [...given(small()), "--output", ""],
      ["--preview", ""],
    ])
      assert.equal((await tool(args)).code, 2);
  });
});
