import assert from "node:assert/strict";
import fc from "fast-check";
import { renderComment } from "../../../provider/review/comment/comment";
import { readPreview } from "../../../provider/review/read-preview";
import { parsedFlowchart } from "../../support/mermaid";
import { endpoint, PreviewDocument, pool, sipDomain } from "../../support/preview-document";
import { outline, rendered, texts } from "../../support/rendered-markdown";

const LARGEST = 65_536;

/** What a comment says that it leaves out, by what it calls it. */
function leftOut(text: string): Record<string, number> {
  const said = text.matchAll(/^([\d,]+) (?:more )?(\w+?)s? (?:is|are) left out here\.$/gm);
  return Object.fromEntries(
    [...said].map(([, count = "", noun]) => [noun, Number(count.replaceAll(",", ""))]),
  );
}

/** As many endpoints, in as many pools and SIP domains, that are all removed, and as many notes and problems. */
function everythingGone(count: number, name: (index: number) => string) {
  const document = new PreviewDocument();
  for (let index = 0; index < count; index++) {
    const domain = `d${index}.contoso.com`;
    document.delete(
      sipDomain(`d${name(index)}`, domain),
      pool(`p${name(index)}`, `p${index}.contoso.com`),
      endpoint(`e${name(index)}`, `sip:chat@${domain}`, `p${index}.contoso.com`),
    );
    document.failed(`error: broken ${name(index)}`);
  }
  const notes = Array.from({ length: count }, (_, index) => `resource '${name(index)}' is left out`);
  return renderComment(readPreview(document.text), { notes });
}

describe("the size of a comment", function () {
  this.timeout(60_000);

  it("is cut at rows, and says how many are left out, in every section", async () => {
    const count = 600;
    const { text, whole = "", json } = everythingGone(count, (index) => `n${index} with \`\`\`\`\` in it`);
    assert.ok(Buffer.byteLength(text) <= LARGEST && Buffer.byteLength(text) > LARGEST * 0.9);
    const page = rendered(text);
    const risks = json.risks.length;
    assert.equal(risks, 4 * count);
    const told = {
      change: texts(page, "tbody tr").length,
      note: texts(page, "p + ul > li").length,
      resource: texts(page, "code.language-diff").join("").split("(delete)\n").length - 1,
    };
    const lists = [...page.querySelectorAll("ul")].map((list) => texts(list, "li").length);
    const left = leftOut(text);
    assert.equal(told.change + (left.change ?? 0), 3 * count);
    assert.deepEqual(lists.length, 3);
    assert.deepEqual(
      lists.map((length, index) => length + (left[["note", "problem", "risk"][index] ?? ""] ?? 0)),
      [count, count, risks],
    );
    assert.equal(told.resource + (left.resource ?? 0), 3 * count);
    for (const length of [...lists, told.change]) assert.ok(length > 20);
    assert.match(text, /^This comment is cut to what GitHub takes\.$/m);
    for (const picture of texts(page, "code.language-mermaid")) {
      const { nodes, edges } = await parsedFlowchart(picture);
      assert.ok(nodes.length > 20 && edges.length <= 200);
      assert.match(
        text,
        new RegExp(
          `^${(4 * count - nodes.length).toLocaleString("en-US")} more parts? of the topology are not drawn\\.$`,
          "m",
        ),
      );
    }
    assert.doesNotMatch(whole, /left out here|is cut/);
    assert.equal([...whole.matchAll(/^\| removed \|/gm)].length, 3 * count);
    assert.equal([...whole.matchAll(/^- \S+: \(delete\)$/gm)].length, 3 * count);
  });

  it("is never more than GitHub takes, whatever the names, and what is cut is still whole in itself", () => {
    const character = fc.constantFrom("a", "`", "|", "é", "日", "😀", "\u0000", "\\");
    const name = fc.array(character, { minLength: 1, maxLength: 400 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.array(name, { minLength: 1, maxLength: 5 }),
        (count, names) => {
          const { text, whole } = everythingGone(count, (index) => `${index}${names[index % names.length]}`);
          assert.ok(Buffer.byteLength(text) <= LARGEST);
          assert.equal(whole === undefined, !text.includes("This comment is cut"));
          const page = rendered(text);
          assert.match(
            outline(page),
            /\(H4\)\(PRE\(CODE class\)\)(?:\(P\))?\(DETAILS\(SUMMARY\)(?:\(PRE\(CODE class\)\))?(?:\(P\))?\)\)$/,
          );
          for (const row of page.querySelectorAll("tbody tr")) assert.equal(texts(row, "td").length, 3);
        },
      ),
      { numRuns: 15 },
    );
  });

  it("is that of everything where it fits", () => {
    const { text, whole } = everythingGone(20, String);
    assert.equal(whole, undefined);
    assert.deepEqual(leftOut(text), {});
    assert.equal(texts(rendered(text), "tbody tr").length, 60);
  });
});
