import { enumerated, type Phrase, quoted } from "./phrase";
import { SECRET, UNKNOWN } from "./preview";

export function isSecret(value: unknown): boolean {
  return value === SECRET || (Array.isArray(value) && value.includes(SECRET));
}

/** Whether it is known only after the update, or made of something that is. */
export function isUnknown(value: unknown): boolean {
  return typeof value === "string" ? value.includes(UNKNOWN) : Array.isArray(value) && value.some(isUnknown);
}

/** A name by which others may be found. */
export function knownName(value: unknown): string | undefined {
  return typeof value === "string" && !isSecret(value) && !isUnknown(value) ? value : undefined;
}

/** A value in a sentence. */
export function valuePhrase(value: unknown): Phrase {
  if (isSecret(value)) return ["a secret"];
  if (isUnknown(value)) return ["a value that is known after the update"];
  if (!Array.isArray(value)) return quoted(String(value));
  return value.length === 0 ? ["none"] : enumerated(value.map((one) => quoted(String(one))));
}
