import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { crc32 } from "node:zlib";
import { commentPage, WIDTH } from "../picture/page";
import { PICTURE, PICTURED } from "../picture/pictured";
import { noteOf } from "../picture/png-note";
import { rendered, texts } from "../support/rendered-markdown";

describe("the picture of a comment", () => {
  it("is of the comment as it is today; 'npm run picture' draws it anew", () => {
    const digest = createHash("sha256").update(readFileSync(PICTURED)).digest("hex");
    assert.equal(noteOf(readFileSync(PICTURE)), digest);
  });

  it("is a whole PNG as wide as a comment, and small", () => {
    const png = readFileSync(PICTURE);
    assert.equal(png.readUInt32BE(16), WIDTH);
    assert.ok(statSync(PICTURE).size < 150_000);
    let [start, last] = [8, ""];
    while (start < png.length) {
      const end = start + 8 + png.readUInt32BE(start);
      assert.equal(crc32(png.subarray(start + 4, end)), png.readUInt32BE(end));
      last = png.toString("latin1", start + 4, start + 8);
      start = end + 4;
    }
    assert.equal(last, "IEND");
  });

  it("is drawn from a page that has all of the comment, and runs nothing of it", () => {
    const markdown = readFileSync(PICTURED, "utf8");
    const page = commentPage(`${markdown}\n<script>evil()</script>\n`);
    const words = /<div class="markdown-body">(.*)<\/div>\n<\/div>\n<script nonce/s.exec(page)?.[1] ?? "";
    const names = texts(rendered(markdown), "td code, li code");
    assert.ok(names.length >= 4);
    for (const name of names) assert.ok(words.includes(`<code>${name}</code>`), name);
    assert.match(words, /<pre class="mermaid">flowchart LR\n.*ocschat@contoso\.com/s);
    assert.match(page, /script-src 'nonce-own'"/);
    assert.doesNotMatch(words, /nonce/);
  });
});
