import { KIND_LABELS } from "../../../registry/records";
import type { Author } from "../../../review/last-change";
import { type Phrase, quoted, say } from "../../../review/phrase";
import { valuePhrase } from "../../../review/values";
import { moment } from "../../times";
import type { SignedDrift, SignedField } from "./authors";

export const COLUMNS = ["kind", "key", "field", "state", "registry", "changed by", "when (UTC)"];

/** What drifted, a line for each field, and one for what is gone or of another provider. */
export function rowsOf(resources: readonly SignedDrift[]): Phrase[][] {
  return resources.flatMap((resource) => {
    if (resource.kind === undefined) return [[["other"], quoted(resource.urn), ...foreign(resource)]];
    const about = [
      [KIND_LABELS[resource.kind]],
      resource.isKeySecret ? ["a secret"] : quoted(resource.key ?? ""),
    ];
    if (resource.gone)
      return [[...about, ["the record"], ["there"], ["gone"], ...authorCells(resource.author ?? {})]];
    return resource.fields.map((field) => [...about, ...fieldCells(field), ...authorCells(field)]);
  });
}

/** Its fields and their values are the business of its own provider. */
function foreign({ gone }: SignedDrift): Phrase[] {
  return [["the resource"], ["there"], [gone ? "gone" : "changed"], ...authorCells({})];
}

function fieldCells({ path, recorded, live }: SignedField): Phrase[] {
  return [quoted(path), valueCell(recorded), valueCell(live)];
}

function valueCell(value: unknown): Phrase {
  return value === undefined ? ["not set"] : valuePhrase(value);
}

function authorCells({ by, at }: Partial<Author>): Phrase[] {
  if (by === undefined || at === undefined) return [["not known"], []];
  const person = quoted(by.operator);
  return [by.managedBy === undefined ? person : say`${person} for ${quoted(by.managedBy)}`, [moment(at)]];
}
