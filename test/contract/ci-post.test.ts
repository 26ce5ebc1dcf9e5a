import assert from "node:assert/strict";
import { join } from "node:path";
import { BOT, MARKER, Posting } from "../support/posting";

const DRIFT = "<!-- pulumi-persistentchat drift chat/prod -->";

describe("post.mjs", () => {
  let posting: Posting;
  beforeEach(async () => {
    posting = await Posting.create();
  });
  afterEach(() => posting.dispose());

  describe("comment", () => {
    const comment = (text: string, extra?: NodeJS.ProcessEnv) =>
      posting.post({ pull_request: { number: 7 } }, ["comment", posting.file("comment.md", text)], extra);

    it("makes a comment once, and keeps that one up to date", async () => {
      const { stdout } = await posting.done(comment(`${MARKER}\none`));
      await posting.done(comment(`${MARKER}\ntwo`));
      assert.deepEqual(posting.bodies(7), [`${MARKER}\ntwo`]);
      assert.equal(stdout, `${posting.github.comments.get(7)?.[0]?.html_url}\n`);
      assert.deepEqual(posting.github.writes, ["POST issues/7/comments", "PATCH issues/comments/1"]);
    });

    it("keeps one comment for each stack", async () => {
      await posting.done(comment(`${MARKER}\none`));
      await posting.done(comment(`${MARKER.replace("prod", "staging")}\ntwo`));
      assert.equal(posting.bodies(7).length, 2);
    });

    it("finds its comment behind hundreds of others", async () => {
      for (let i = 0; i < 200; i++) posting.github.addComment(7, "anna", `talk ${i}`);
      const own = posting.github.addComment(7, BOT, `${MARKER}\r\nold`);
      for (let i = 0; i < 30; i++) posting.github.addComment(7, "anna", `more ${i}`);
      await posting.done(comment(`${MARKER}\nnew`));
      assert.deepEqual(posting.github.writes, [`PATCH issues/comments/${own.id}`]);
    });

    it("looks no further where the last page is full", async () => {
      for (let i = 0; i < 100; i++) posting.github.addComment(7, "anna", `talk ${i}`);
      await posting.done(comment(`${MARKER}\nnew`));
      assert.equal(posting.bodies(7).length, 101);
    });

    it("leaves alone what is not its own: a stranger's comment with the marker, and one that quotes it", async () => {
      posting.github.addComment(7, "mallory", `${MARKER}\nmine`);
      posting.github.addComment(7, BOT, `As the comment says:\n${MARKER}`);
      posting.github.addComment(7, BOT, `> ${MARKER}`);
      await posting.done(comment(`${MARKER}\nnew`));
      assert.deepEqual(posting.github.writes, ["POST issues/7/comments"]);
    });

    it("takes another account for its own where it is told to", async () => {
      const own = posting.github.addComment(7, "contoso-bot", `${MARKER}\nold`);
      await posting.done(comment(`${MARKER}\nnew`, { POST_AS: "contoso-bot" }));
      assert.deepEqual(posting.github.writes, [`PATCH issues/comments/${own.id}`]);
    });

    it("posts a text as long as GitHub takes, and refuses a longer one", async () => {
      const longest = `${MARKER}\n${"ü".repeat(65_536 - MARKER.length - 1)}`;
      await posting.refused(comment(`${longest}x`), /has 65537 characters, and GitHub takes 65536/);
      await posting.done(comment(longest));
    });

    it("refuses what does not begin with the marker of a comment", async () => {
      await posting.refused(
        comment(`# Preview\n${MARKER}\n`),
        /its first line is not the marker of a comment/,
      );
      await posting.refused(comment(`${DRIFT}\n`), /its first line is not the marker of a comment/);
      await posting.refused(comment(`${MARKER}<b>\n`), /its first line is not the marker of a comment/);
    });

    it("says what is missing", async () => {
      const event = { pull_request: { number: 7 } };
      await posting.refused(
        posting.post(event, ["comment", join(posting.folder, "none.md")]),
        /cannot post '.*none\.md': there is none/,
      );
      await posting.refused(posting.post(event, ["comment"]), /no file is named/);
      await posting.refused(posting.post(event, ["remark"]), /'remark' is none of comment, quote, drift/);
      await posting.refused(posting.post(event, ["toString"]), /'toString' is none of/);
      await posting.refused(comment(MARKER, { GITHUB_TOKEN: "" }), /GITHUB_TOKEN is not set/);
      await posting.refused(
        posting.post({}, ["comment", posting.file("comment.md", MARKER)]),
        /this run is for no pull request/,
      );
    });

    it("says what GitHub answers", () =>
      posting.refused(
        comment(MARKER, { GITHUB_TOKEN: "wrong" }),
        /cannot GET issues\/7\/comments\?.*: GitHub answers 401, .*Bad credentials/,
      ));
  });

  describe("drift", () => {
    const drift = (code: string, text = `${DRIFT}\n\nTwo fields differ.\n`) =>
      posting.post({}, ["drift", code, posting.file("drift.md", text)]);

    it("opens one issue, keeps it up to date, closes it when the drift is gone, and opens another one after that", async () => {
      await posting.done(drift("7"));
      await posting.done(drift("7", `${DRIFT}\n\nThree fields differ.\n`));
      assert.deepEqual(
        posting.github.issues.map(({ title, state, body }) => ({ title, state, body })),
        [{ title: "Drift in chat/prod", state: "open", body: `${DRIFT}\n\nThree fields differ.` }],
      );
      const [issue] = posting.github.issues;
      await posting.done(drift("0", `${DRIFT}\n\nNo drift.\n`));
      assert.deepEqual([issue?.state, issue?.state_reason], ["closed", "completed"]);
      assert.deepEqual(posting.bodies(issue?.number ?? 0), ["No drift."]);
      await posting.done(drift("7"));
      assert.deepEqual(
        posting.github.issues.map(({ state }) => state),
        ["closed", "open"],
      );
    });

    it("has nothing to close where there is no issue, and closes none but its own", async () => {
      posting.github.addIssue("mallory", `${DRIFT}\n`);
      posting.github.addIssue(BOT, `${DRIFT}\n`, { pull_request: {} });
      posting.github.addIssue(BOT, `${DRIFT.replace("prod", "staging")}\n`);
      posting.github.addIssue(BOT, `${DRIFT}\n`, { state: "closed" });
      await posting.done(drift("0"));
      assert.deepEqual(posting.github.writes, []);
    });

    it("finds its issue behind hundreds of others", async () => {
      for (let i = 0; i < 150; i++) posting.github.addIssue("anna", `issue ${i}`);
      const own = posting.github.addIssue(BOT, `${DRIFT}\nold`);
      await posting.done(drift("7"));
      assert.deepEqual(posting.github.writes, [`PATCH issues/${own.number}`]);
    });

    it("fails, and leaves the issue alone, where nobody knows whether the stack drifted", async () => {
      const own = posting.github.addIssue(BOT, `${DRIFT}\nold`);
      for (const code of ["1", "2", "3", "", "137"])
        await posting.refused(drift(code), /cannot tell whether the stack drifted: the command ended with/);
      assert.deepEqual([own.state, own.body], ["open", `${DRIFT}\nold`]);
    });
  });
});
