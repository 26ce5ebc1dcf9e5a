import assert from "node:assert/strict";
import { renderComment } from "../../../provider/review/comment/comment";
import { toldMessage } from "../../../provider/review/comment/problems";
import { readPreview } from "../../../provider/review/read-preview";
import { endpoint, PreviewDocument } from "../../support/preview-document";

const chat = endpoint("chat", "sip:chat@contoso.com", "pc");

describe("a message of the engine", () => {
  const messages: [string, string, string][] = [
    ["as it is", "error: sipAddress: it has no '@'\n", "sipAddress: it has no '@'"],
    ["without colours", "\u001b[31merror:\u001b[0m \u001b[1mboom\u001b[0m", "boom"],
    [
      "without the value of a property that has a problem",
      "error: property note value {&{{CANARYbad2}}} has a problem: it is long",
      "property note value [secret] has a problem: it is long",
    ],
    [
      "without a value that holds braces and lines",
      "error: property note value {a} has a problem: CANARY\n} has a problem: it is long",
      "property note value [secret] has a problem: it is long",
    ],
    [
      "without the secrets of what violates a plan",
      "error: resource urn:x violates plan: properties changed: ~~note[{&{{CANARY}}}2}}!={&{{CANARY4}}}], =~poolFqdn[{p3}]",
      "resource urn:x violates plan: properties changed: ~~note[[secret]], =~poolFqdn[{p3}]",
    ],
    ["without a secret that has no end", "error: x {&{{CANARY", "x [secret]"],
    [
      "without the text of the provider",
      "error: __provider[{exports.handler=()=>{CANARY}}]",
      "__provider[{…",
    ],
    [
      "without a password in an address",
      "error: cannot read postgresql://ada:CAN@RY@db.contoso.com/chat",
      "cannot read postgresql://db.contoso.com/chat",
    ],
    [
      "without an address that is none, which may be a secret",
      "error: sipAddress: 'sip:CAN'ARY@' is not a SIP URI such as sip:ocschat@contoso.com: it has no '@'",
      "sipAddress: it is not a SIP URI such as sip:ocschat@contoso.com: it has no '@'",
    ],
    [
      "without an address that is a pool's own",
      "error: sipAddress: 'sip:CANARY@contoso.com' is the automatic endpoint of a pool, which the product makes",
      "sipAddress: it is the automatic endpoint of a pool, which the product makes",
    ],
    [
      "without a name that is no FQDN, which may be a secret",
      "error: poolFqdn: 'CANARY geheim' is not an FQDN: it has one label only, and a domain must follow",
      "poolFqdn: it is not an FQDN: it has one label only, and a domain must follow",
    ],
    [
      "without a domain that is none, which may be a secret",
      "error: domain: 'CANARY' is not an FQDN: it has one label only, and a domain must follow",
      "domain: it is not an FQDN: it has one label only, and a domain must follow",
    ],
    [
      "with an address that is none of a server",
      "error: sip:chat@contoso.com is taken",
      "sip:chat@contoso.com is taken",
    ],
    [
      "as the message alone of what a program threw",
      "error: Running program '/home/ada/index.ts' failed with an unhandled exception:\nTypeError: no\n  such thing\n    at f (/home/ada/index.ts:1:2)\n    at g\n",
      "the program failed: TypeError: no such thing",
    ],
    [
      "without the piece of a program that does not parse",
      "error: Running program '/home/ada/index.js' failed with an unhandled exception:\n/home/ada/index.js:1\nconst x = CANARY;\n          ^\n\nSyntaxError: Unexpected token ';'\n",
      "the program failed: SyntaxError: Unexpected token ';'",
    ],
    ["in one line that can be read", "error: a\u202e\u0007b\r\nc", "a\\u{202e}\\u{7}b c"],
    ["of 500 characters at most", `error: ${"😀".repeat(600)}`, `${"😀".repeat(499)}…`],
  ];
  for (const [how, message, told] of messages)
    it(`is told ${how}`, () => assert.equal(toldMessage(message), told));

  it("is told once, with the resource and without what says again which it is", () => {
    const long = `${"x ".repeat(240)}end`;
    const document = new PreviewDocument()
      .failed(`error: ${long}`)
      .failed(`error: t resource 'chat' has a problem: x: y`, chat)
      .failed(`error: t resource 'chat' has a problem: x: y`, chat)
      .failed("error: ")
      .failed("error: preview failed")
      .failed("error: z")
      .said("CANARY");
    const { text, json } = renderComment(readPreview(document.text));
    assert.equal(json.failed, true);
    assert.deepEqual(json.problems, [{ message: long }, { name: "chat", message: "x: y" }, { message: "z" }]);
    assert.match(text, /^#### Why it failed\n\n- `x (?:x )*end`\n- `chat`: `x: y`\n- `z`$/m);
    assert.doesNotMatch(text, /CANARY/);
  });
});

describe("the marker of a comment", () => {
  const markerOf = (project: string, stack: string) =>
    renderComment(readPreview(new PreviewDocument({ project, stack }).text)).marker;

  it("is the first line, and of one stack alone", () => {
    const { text, marker } = renderComment(readPreview(new PreviewDocument({ stack: "prod" }).text));
    assert.equal(marker, "<!-- pulumi-persistentchat comment chat/prod -->");
    assert.ok(text.startsWith(`${marker}\n`));
    const pairs = [
      ["a", "b"],
      ["a", "b-"],
      ["a--", "b"],
      ["a-%2D", "b"],
      ["a/b", "c"],
      ["a", "b/c"],
      ["a", "é"],
    ];
    const markers = pairs.map(([project = "", stack = ""]) => markerOf(project, stack));
    assert.equal(new Set(markers).size, pairs.length);
  });

  it("ends where it ends, whatever the stack is called", () => {
    for (const stack of ["-->x", "--!>", "--", "a-", "->", "<b>", "\ud800", "x'()*~\n", "a".repeat(999)])
      assert.match(
        markerOf("p-", stack),
        /^<!-- pulumi-persistentchat comment p%2D\/(?:[\w.%]|-(?!-))* -->$/,
      );
  });

  it("and the title are of the stack that is named, where the preview reached nothing", () => {
    const nothing = readPreview('{"steps": []}');
    for (const [stack, marked] of [
      ["contoso/chat/prod", "chat/prod"],
      ["chat/prod", "chat/prod"],
      ["prod", "/prod"],
    ]) {
      const { marker, text } = renderComment(nothing, { stack });
      assert.equal(marker, `<!-- pulumi-persistentchat comment ${marked} -->`);
      assert.ok(text.includes(`\n### Persistent Chat topology: \`${marked?.replace(/^\//, "")}\`\n`));
    }
    assert.match(renderComment(nothing).text, /^### Persistent Chat topology$/m);
  });
});

describe("the notes of a comment", () => {
  it("stand below the summary, with what is no word of ours in code", () => {
    const notes = ["2 resources, 'a b' (random) and @team, of https://x.org are left out: see www.x.org."];
    const { text } = renderComment(readPreview(new PreviewDocument().text), { notes });
    const said =
      "- 2 resources, `a b` (random) and `@team`, of `https://x.org` are left out: see `www.x.org`.";
    assert.ok(text.includes(`**No changes.**\n\n${said}\n`), text);
  });
});
