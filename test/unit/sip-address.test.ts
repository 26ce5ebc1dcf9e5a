import assert from "node:assert/strict";
import fc from "fast-check";
import { isSystemEndpoint, parseSipAddress, sipDomainOf } from "../../provider/registry/sip-address";
import { caseSpelling, fqdn, sipUser } from "../support/grammar";

const address = fc.tuple(sipUser, fqdn).map(([user, domain]) => `${user}@${domain}`);

/** A text in which any unreserved character may stand escaped. */
function escapeSpelling(text: string): fc.Arbitrary<string> {
  return fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map((flags) =>
    [...text]
      .map((unit, index) => {
        // The digits of an escape must not be escaped themselves.
        const inEscape = text[index - 1] === "%" || text[index - 2] === "%";
        const escaped = flags[index] && !inEscape && /[a-z0-9\-_.!~'()]/.test(unit);
        return escaped ? `%${unit.charCodeAt(0).toString(16)}` : unit;
      })
      .join(""),
  );
}

describe("parseSipAddress", () => {
  it("never throws, and says in words what is wrong", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const candidate of [text, `sip:${text}`, `${text}@contoso.com`, `a@${text}`]) {
          const parsed = parseSipAddress(candidate);
          assert.ok("value" in parsed || parsed.problem.length > 0);
        }
      }),
    );
  });

  it("accepts every address of the grammar, with and without its scheme", () => {
    fc.assert(
      fc.property(address, (text) => {
        assert.deepEqual(parseSipAddress(text), { value: `sip:${text}` });
        assert.deepEqual(parseSipAddress(`sip:${text}`), { value: `sip:${text}` });
      }),
    );
  });

  it("gives one form to all spellings of an address", () => {
    const spelled = fc.tuple(sipUser, fqdn).chain(([user, domain]) =>
      fc.tuple(
        fc.constant(`sip:${user}@${domain}`),
        escapeSpelling(user).chain((escaped) => caseSpelling(`sip:${escaped}@${domain}`)),
      ),
    );
    fc.assert(
      fc.property(spelled, ([canonical, spelling]) => {
        assert.deepEqual(parseSipAddress(spelling), { value: canonical });
      }),
    );
  });

  it("gives a form that it accepts as it is, whatever was typed", () => {
    const typed = fc
      .array(fc.constantFrom("a", "%", "41", "4", "25", "2A", "_", ";", "*", "sip:", "é"), { minLength: 1 })
      .map((all) => `${all.join("")}@contoso.com`);
    fc.assert(
      fc.property(typed, (text) => {
        const parsed = parseSipAddress(text);
        if ("value" in parsed) assert.deepEqual(parseSipAddress(parsed.value), parsed);
      }),
      { numRuns: 1000 },
    );
  });

  it("refuses a user part with any character that does not belong there", () => {
    const misplaced = fc.tuple(sipUser, fc.nat(), fc.constantFrom(...' "#:<>[\\]^`{|}*@\n\0é'));
    fc.assert(
      fc.property(misplaced, ([user, where, character]) => {
        const at = where % (user.length + 1);
        assert.ok(
          "problem" in parseSipAddress(`${user.slice(0, at)}${character}${user.slice(at)}@contoso.com`),
        );
      }),
    );
  });

  for (const [text, problem] of [
    ["", /no '@'/],
    ["sip:contoso.com", /no '@'/],
    ["@contoso.com", /nothing stands before/],
    ["sip:@contoso.com", /nothing stands before/],
    ["ocschat@", /not an FQDN/],
    ["ocschat@contoso", /not an FQDN: it has one label/],
    ["ocschat@contoso.com:5061", /not an FQDN/],
    ["ocschat@contoso.com;transport=tls", /not an FQDN/],
    ["ocschat@contoso.com?subject=x", /not an FQDN/],
    ["ocschat:secret@contoso.com", /must not stand there/],
    ["sips:ocschat@contoso.com", /must not stand there/],
    ["ocschat%zz@contoso.com", /must not stand there/],
    ["%4%44@contoso.com", /must not stand there/],
    ["ocs*@contoso.com", /wildcard/],
    ["ocs%2achat@contoso.com", /wildcard/],
    [" ocschat@contoso.com", /must not stand there/],
    ["\u212a@contoso.com", /must not stand there/],
  ] as const)
    it(`refuses ${JSON.stringify(text)}`, () => {
      const parsed = parseSipAddress(text);
      assert.match("problem" in parsed ? parsed.problem : "no problem", problem);
    });

  it("undoes escapes that are none of need, and keeps the others", () => {
    assert.deepEqual(parseSipAddress("%4FCS%63hat%2B@Contoso.COM."), { value: "sip:ocschat%2b@contoso.com" });
  });
});

describe("sipDomainOf", () => {
  it("gives the domain that an address was made of", () => {
    fc.assert(
      fc.property(sipUser, fqdn, (user, domain) =>
        assert.equal(sipDomainOf(`sip:${user}@${domain}`), domain),
      ),
    );
  });
});

describe("isSystemEndpoint", () => {
  it("knows the contacts that the product owns", () => {
    assert.equal(isSystemEndpoint("sip:gc-1-persistentchatservice-2@contoso.com"), true);
    assert.equal(isSystemEndpoint("sip:ocschat@contoso.com"), false);
    assert.equal(isSystemEndpoint("sip:a-gc-1@contoso.com"), false);
  });
});
