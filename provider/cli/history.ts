import { named } from "../registry/failures";
import type { Change } from "../registry/registry";
import { type Command, UsageError } from "./command";
import { keyOperand, kindOf } from "./operands";
import { shown } from "./shown";
import { table } from "./table";

/**
 * `history <kind> <key>`: all that ever happened to a key, oldest first. As JSON a list of `{sequence, at, action, by,
 * from?, to?, revision, incarnation}`; a record is without what nobody is shown.
 */
export const history: Command = (operands) => {
  const [word, text, ...rest] = operands;
  if (word === undefined || text === undefined || rest.length > 0)
    throw new UsageError("history takes a kind and a key");
  const kind = kindOf(word);
  const key = keyOperand(kind, text);
  return async (registry) => {
    const changes = (await registry.history(kind, key)).map(shownChange);
    const rows = changes.map((change) => [
      change.at,
      change.action,
      change.by.operator,
      change.by.managedBy ?? "",
      whatChanged(change),
    ]);
    return {
      json: changes,
      text: table(["WHEN", "ACTION", "OPERATOR", "MANAGED BY", "CHANGE"], rows),
      ...(rows.length === 0 && { notFound: `the registry has never had the ${named(kind, key)}` }),
    };
  };
};

type ShownChange = Omit<Change, "from" | "to"> & { from?: object; to?: object };

function shownChange({ from, to, ...change }: Change): ShownChange {
  return { ...change, ...(from && { from: shown(from) }), ...(to && { to: shown(to) }) };
}

/** The fields that a write set, with what they were before, where they were anything. */
function whatChanged({ action, from, to }: ShownChange): string {
  if (action === "remove" || to === undefined) return "";
  const before = new Map(fieldsOf(from ?? {}));
  const after = new Map(fieldsOf(to));
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .map(
      (name) => `${name}: ${[before.get(name), after.get(name) ?? "nothing"].filter(Boolean).join(" -> ")}`,
    )
    .join("; ");
}

function fieldsOf(record: object): [name: string, value: string][] {
  return Object.entries(record).flatMap(([name, value]) => {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return [[name, value.join(", ")]];
    if (typeof value !== "object") return [[name, String(value)]];
    return fieldsOf(value).map(([inner, text]): [string, string] => [`${name}.${inner}`, text]);
  });
}
