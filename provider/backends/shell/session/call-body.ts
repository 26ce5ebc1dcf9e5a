import { type Arguments, CMDLETS, type Cmdlet, type Tag } from "./cmdlets";

/** A parameter as it travels: name, type, value. */
export type TaggedParameter = [name: string, tag: Tag, value: unknown];

/**
 * What a cmdlet is given, in the form that travels. Fails with `TypeError`, which means a defect of ours, for a parameter that
 * is not on the list or of another type, and for an identity with an asterisk, which would stand for more than one object.
 */
export function taggedParameters<C extends Cmdlet>(cmdlet: C, given: Arguments<C>): TaggedParameter[] {
  if (!Object.hasOwn(CMDLETS, cmdlet)) throw new TypeError(`'${cmdlet}' is not on the list of cmdlets`);
  const { parameters } = CMDLETS[cmdlet];
  return Object.entries(given as Record<string, unknown>)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const tags = Object.hasOwn(parameters, name) ? (parameters[name] ?? "") : "";
      const tag = tagOf(value);
      if (tag === undefined || !tags.includes(tag))
        throw new TypeError(`'${cmdlet}' does not take this value as its parameter '${name}'`);
      if (name === "Identity" && String(value).includes("*"))
        throw new TypeError(`an identity of '${cmdlet}' holds '*', which stands for any number of objects`);
      return [name, tag, value];
    });
}

function tagOf(value: unknown): Tag | undefined {
  if (value === null) return "n";
  if (typeof value === "string") return "s";
  if (typeof value === "boolean") return "b";
  if (Number.isSafeInteger(value)) return "i";
  if (isTexts(value)) return "a";
  return isListChange(value) ? "m" : undefined;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isListChange(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const changes = Object.entries(value);
  // The server takes an empty list for no change at all, where the caller means that nothing is left.
  const each = ([name, list]: [string, unknown]) =>
    ["Add", "Remove", "Replace"].includes(name) && isTexts(list) && list.length > 0;
  return changes.length > 0 && changes.every(each) && (changes.length === 1 || !("Replace" in value));
}
