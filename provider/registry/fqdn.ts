/**
 * A fully qualified DNS name in canonical form: lower case, no trailing dot, at least two labels of 1 to 63 letters,
 * digits and inner hyphens, 253 characters in all (RFC 1035, section 2.3; the form Topology Builder takes).
 */
export type Fqdn = string;

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** ASCII alone: `toLowerCase` makes a plain `k` of the Kelvin sign, which is no letter of a name. */
export function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The canonical form of a name, or the reason why it is none, in words that continue "… is not an FQDN: ". */
export function parseFqdn(text: string): { value: Fqdn } | { problem: string } {
  const name = lowerCase(text).replace(/\.$/, "");
  if (name.length > 253) return { problem: `it has ${name.length} characters, and 253 is the limit` };
  const labels = name.split(".");
  for (const label of labels) {
    if (label === "") return { problem: "it has an empty label" };
    if (label.length > 63) return { problem: "a label has more than 63 characters" };
    if (!LABEL.test(label)) return { problem: "a label has letters, digits and inner hyphens only" };
  }
  if (labels.length < 2) return { problem: "it has one label only, and a domain must follow" };
  if (/^[0-9]+$/.test(labels.at(-1) ?? "")) return { problem: "its last label is a number" };
  return { value: name };
}
