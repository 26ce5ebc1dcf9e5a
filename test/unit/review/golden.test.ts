import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderComment } from "../../../provider/review/comment/comment";
import { readPreview } from "../../../provider/review/read-preview";
import { situations } from "../../support/comment-situations";
import { parsedFlowchart } from "../../support/mermaid";
import { rendered, texts } from "../../support/rendered-markdown";
import { ROOT } from "../../support/workspace";

const FOLDER = join(ROOT, "test", "golden", "comments");

/** What is kept of a comment: of one that is cut, its head and its tail. */
function kept(text: string): string {
  const lines = text.split("\n");
  if (lines.length < 400) return text;
  return [...lines.slice(0, 30), `(${lines.length - 60} lines)`, ...lines.slice(-30)].join("\n");
}

describe("a comment", function () {
  this.timeout(30_000);

  for (const { name, document } of situations()) {
    const { text } = renderComment(readPreview(document.text), { wholeFile: "comment.full.md" });

    it(`on ${name} is as it was looked at`, () => {
      const file = join(FOLDER, `${name}.md`);
      // Set by a person, who then looks at what changed.
      if (process.env.UPDATE_GOLDEN === "1" && process.env.CI === undefined) writeFileSync(file, kept(text));
      assert.equal(kept(text), readFileSync(file, "utf8"));
    });

    it(`on ${name} has a table, a picture that Mermaid draws, and nothing else of HTML`, async () => {
      const page = rendered(text);
      const allowed = /^(H3|H4|P|STRONG|CODE|UL|LI|TABLE|THEAD|TBODY|TR|TH|TD|PRE|DETAILS|SUMMARY)$/;
      for (const { nodeName, attributes } of page.querySelectorAll("*")) {
        assert.match(nodeName, allowed);
        for (const attribute of attributes)
          assert.ok(nodeName === "CODE" && /^language-(mermaid|diff)$/.test(attribute.value), nodeName);
      }
      const changes = name === "nothing" || name === "failing" ? 0 : 1;
      for (const part of ["table", "details", "details > summary", "pre > code.language-mermaid"])
        assert.equal(texts(page, part).length, changes, part);
      for (const row of page.querySelectorAll("tr")) assert.equal(texts(row, "th, td").length, 3);
      for (const picture of texts(page, "code.language-mermaid")) await parsedFlowchart(picture);
    });

    it(`on ${name} tells no secret and no loader`, () => {
      assert.doesNotMatch(text, /CANARY|exports\.handler|__provider|__kind/);
    });
  }

  it("has a file for each situation, and no other", () => {
    const expected = situations().map(({ name }) => `${name}.md`);
    assert.deepEqual(readdirSync(FOLDER).sort(), expected.sort());
  });
});
