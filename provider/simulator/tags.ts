import type { ErrorRecord } from "./error-record";

const INT32 = 2 ** 31;
const LIST_CHANGES = ["Add", "Remove", "Replace"];

/** What the script in the shell says of a request that it does not carry out. */
export function refusal(message: string, target: string): ErrorRecord {
  return { message, id: "PersistentChat.Refused", category: "InvalidArgument", target, exceptions: [] };
}

/** The type that a value has in the shell, where it is one of those that the tag stands for. */
export function typeOf(tag: string, value: unknown): string | undefined {
  switch (tag) {
    case "n":
      return value === null ? "" : undefined;
    case "s":
      return typeof value === "string" ? "System.String" : undefined;
    case "b":
      return typeof value === "boolean" ? "System.Boolean" : undefined;
    case "i":
      if (!Number.isSafeInteger(value)) return undefined;
      return Number(value) >= -INT32 && Number(value) < INT32 ? "System.Int32" : "System.Int64";
    case "a":
      return isList(value) ? "System.String[]" : undefined;
    case "m":
      return isListModifier(value) ? "System.Collections.Hashtable" : undefined;
    default:
      return undefined;
  }
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isListModifier(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const changes = Object.entries(value);
  return (
    changes.length > 0 &&
    changes.every(([verb, list]) => LIST_CHANGES.includes(verb) && isList(list) && list.length > 0)
  );
}
