import fc from "fast-check";

// Values of the documented syntax, each in its canonical form.

const alphanumeric = [..."abcdefghijklmnopqrstuvwxyz0123456789"];
const inner = fc.array(fc.constantFrom(...alphanumeric, "-"), { maxLength: 10 }).map((all) => all.join(""));
const label = fc
  .tuple(fc.constantFrom(...alphanumeric), inner, fc.constantFrom(...alphanumeric))
  .map((parts) => parts.join(""));
const letter = fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz");

/** RFC 1035, section 2.3, with a last label that is no number. */
export const fqdn = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 5 }), letter, inner, letter)
  .map(([labels, ...last]) => [...labels, last.join("")].join("."));

const RESERVED = "&=+$,;?/";
const escaped = fc
  .constantFrom(...' "#%:<>@[\\]^`{|}\x7f', "é")
  .map((character) => encodeURIComponent(character).toLowerCase());

/** RFC 3261, section 25.1: `user`, without the wildcard. */
export const sipUser = fc
  .array(fc.oneof(fc.constantFrom(...alphanumeric, ..."-_.!~'()", ...RESERVED), escaped), {
    minLength: 1,
    maxLength: 12,
  })
  .map((all) => all.join(""));

/** A text with each letter in upper or lower case. */
export function caseSpelling(text: string): fc.Arbitrary<string> {
  return fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) => [...text].map((unit, index) => (upper[index] ? unit.toUpperCase() : unit)).join(""));
}
