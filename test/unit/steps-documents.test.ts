import assert from "node:assert/strict";
import { isRegistryError } from "../../provider/registry/errors";
import { answerOf, StepFailure } from "../../provider/steps/answer";
import type { Ending } from "../../provider/steps/guarded";
import { readStepDocument } from "../../provider/steps/step-document";
import { TextLines } from "../../provider/steps/text-lines";

const DOCUMENT = {
  cutover: "contoso",
  id: "i1",
  lease: "t1",
  folder: "/srv/contoso",
  step: "export",
  attempt: 1,
  command: { do: ["export.exe", ""] },
  values: { database: "mgc" },
};

describe("the document of a step", () => {
  const read = (changes: object) => readStepDocument(JSON.stringify({ ...DOCUMENT, ...changes }));

  it("is taken with any values and image, and is short where it does not say", () => {
    assert.deepEqual(read({}), { ...DOCUMENT, long: false });
    const values = JSON.parse('{"__proto__": {"a": "\\ud800\\u2028"}, "list": [null, 1.5, true]}');
    const whole = { long: true, image: null, values, command: { before: ["a"], do: ["b"], undo: ["c"] } };
    assert.equal(JSON.stringify(read(whole).values), JSON.stringify(values));
    assert.equal(read(whole).image, null);
    assert.deepEqual(read({ command: { cmdlets: "export" } }).command, { cmdlets: "export" });
  });

  const WRONG: [path: string, changes: object][] = [
    ["cutover", { cutover: "" }],
    ["id", { id: undefined }],
    ["lease", { lease: null }],
    ["folder", { folder: "here" }],
    ["step", { step: 5 }],
    ["attempt", { attempt: 0 }],
    ["attempt", { attempt: 1.5 }],
    ["long", { long: "yes" }],
    ["command", { command: "export.exe /all" }],
    ["command", { command: {} }],
    ["command.do", { command: { do: [] } }],
    ["command.do", { command: { do: [""] } }],
    ["command.do.0", { command: { do: ["a\0b"] } }],
    ["command", { command: { do: ["a"], delete: ["b"] } }],
    ["command", { command: { cmdlets: "release" } }],
    ["command", { command: { do: ["a"], cmdlets: "export" } }],
    ["values", { values: undefined }],
    ["the document", { triggers: ["hush"] }],
  ];
  for (const [path, changes] of WRONG)
    it(`is refused for ${path} in ${JSON.stringify(changes)}`, () =>
      assert.throws(
        () => read(changes),
        (error) =>
          isRegistryError(error, "invalid") &&
          error.message.startsWith(`cannot read the document of a step on standard input: ${path}: `),
      ));
});

describe("the answer of a command", () => {
  const ending = (changes: Partial<Ending>): Ending => ({
    code: 0,
    signal: null,
    output: Buffer.from(""),
    lastLine: "",
    ...changes,
  });

  for (const [written, answer] of [
    ["", null],
    [" \r\n", null],
    ['\n {"a": [1, "\\u2028"]}\r\n', { a: [1, "\u2028"] }],
    ["0", 0],
    ["false", false],
  ] as const)
    it(`is ${JSON.stringify(answer)} where it wrote ${JSON.stringify(written)}`, () =>
      assert.deepEqual(answerOf(ending({ output: Buffer.from(written) })), answer));

  for (const [what, changes, reason] of [
    [
      "did not end well",
      { code: 1, lastLine: "  Access denied.;. \t", output: Buffer.from("{}") },
      "Access denied",
    ],
    ["was never begun", { code: null, problem: "it is not there", lastLine: "x" }, "it is not there"],
    [
      "wrote two values",
      { output: Buffer.from("1\n2") },
      "what its command wrote to standard output is no JSON",
    ],
  ] as const)
    it(`is a failure where it ${what}`, () =>
      assert.throws(
        () => answerOf(ending(changes)),
        (error) => error instanceof StepFailure && error.reason === reason,
      ));
});

describe("the lines of a stream", () => {
  it("are the same in whatever pieces it comes, without the rest of what is too long", () => {
    const text = `grün, 日本 😀\r\n\n${"x".repeat(5_000)}y\n  last`;
    const expected = ["grün, 日本 😀", "", "x".repeat(4_096), "  last"];
    const bytes = Buffer.from(text);
    for (const size of [1, 2, 3, 7, 4_096, bytes.length]) {
      const lines: string[] = [];
      const reader = new TextLines((line) => lines.push(line));
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
      reader.end();
      assert.deepEqual(lines, expected);
    }
  });
});
