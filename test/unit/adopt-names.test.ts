import assert from "node:assert/strict";
import fc from "fast-check";
import ts from "typescript";
import { identifiersOf } from "../../provider/adopt/identifiers";
import { type Nameless, namesOf } from "../../provider/adopt/names";
import { estates } from "../support/declarable";

const domain = (key: string): Nameless => ({ kind: "sip-domain", key });
const pool = (key: string): Nameless => ({ kind: "pool", key });
const endpoint = (key: string): Nameless => ({ kind: "endpoint", key });

describe("the names of what is adopted", () => {
  for (const [what, records, taken, names] of [
    [
      "are the first label, or what stands before the @",
      [domain("contoso.com"), pool("pcpool.contoso.com"), endpoint("sip:ocschat@contoso.com")],
      [],
      ["contoso", "pcpool", "ocschat"],
    ],
    [
      "tell two by their domains, and both of them",
      [
        endpoint("sip:ocschat@contoso.com"),
        endpoint("sip:ocschat@fabrikam.com"),
        endpoint("sip:chat@contoso.com"),
      ],
      [],
      ["ocschat-contoso", "ocschat-fabrikam", "chat"],
    ],
    [
      "take as much of the domain as is needed",
      [pool("pc.eu.contoso.com"), pool("pc.eu.fabrikam.com"), domain("contoso.com"), domain("contoso.net")],
      [],
      ["pc-eu-contoso", "pc-eu-fabrikam", "contoso-com", "contoso-net"],
    ],
    [
      "leave the short one to what is needed first",
      [domain("chat.com"), pool("chat.contoso.com"), endpoint("sip:chat@fabrikam.com")],
      [],
      ["chat", "chat-contoso", "chat-fabrikam"],
    ],
    [
      "are none that the stack has",
      [pool("pcpool.contoso.com"), endpoint("sip:ocschat@contoso.com")],
      ["pcpool", "ocschat", "ocschat-contoso"],
      ["pcpool-contoso", "ocschat-contoso-com"],
    ],
    [
      "have a number where nothing else tells them apart, and a word where there is none",
      [endpoint("sip:a.b@contoso.com"), endpoint("sip:a-b@contoso.com"), endpoint("sip:-@contoso.com")],
      [],
      ["a-b-contoso-2", "a-b-contoso", "endpoint"],
    ],
  ] satisfies [string, Nameless[], string[], string[]][])
    it(what, () => assert.deepEqual(namesOf(records, taken), names));

  it("are different, plain, and the same whatever the order and however many have got them", () => {
    const takens = fc.array(fc.constantFrom("pcpool", "chat", "contoso", "ocschat", "a-b", "pcpool-test"));
    fc.assert(
      fc.property(estates, takens, fc.func(fc.boolean()), (records, taken, has) => {
        const names = namesOf(records, taken);
        assert.equal(new Set([...names, ...taken]).size, names.length + new Set(taken).size);
        for (const name of names) assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
        assert.deepEqual(namesOf(records.toReversed(), taken).reverse(), names);
        const partly = records.map(({ kind, key }, place) => ({
          ...{ kind, key },
          ...(has(key) && { name: names[place] }),
        }));
        assert.deepEqual(namesOf(partly, taken), names);
      }),
      { numRuns: 500 },
    );
  });
});

describe("the variables of what is adopted", () => {
  it("are the names in camel case, with a word where that is none", () =>
    assert.deepEqual(
      identifiersOf(
        ["pcpool", "pcpool-contoso", "new", "2010", "PC Pool", "chat-1", "chat1", "日本", ""],
        "Pool",
      ),
      ["pcpool", "pcpoolContoso", "newPool", "pool2010", "pcPool", "chat1", "chat1Pool", "pool", "poolPool"],
    ));

  it("may stand in a strict module, each once", () => {
    const words = fc.oneof(
      fc.constantFrom(...KEYWORDS, "arguments", "eval", "undefined", "exports", "require", "module"),
      fc.string(),
      fc.stringMatching(/^[a-z]-?[0-9]$/),
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 8 }), (names) => {
        const identifiers = identifiersOf(names, "Pool");
        assert.equal(new Set(identifiers).size, names.length);
        for (const identifier of identifiers) assert.match(identifier, /^[a-z][A-Za-z0-9]*$/);
      }),
    );
    const text = identifiersOf(
      [...KEYWORDS, "arguments", "eval", "undefined", "exports", "require", "global-this"],
      "Pool",
    )
      .map((identifier) => `const ${identifier} = 1;`)
      .join("\n");
    const file = "program.ts";
    const host = ts.createCompilerHost({});
    const { getSourceFile } = host;
    host.getSourceFile = (name, ...rest) =>
      name === file
        ? ts.createSourceFile(name, `export {};\n${text}`, ts.ScriptTarget.ES2022)
        : getSourceFile(name, ...rest);
    const options = {
      module: ts.ModuleKind.CommonJS,
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      types: [],
    };
    const program = ts.createProgram([file], options, host);
    const problems = ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
    assert.deepEqual(
      problems.map(({ messageText }) => messageText),
      [],
    );
  });
});

/** All words that mean something to TypeScript itself. */
const KEYWORDS = Array.from(
  { length: ts.SyntaxKind.LastKeyword - ts.SyntaxKind.FirstKeyword + 1 },
  (_, place) => ts.tokenToString(ts.SyntaxKind.FirstKeyword + place) ?? "",
);
