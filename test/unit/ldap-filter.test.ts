import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type LdapFilter,
  LdapFilterError,
  matches,
  parseLdapFilter,
} from "../../provider/simulator/ldap-filter";

const ADDRESS = "msRTCSIP-PrimaryUserAddress";

const attribute = fc.constantFrom(ADDRESS, "displayName", "mail", "cn");
const value = fc.string({ unit: "grapheme", maxLength: 12 });
const plain = { noNullPrototype: true } as const;
const filter: fc.Arbitrary<LdapFilter> = fc.letrec<{ filter: LdapFilter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.record({ is: fc.constant("present" as const), attribute }, plain),
    fc.record(
      { is: fc.constant("like" as const), attribute, parts: fc.array(value, { minLength: 1, maxLength: 4 }) },
      plain,
    ),
    fc.record(
      {
        is: fc.constantFrom("and" as const, "or" as const),
        filters: fc.array(tie("filter"), { maxLength: 3 }),
      },
      plain,
    ),
    fc.record({ is: fc.constant("not" as const), filter: tie("filter") }, plain),
  ),
})).filter;

/** A filter as RFC 4515 writes it; any byte of a value may be escaped, and some must. */
function textOf(filter: LdapFilter, escapesAll: boolean): string {
  switch (filter.is) {
    case "and":
    case "or":
      return `(${filter.is === "and" ? "&" : "|"}${filter.filters.map((part) => textOf(part, escapesAll)).join("")})`;
    case "not":
      return `(!${textOf(filter.filter, escapesAll)})`;
    case "present":
      return `(${filter.attribute}=*)`;
    case "like":
      return `(${filter.attribute}=${filter.parts.map((part) => escaped(part, escapesAll)).join("*")})`;
  }
}

function escaped(text: string, all: boolean): string {
  return text.replace(all ? /[\s\S]+/g : /[\\*()\0]/g, (characters) =>
    [...Buffer.from(characters)].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}

/** Empty parts alone are a presence, not a text with anything in it. */
function isWritable(filter: LdapFilter): boolean {
  switch (filter.is) {
    case "and":
    case "or":
      return filter.filters.every(isWritable);
    case "not":
      return isWritable(filter.filter);
    case "present":
      return true;
    case "like":
      return filter.parts.join("") !== "";
  }
}

describe("an LDAP filter", () => {
  it("is read as it was written, whatever is escaped in it", () => {
    fc.assert(
      fc.property(filter.filter(isWritable), fc.boolean(), (wanted, all) => {
        assert.deepEqual(parseLdapFilter(textOf(wanted, all)), wanted);
      }),
    );
  });

  it("is refused in words, never otherwise, and nothing is left over", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."()&|!=*\\a6f") }), (text) => {
        try {
          parseLdapFilter(text);
        } catch (error) {
          assert.ok(error instanceof LdapFilterError && error.message.length > 0);
        }
        assert.throws(() => parseLdapFilter(`(a=b)${text})`), LdapFilterError);
      }),
    );
  });

  it("of a value that is escaped finds this value and no other, whatever it is", () => {
    fc.assert(
      fc.property(
        value.filter((text) => text !== ""),
        value,
        (wanted, other) => {
          const parsed = parseLdapFilter(`(mail=${escaped(wanted, false)})`);
          assert.equal(matches(parsed, { mail: [wanted] }), true);
          assert.equal(matches(parsed, { mail: [other] }), wanted.toLowerCase() === other.toLowerCase());
        },
      ),
    );
  });

  it("follows the rules of logic", () => {
    const attributes = fc.record({
      mail: fc.array(value, { maxLength: 2 }),
      cn: fc.array(value, { maxLength: 1 }),
    });
    fc.assert(
      fc.property(fc.array(filter, { maxLength: 3 }), attributes, (filters, object) => {
        const not = (filter: LdapFilter): LdapFilter => ({ is: "not", filter });
        const or = matches({ is: "or", filters }, object);
        assert.equal(matches(not({ is: "and", filters: filters.map(not) }), object), or);
        assert.equal(
          or,
          filters.some((filter) => matches(filter, object)),
        );
      }),
    );
  });

  for (const [text, value, expected] of [
    ["(mail=a*c)", "abc", true],
    ["(mail=a*c)", "ac", true],
    ["(mail=a*c)", "a", false],
    ["(mail=ab*bc)", "abc", false],
    ["(mail=*b*)", "abc", true],
    ["(mail=a*b*c)", "acb", false],
    ["(mail=*b*b*)", "abc", false],
    ["(mail=*b*b*)", "abcb", true],
    ["(mail=*)", "x", true],
    ["(MAIL=ABC)", "abc", true],
    ["(mail=\\41\\62c)", "abc", true],
    ["(mail=Gr\\c3\\bc\\c3\\9fe)", "Grüße", true],
    ["(mail=\\2a)", "x", false],
    ["(mail=\\2a)", "*", true],
    ["(other=x)", "x", false],
    ["(!(other=x))", "x", true],
    ["(constructor=x)", "x", false],
    ["(&)", "x", true],
    ["(|)", "x", false],
  ] as const)
    it(`${text} ${expected ? "finds" : "does not find"} '${value}'`, () =>
      assert.equal(matches(parseLdapFilter(text), { mail: [value] }), expected));

  for (const text of [
    "",
    "(",
    "()",
    "(a)",
    "(=b)",
    "(a=b",
    "a=b",
    "(a=b))",
    "(a=(b)",
    "(a=\\4)",
    "(!(a=b)(c=d))",
    "(a =b)",
  ])
    it(`refuses '${text}'`, () => assert.throws(() => parseLdapFilter(text), LdapFilterError));

  it("may, must or must not stand in brackets, as one wants it", () => {
    const bare = "|(a=b)(c=d)";
    assert.deepEqual(parseLdapFilter(bare, "may"), parseLdapFilter(`(${bare})`, "may"));
    assert.deepEqual(parseLdapFilter(bare, "must-not"), parseLdapFilter(`(${bare})`, "must"));
    assert.throws(() => parseLdapFilter(bare, "must"), LdapFilterError);
    assert.throws(() => parseLdapFilter(`(${bare})`, "must-not"), LdapFilterError);
  });
});
