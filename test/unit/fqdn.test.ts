import assert from "node:assert/strict";
import fc from "fast-check";
import { parseFqdn } from "../../provider/registry/fqdn";
import { caseSpelling, fqdn } from "../support/grammar";

describe("parseFqdn", () => {
  it("never throws, and says in words what is wrong", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const parsed = parseFqdn(text);
        assert.ok("value" in parsed || parsed.problem.length > 0);
      }),
    );
  });

  it("accepts every name of the grammar, as it is", () => {
    fc.assert(fc.property(fqdn, (name) => assert.deepEqual(parseFqdn(name), { value: name })));
  });

  it("gives one form to all spellings of a name", () => {
    const spelled = fqdn.chain((name) => fc.tuple(fc.constant(name), caseSpelling(name), fc.boolean()));
    fc.assert(
      fc.property(spelled, ([name, spelling, dot]) => {
        assert.deepEqual(parseFqdn(spelling + (dot ? "." : "")), { value: name });
      }),
    );
  });

  it("gives a form that it accepts as it is, whatever was typed", () => {
    const typed = fc
      .array(fc.constantFrom("a", "B", "9", "-", ".", "_", " ", "x".repeat(63)))
      .map((all) => all.join(""));
    fc.assert(
      fc.property(typed, (text) => {
        const parsed = parseFqdn(text);
        if ("value" in parsed) assert.deepEqual(parseFqdn(parsed.value), parsed);
      }),
    );
  });

  it("refuses a name with any character that does not belong there", () => {
    const misplaced = fc.tuple(fqdn, fc.nat(), fc.constantFrom(..." _/:@%*'\"\\\n\0ßé。"));
    fc.assert(
      fc.property(misplaced, ([name, where, character]) => {
        const at = where % (name.length + 1);
        assert.ok("problem" in parseFqdn(name.slice(0, at) + character + name.slice(at)));
      }),
    );
  });

  for (const [name, problem] of [
    ["", /empty label/],
    [".", /empty label/],
    ["contoso", /one label/],
    ["contoso.", /one label/],
    ["contoso..com", /empty label/],
    [".contoso.com", /empty label/],
    ["contoso.com..", /empty label/],
    ["-contoso.com", /inner hyphens/],
    ["contoso-.com", /inner hyphens/],
    ["192.0.2.1", /a number/],
    ["contoso.1", /a number/],
    [`${"x".repeat(64)}.com`, /63/],
    [`${"x.".repeat(126)}com`, /255 characters, and 253/],
    ["\u212a.com", /letters, digits/],
  ] as const)
    it(`refuses ${JSON.stringify(name.slice(0, 20))}`, () => {
      const parsed = parseFqdn(name);
      assert.match("problem" in parsed ? parsed.problem : "no problem", problem);
    });

  it("accepts the longest name and the longest label", () => {
    for (const name of [`${"x.".repeat(125)}com`, `${"x".repeat(63)}.com`])
      assert.deepEqual(parseFqdn(name), { value: name });
  });
});
