import { lowerCase, parseFqdn } from "../../registry/fqdn";

/** A rule of a comparison: a domain of the first environment, and the one that stands for it in the second. */
export interface DomainRule {
  from: string;
  to: string;
}

/** Rules that make no sense by themselves, or in the environments that they are for; the message is fit to be told. */
export class MapError extends Error {
  override readonly name = "MapError";
}

/** Reads rules such as `contoso.com=contoso.test`. Fails with `MapError`. */
export function readDomainRules(texts: readonly string[]): DomainRule[] {
  const rules = texts.map((text) => {
    const [from = "", to = "", ...rest] = text.split("=");
    const [left, right] = [parseFqdn(from), parseFqdn(to)];
    if (rest.length > 0 || "problem" in left || "problem" in right)
      throw new MapError(`'${text}' is no pair of domains such as contoso.com=contoso.test`);
    return { from: left.value, to: right.value };
  });
  for (const side of ["from", "to"] as const) {
    const [twice] = rules
      .map((rule) => rule[side])
      .filter((domain, index, all) => all.indexOf(domain) < index);
    if (twice !== undefined)
      throw new MapError(
        side === "from"
          ? `'${twice}' is mapped twice`
          : `two domains are mapped to '${twice}', which makes them one`,
      );
  }
  return rules;
}

/** How names of the first environment are called in the second: the longest domain that a name ends with decides. */
export class DomainMap {
  readonly #rules: readonly DomainRule[];

  constructor(rules: readonly DomainRule[]) {
    this.#rules = [...rules].sort((one, other) => other.from.length - one.from.length);
  }

  /** Of an FQDN, in canonical form. */
  name(fqdn: string): string {
    const name = lowerCase(fqdn);
    const rule = this.#rules.find(({ from }) => name === from || name.endsWith(`.${from}`));
    return rule ? `${name.slice(0, name.length - rule.from.length)}${rule.to}` : name;
  }

  /** Of a SIP address. */
  address(address: string): string {
    const at = address.lastIndexOf("@");
    return `${lowerCase(address.slice(0, at + 1))}${this.name(address.slice(at + 1))}`;
  }

  /** Of an http or https address: of its host. */
  url(url: string): string {
    const [, scheme, host, rest] = /^(https?:\/\/(?:[^/?#]*@)?)([^/?#:@]+)(.*)$/is.exec(url) ?? [];
    if (scheme === undefined || host === undefined) return url;
    return `${lowerCase(scheme)}${this.name(host)}${rest}`;
  }
}
