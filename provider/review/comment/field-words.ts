import { isDeepStrictEqual } from "node:util";
import { differences, effectiveOf, fieldsOf } from "../fields";
import { joined, type Phrase, quoted, say } from "../phrase";
import type { Step } from "../preview";
import { isSecret, isUnknown, valuePhrase } from "../values";

/** A field that an update writes. */
export interface ChangedField {
  path: string;
  /** What was declared, or else what the registry has; absent where neither is known. */
  from?: unknown;
  to?: unknown;
}

/** The fields that differ, and those of which only the engine knows that they do, because they are secret. */
export function changedFields(step: Step): ChangedField[] {
  const { operation, before, after, changed } = step;
  const effective = fieldsOf(operation === "update" ? effectiveOf(step) : undefined);
  const visible = differences(before, after).map((field) =>
    "from" in field ? field : { ...field, from: effective.get(field.path) },
  );
  const [from, to] = [fieldsOf(before), fieldsOf(after)];
  const hidden = [...to.keys()].filter(
    (path) =>
      isSecret(to.get(path)) &&
      isDeepStrictEqual(from.get(path), to.get(path)) &&
      changed.some((one) => isUnder(one, path)),
  );
  return [...visible, ...hidden.map((path) => ({ path, from: from.get(path), to: to.get(path) }))];
}

/** What becomes of a field. */
export function fieldPhrase({ path, from, to }: ChangedField): Phrase {
  const name = quoted(path);
  if (isSecret(to)) return say`${name} changes, it is a secret`;
  if (isUnknown(to)) return say`${name} is known after the update`;
  if (to === undefined) return say`${name} is no longer declared, and stays as it is`;
  if (isDeepStrictEqual(from, to)) return say`${name} is now declared, and stays ${valuePhrase(to)}`;
  if (Array.isArray(from) && Array.isArray(to) && !isSecret(from)) return listPhrase(name, from, to);
  const now = say`${name} will be ${valuePhrase(to)}`;
  return from === undefined ? now : say`${now} instead of ${valuePhrase(from)}`;
}

/** What an update writes, or that it writes the same again. */
export function changesOr(fields: readonly Phrase[]): Phrase {
  return fields.length === 0 ? ["is written again, as it is declared"] : joined(fields, "; ");
}

/** What the policy of adoption adds to a create. */
export function adoptPhrase({ adopt }: { adopt?: unknown }): Phrase {
  if (adopt === "take-over") return ["; what exists already is taken over and changed to this"];
  if (adopt === "match") return ["; what exists already is adopted, if it is just so"];
  return [];
}

function listPhrase(name: Phrase, from: readonly unknown[], to: readonly unknown[]): Phrase {
  const [come, go] = [to.filter((one) => !from.includes(one)), from.filter((one) => !to.includes(one))];
  const gains = say`${name} gains ${valuePhrase(come)}`;
  const loses = say`loses ${valuePhrase(go)}`;
  if (come.length > 0 && go.length > 0) return say`${gains} and ${loses}`;
  return come.length > 0 ? gains : say`${name} ${loses}`;
}

/** Whether a path of the engine, such as `servers[1]`, tells of a field; where it names what holds the field, it may. */
function isUnder(engine: string, path: string): boolean {
  const plain = engine.replace(/\[.*$/, "");
  return plain === path || path.startsWith(`${plain}.`);
}
