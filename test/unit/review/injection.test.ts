import assert from "node:assert/strict";
import fc from "fast-check";
import { renderComment } from "../../../provider/review/comment/comment";
import { cellOf, markdownOf } from "../../../provider/review/markdown";
import { quoted, say } from "../../../provider/review/phrase";
import { readPreview } from "../../../provider/review/read-preview";
import { HOSTILE as CONTROLS } from "../../support/hostile-texts";
import { parsedFlowchart } from "../../support/mermaid";
import { endpoint, PreviewDocument, pool, sipDomain } from "../../support/preview-document";
import { outline, proseOf, rendered, texts } from "../../support/rendered-markdown";

/** What means something to Markdown, GitHub, HTML or Mermaid. */
const MARKS = [
  ...CONTROLS,
  "|",
  "\\|",
  "\\\\|",
  "\\",
  "`",
  "``",
  "```",
  "~~~",
  "\n",
  "\n\n# heading\n",
  "\n| a | b |\n|---|---|\n",
  "</details>",
  "</summary>",
  "</td></tr></table>",
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<!--",
  "-->",
  "--",
  "<a@b.c>",
  "a@b.example",
  "@team/people",
  "#123",
  "GH-1",
  "https://example.com/x",
  "www.example.com",
  "[text](http://example.com)",
  "![image](http://example.com/x.png)",
  "[^1]",
  "*bold* _it_ ~~gone~~",
  "&lt;&#60;&copy;",
  ":smile:",
  "$x$ $`y`$",
  "- [ ] task",
  '"]',
  '"] --> b["',
  '"]\nclick a "http://example.com"',
  "%%{init: {'securityLevel':'loose'}}%%",
  "%% comment",
  "style:x#y;",
  "classDef:x#y;",
  "#quot;#35;#",
  "ﬂ°°34¶ß",
  "fa:fa-car",
  "$$x$$",
  "end",
  "subgraph x",
  " ",
  "  ",
  "plain",
];

const name = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...MARKS) },
      fc.string({ unit: "binary", maxLength: 20 }),
    ),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((parts) => parts.join(""))
  .filter((text) => text !== "");

const shown = (text: string, longest = 200) => {
  const safe = [
    ...text.replace(
      /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
      (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`,
    ),
  ];
  return safe.length > longest ? `${safe.slice(0, longest - 1).join("")}…` : safe.join("");
};
/** In a table a pipe that follows a backslash is shown by its number. */
const shownInCell = (text: string) => shown(text).replace(/(\\+)\|/g, "$1\\u{7c}");

const PER_COMMENT = 5;

/** What follows the first `@` is the SIP domain, of which there is one here. */
const addressOf = (index: number, text: string) => `sip:${index}${text.replaceAll("@", "")}@contoso.com`;

/** Two endpoints are removed and the others made; names stand wherever a name or a value can. */
function commentOn(names: readonly string[]): string {
  const document = new PreviewDocument().same(sipDomain("contoso", "contoso.com"));
  names.forEach((text, index) => {
    const own = endpoint(`${index}${text}`, addressOf(index, text), `${index}${text}.pool`, {
      displayName: text,
    });
    if (index < 2) document.delete(own);
    else document.create(own, pool(`${index}${text}`, `${index}${text}.pool`, { shape: "multiple" }));
  });
  const other = {
    type: "random:index:Pet",
    name: names[0] ?? "",
    inputs: { [`k${names[1]}`]: { inner: names[2] } },
  };
  document.create(other).failed(`error: broken ${names[0]}\nat ${names[1]}`, other);
  return renderComment(readPreview(document.text), {
    notes: [`left out: 'x${(names[3] ?? "").replaceAll("'", "")}'`],
  }).text;
}

describe("a name in a comment", function () {
  this.timeout(120_000);

  it("stands in a sentence, in a cell and nowhere else, as it is shown", () => {
    fc.assert(
      fc.property(name, (text) => {
        const sentence = rendered(`- ${markdownOf(say`The pool ${quoted(text)} is gone`)}.`);
        assert.equal(outline(sentence), "(#document-fragment(UL(LI(CODE))))");
        assert.deepEqual(texts(sentence, "code"), [shown(text)]);
        const table = rendered(
          `| a | b |\n|---|---|\n| ${cellOf(quoted(text))} | ${cellOf(say`x ${quoted(text)}`)} |`,
        );
        assert.equal(
          outline(table),
          "(#document-fragment(TABLE(THEAD(TR(TH)(TH)))(TBODY(TR(TD(CODE))(TD(CODE))))))",
        );
        assert.deepEqual(texts(table, "code"), [shownInCell(text), shownInCell(text)]);
      }),
      { numRuns: 1_000 },
    );
  });

  const tame = rendered(commentOn(["a", "b", "c", "d", "e"]));
  const structure = outline(tame);
  const prose = proseOf(tame);

  it("leaves the comment as it is with tame names: 1,000 of them through table, risks, picture and diff", async () => {
    assert.match(structure, /TABLE.*H4.*UL.*PRE.*DETAILS.*PRE/s);
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: PER_COMMENT, maxLength: PER_COMMENT }), async (names) => {
        const page = rendered(commentOn(names));
        assert.equal(outline(page), structure);
        assert.equal(proseOf(page), prose);
        const cells = texts(page, "td:last-child code");
        for (const [index, text] of names.entries())
          assert.ok(cells.includes(shownInCell(`${index}${text}`)), `cell of ${JSON.stringify(text)}`);
        const [diff = ""] = texts(page, "code.language-diff");
        for (const text of names)
          assert.ok(
            diff.includes(`displayName: ${shown(JSON.stringify(text), 300)}\n`),
            JSON.stringify(text),
          );
        const [picture = ""] = texts(page, "code.language-mermaid");
        const { nodes, edges } = await parsedFlowchart(picture);
        const labels = nodes.map(({ text }) => text);
        for (const [index, text] of names.entries())
          assert.ok(
            labels.some((label) => label.endsWith(shown(addressOf(index, text), 60))),
            `label of ${JSON.stringify(text)}`,
          );
        assert.deepEqual([nodes.length, edges.length], PICTURE);
      }),
      { numRuns: 1_000 / PER_COMMENT },
    );
  });

  /** An endpoint and a pool for each name, and their domains; two edges each. */
  const PICTURE = [2 * PER_COMMENT + 1, 2 * PER_COMMENT];
});
