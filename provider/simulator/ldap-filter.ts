/** An LDAP search filter (RFC 4515), as far as it compares texts. */
export type LdapFilter =
  | { is: "and" | "or"; filters: LdapFilter[] }
  | { is: "not"; filter: LdapFilter }
  | { is: "present"; attribute: string }
  /** Texts that follow each other with anything between; one alone is an equality. */
  | { is: "like"; attribute: string; parts: string[] };

/** The attributes of an object, by their names in lower case. */
export type Attributes = Readonly<Record<string, readonly string[]>>;

/** The text is not a filter; the message continues "… is invalid: ". */
export class LdapFilterError extends Error {
  override readonly name = "LdapFilterError";
}

/** Reads a filter. Brackets around the whole are as `brackets` says. Fails with `LdapFilterError`. */
export function parseLdapFilter(text: string, brackets: "may" | "must" | "must-not" = "must"): LdapFilter {
  const bracketed = text.startsWith("(");
  if (bracketed && brackets === "must-not") throw new LdapFilterError("it begins with '('");
  if (!bracketed && brackets === "must") throw new LdapFilterError("it does not begin with '('");
  const reader = new Reader(bracketed ? text : `(${text})`);
  const filter = reader.filter();
  reader.end();
  return filter;
}

/**
 * Whether an object is one of those that a filter means. As in Active Directory an attribute that is not there makes
 * every comparison false, and case does not count.
 */
export function matches(filter: LdapFilter, attributes: Attributes): boolean {
  switch (filter.is) {
    case "and":
      return filter.filters.every((part) => matches(part, attributes));
    case "or":
      return filter.filters.some((part) => matches(part, attributes));
    case "not":
      return !matches(filter.filter, attributes);
    case "present":
      return valuesOf(attributes, filter.attribute).length > 0;
    case "like":
      return valuesOf(attributes, filter.attribute).some((value) => isLike(value, filter.parts));
  }
}

function valuesOf(attributes: Attributes, name: string): readonly string[] {
  const key = name.toLowerCase();
  return Object.hasOwn(attributes, key) ? (attributes[key] ?? []) : [];
}

function isLike(value: string, parts: readonly string[]): boolean {
  const text = value.toLowerCase();
  const [first = "", ...rest] = parts.map((part) => part.toLowerCase());
  if (rest.length === 0) return text === first;
  const last = rest.pop() ?? "";
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

const ATTRIBUTE = /[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+/y;
const VALUE = /(?:[^\\()*\0]|\\[0-9a-fA-F]{2}|\*)*/y;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  end(): void {
    if (this.#at < this.#text.length) throw this.#unexpected();
  }

  filter(): LdapFilter {
    this.#take("(");
    const filter = this.#inside();
    this.#take(")");
    return filter;
  }

  #inside(): LdapFilter {
    const sign = this.#text[this.#at];
    if (sign === "&" || sign === "|") {
      this.#at += 1;
      const filters: LdapFilter[] = [];
      while (this.#text[this.#at] === "(") filters.push(this.filter());
      return { is: sign === "&" ? "and" : "or", filters };
    }
    if (sign !== "!") return this.#item();
    this.#at += 1;
    return { is: "not", filter: this.filter() };
  }

  #item(): LdapFilter {
    const attribute = this.#match(ATTRIBUTE);
    if (attribute === "") throw this.#unexpected();
    this.#take("=");
    const parts = this.#match(VALUE).split("*");
    if (parts.length === 2 && parts.every((part) => part === "")) return { is: "present", attribute };
    return { is: "like", attribute, parts: parts.map(isOctets(attribute) ? asHex : unescaped) };
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += text.length;
    return text;
  }

  #take(sign: string): void {
    if (this.#text[this.#at] !== sign) throw this.#unexpected();
    this.#at += 1;
  }

  #unexpected(): LdapFilterError {
    const found = this.#text[this.#at];
    return new LdapFilterError(
      `${found === undefined ? "its end" : `'${found}'`} does not belong at place ${this.#at + 1}`,
    );
  }
}

/** Whether the values of an attribute are octets, which are given here as hexadecimal digits. */
function isOctets(attribute: string): boolean {
  return attribute.toLowerCase() === "objectguid";
}

function asHex(text: string): string {
  return text.replace(/\\([0-9a-fA-F]{2})|[^\\]/gu, (character, octet?: string) =>
    octet === undefined ? Buffer.from(character).toString("hex") : octet.toLowerCase(),
  );
}

/** An escape is a byte of the text in UTF-8. */
function unescaped(text: string): string {
  return text.replace(/(?:\\[0-9a-fA-F]{2})+/g, (escapes) =>
    Buffer.from(escapes.replaceAll("\\", ""), "hex").toString("utf8"),
  );
}
