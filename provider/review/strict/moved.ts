import { isDeepStrictEqual } from "node:util";
import { named } from "../../registry/failures";
import { type Actor, type Change, isIncarnation, type Stored } from "../../registry/registry";
import { type Difference, differences, fieldsOf } from "../fields";
import { type Author, authorOf, removerOf } from "../last-change";
import { providerBefore, SECRET, type Step } from "../preview";
import { digestOf, type SavedDefault, type SavedRecord } from "./side-file";
import type { RecordName } from "./watched";

/** A record that is not as it was when a plan was made. */
export interface Moved extends RecordName {
  /** `marked` is a SIP domain that is the default now, in place of the one that the plan would take the mark from. */
  what: "made" | "changed" | "replaced" | "removed" | "marked";
  /** The fields that differ, as far as the registry remembers them; free text is without its values. */
  fields: Difference[];
  /** Whose change was the last one, and when, as far as the registry remembers it. */
  by?: Actor;
  at?: string;
}

/** Free text, which may be a secret of a program: nothing repeats it. */
const FREE_TEXT = ["displayName", "settings.roomManagementUrl"];

/** What happened to a record since it was saved; `undefined` where nothing did. */
export function movedSince(
  saved: SavedRecord,
  live: Stored | undefined,
  history: readonly Change[],
): Moved | undefined {
  const { provider, kind, key, revision, incarnation, digest } = saved;
  if (live === undefined && revision === undefined) return undefined;
  const isSameWrite = live?.revision === revision && live && isSameIncarnation(incarnation, live);
  if (live && isSameWrite && digestOf(live.record) === digest) return undefined;
  // Revisions may begin anew with each incarnation.
  const known = history.findLast(
    (change) => change.revision === revision && change.incarnation === incarnation,
  );
  const before = known?.to;
  return {
    ...(provider !== undefined && { provider }),
    kind,
    key,
    what: whatHappened(revision === undefined ? undefined : incarnation, live),
    fields: before && live ? differences(shown(before), shown(live.record)).map(withoutFreeText) : [],
    // A record that differs in the same write was changed past the registry, by nobody that it knows.
    ...(!isSameWrite && signature(lastWrite(history, live))),
  };
}

/**
 * What happened to the target of a planned change since the stack last saw it, and so is not what the preview showed;
 * `undefined` where it is as the stack knows it, in all that the stack manages.
 */
export function movedSinceState(
  step: Step,
  key: string,
  live: Stored | undefined,
  history: readonly Change[],
): Moved | undefined {
  const { kind, before, outputs } = step;
  const provider = providerBefore(step);
  if (kind === undefined || before === undefined) return undefined;
  const record = fieldsOf(live?.record);
  const managed = [...fieldsOf(before)].filter(([, value]) => value !== SECRET);
  const strayed = managed
    .filter(([path, value]) => !isDeepStrictEqual(record.get(path), value))
    .map(([path, from]) =>
      withoutFreeText({ path, from, ...(record.has(path) && { to: record.get(path) }) }),
    );
  const { incarnation } = outputs ?? {};
  const isSame = live !== undefined && isSameIncarnation(incarnation, live);
  if (isSame && strayed.length === 0) return undefined;
  const [first] = strayed;
  return {
    ...(provider !== undefined && { provider }),
    kind,
    key,
    what: whatHappened(incarnation, live),
    fields: live ? strayed : [],
    ...signature(first && isSame ? authorOf(history, first.path, live) : lastWrite(history, live)),
  };
}

/** That another SIP domain became the default of a registry since it was saved which one is. */
export function movedDefault(
  { provider, domain }: SavedDefault,
  live: Stored<"sip-domain">,
  history: readonly Change[],
): Moved {
  return {
    ...(provider !== undefined && { provider }),
    kind: live.kind,
    key: live.key,
    what: "marked",
    fields: [{ path: "default", ...(domain !== undefined && { from: domain }), to: live.key }],
    ...signature(authorOf(history, "isDefault", live)),
  };
}

/** What is told of each thing that may happen to a record. */
export const VERBS: Readonly<Record<Moved["what"], string>> = {
  made: "was made",
  changed: "was changed",
  replaced: "was taken over or made anew",
  removed: "was removed",
  marked: "was made the default",
};

/** A record, as the subject of a sentence. */
export function subjectOf({ provider, kind, key }: RecordName): string {
  return `${named(kind, key)}${provider === undefined ? "" : ` in the registry of '${provider}'`}`;
}

/** What moved, who moved it and when, as a clause; `stack` is the one that asks, as `project/stack`. */
export function movedSentence(moved: Moved, stack: string): string {
  const { what, fields, by, at } = moved;
  const author =
    by === undefined ? "; the registry does not tell by whom" : ` ${authorText(by, stack)} at ${at}`;
  const values = fields.length > 0 ? ` (${fields.map(fieldText).join("; ")})` : "";
  return `${subjectOf(moved)} ${VERBS[what]}${author}${values}`;
}

/** Who made a change; `stack` is the one that asks, as `project/stack`. */
export function authorText({ managedBy, operator }: Actor, stack: string): string {
  if (managedBy === undefined) return `by hand by ${operator}`;
  const own = managedBy.startsWith(`${stack}/`) ? "this stack, " : "";
  return `by ${own}'${managedBy}', ${operator},`;
}

/** A field that moved; of free text the name alone. */
export function fieldText({ path, from, to }: Difference): string {
  if (FREE_TEXT.includes(path)) return path;
  return `${path}: ${valueText(from)} -> ${valueText(to)}`;
}

function valueText(value: unknown): string {
  if (value === undefined) return "nothing";
  return Array.isArray(value) ? value.join(", ") || "none" : String(value);
}

function withoutFreeText({ path, ...values }: Difference): Difference {
  return FREE_TEXT.includes(path) ? { path } : { path, ...values };
}

function whatHappened(known: unknown, live: Stored | undefined): Moved["what"] {
  if (live === undefined) return "removed";
  if (known === undefined) return "made";
  return isSameIncarnation(known, live) ? "changed" : "replaced";
}

/** Whoever made a claim knows a longer incarnation than others (`Incarnation`); the two may have run on different machines. */
function isSameIncarnation(known: unknown, live: Stored): boolean {
  return (
    isIncarnation(known, live) ||
    (typeof known === "string" && isIncarnation(live.incarnation, { incarnation: known }))
  );
}

/** The write that made a record what it is now; `undefined` where that was none through this package. */
function lastWrite(history: readonly Change[], live: Stored | undefined): Author | undefined {
  if (live === undefined) return removerOf(history);
  const last = history.at(-1);
  return last?.revision === live.revision && last.incarnation === live.incarnation ? last : undefined;
}

function signature(author: Author | undefined): Pick<Moved, "by" | "at"> {
  return author ? { by: author.by, at: author.at } : {};
}

/** The fields as `differences` takes them: any record has an object's entries. */
function shown(record: object): Record<string, unknown> {
  return { ...record };
}
