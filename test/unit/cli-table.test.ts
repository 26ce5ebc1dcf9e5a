import assert from "node:assert/strict";
import { sheet, table } from "../../provider/cli/table";

describe("a table", () => {
  it("has columns as wide as their widest cell, and no blank at the end of a line", () => {
    assert.equal(
      table(
        ["URI", "POOL", "NAME"],
        [
          ["a", "pool-1", "x"],
          ["abcd", "p", ""],
        ],
      ),
      ["URI   POOL    NAME", "a     pool-1  x", "abcd  p"].join("\n"),
    );
  });

  it("counts characters, not code units", () => {
    assert.equal(table(["A", "B"], [["\u{1f600}", "x"]]), "A  B\n\u{1f600}  x");
  });

  it("keeps text from moving the cursor, ending the line or turning the direction of writing", () => {
    assert.equal(
      table(["NAME"], [["a\u001b[2Jb\nc\u202ed\u2028e\ud800"]]),
      "NAME\na\\u{1b}[2Jb\\u{a}c\\u{202e}d\\u{2028}e\\u{d800}",
    );
  });

  it("of one thing leaves out what is empty", () => {
    assert.equal(
      sheet({ pool: "p", "next hop": undefined, "display name": "", port: "1" }),
      "pool  p\nport  1",
    );
  });
});
