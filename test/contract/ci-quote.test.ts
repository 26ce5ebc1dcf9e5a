import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { GitHubPull } from "../support/github";
import { MARKER, Posting } from "../support/posting";

const QUOTED = "<!-- pulumi-persistentchat comment fork/prod -->";
const SHA = "a".repeat(40);

describe("post.mjs", () => {
  let posting: Posting;
  beforeEach(async () => {
    posting = await Posting.create();
  });
  afterEach(() => posting.dispose());

  describe("quote", () => {
    const run = {
      id: 5,
      html_url: "https://github.test/runs/5",
      head_sha: SHA,
      head_branch: "topic",
      head_repository: { id: 66, owner: { login: "mallory" } },
    };
    const quote = (text: string, of: object = run) =>
      posting.post({ workflow_run: of }, ["quote", "prod", posting.file("comment.md", text)]);
    const pull = (
      number: number,
      more: Partial<GitHubPull["head"]> = {},
      state: GitHubPull["state"] = "open",
    ) =>
      posting.github.pulls.push({
        number,
        state,
        head: { label: "mallory:topic", sha: SHA, repo: { id: 66 }, ...more },
      });

    it("keeps one comment of its own marker up to date, whatever the text's is", async () => {
      pull(9);
      await posting.done(quote(`${MARKER}\none`));
      await posting.done(quote(`<!-- pulumi-persistentchat comment other/staging -->\ntwo`));
      const [body, ...more] = posting.bodies(9);
      assert.deepEqual(more, []);
      assert.equal(body?.split("\n")[0], QUOTED);
      assert.match(body ?? "", /\n> two$/);
      assert.match(body ?? "", /\[a job\]\(https:\/\/github\.test\/runs\/5\) without secrets/);
    });

    it("comments on nothing but the pull request whose newest commit the run was for", async () => {
      pull(1, { sha: "b".repeat(40) });
      pull(2, { repo: { id: 67 } });
      pull(3, { repo: null });
      pull(4, { label: "mallory:other" });
      pull(5, {}, "closed");
      const { stdout } = await posting.done(quote(`${MARKER}\none`));
      assert.match(stdout, /nothing to quote/);
      assert.deepEqual(posting.github.writes, []);
      pull(6);
      await posting.done(quote(`${MARKER}\none`));
      assert.deepEqual(posting.github.writes, ["POST issues/6/comments"]);
    });

    it("has nothing to comment on where the fork was deleted meanwhile", async () => {
      const { stdout } = await posting.done(quote(`${MARKER}\none`, { ...run, head_repository: null }));
      assert.equal(stdout, "nothing to quote: the fork is gone\n");
      assert.deepEqual(posting.github.writes, []);
    });

    it("does not guess between two pull requests of one commit", async () => {
      pull(1);
      pull(2);
      await posting.refused(quote(`${MARKER}\none`), /2 pull requests are open for the same commit/);
    });

    it("takes a branch whose name means something in an address", async () => {
      pull(3, { label: "mallory:a&state=closed#?%" });
      await posting.done(quote(`${MARKER}\none`, { ...run, head_branch: "a&state=closed#?%" }));
      assert.deepEqual(posting.github.writes, ["POST issues/3/comments"]);
    });

    it("begins every line of the text with a quotation mark, whatever ends a line, and calls nobody", async () => {
      pull(9);
      const ends = ["\n", "\r", "\r\n", "\v", "\f", "\u0085", "\u2028", "\u2029", "\n\n"];
      const hostile = ends
        .map((end) => `${end}/approve @contoso/admins${end}atlantis apply -d @anna`)
        .join("");
      await posting.done(quote(`${MARKER}\n${hostile}`));
      const [, ...lines] = (posting.bodies(9)[0] ?? "").split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/);
      const text = lines.slice(2);
      assert.ok(text.length > 2 * ends.length);
      for (const line of text) assert.ok(line.startsWith("> "), JSON.stringify(line));
      assert.doesNotMatch(text.join("\n"), /(?<!\w)@\w/);
    });

    it("leaves addresses and tables as they are", async () => {
      pull(9);
      const text =
        "| what |\n|---|\n| `sip:ocschat@contoso.com` |\n\n```mermaid\nflowchart LR\n\ta --> b\n```";
      await posting.done(quote(`${MARKER}\n${text}`));
      const [, quotation] = /\n\n(.*)$/s.exec(posting.bodies(9)[0] ?? "") ?? [];
      assert.equal(quotation?.replace(/^> /gm, ""), text);
    });

    it("cuts at a line what would be more than GitHub takes, and says so", async () => {
      pull(9);
      await posting.done(quote(`${MARKER}\n${"four\n".repeat(13_000)}`));
      const [body = ""] = posting.bodies(9);
      assert.match(body, /It is cut; that job keeps all of it as an artifact\.\n\n(> four\n)+> four$/);
      assert.ok(body.length > 65_536 - "\n> four".length, `${body.length}`);
    });

    it("reads no link, no folder and nothing huge", async () => {
      pull(9);
      const link = join(posting.folder, "link.md");
      symlinkSync(posting.file("target.md", `${MARKER}\nsecret`), link);
      const event = { workflow_run: run };
      await posting.refused(posting.post(event, ["quote", "prod", link]), /it is no file/);
      await posting.refused(posting.post(event, ["quote", "prod", posting.folder]), /it is no file/);
      await posting.refused(
        quote(`${MARKER}\n${"x".repeat(300_000)}`),
        /has 300049 bytes, which is too long/,
      );
      await posting.refused(quote(`${MARKER}\n${"x".repeat(70_000)}`), /has 70049 characters/);
      await posting.refused(quote("hello"), /its first line is not the marker/);
      await posting.refused(posting.post({}, ["quote", "prod", link]), /this run follows no other/);
    });

    it("survives any text", async function () {
      this.timeout(120_000);
      pull(9);
      const texts = fc.sample(fc.string({ unit: "binary", maxLength: 300 }), 20);
      for (const text of texts) await posting.done(quote(`${MARKER}\n${text}`));
      assert.equal(posting.bodies(9).length, 1);
    });
  });
});
