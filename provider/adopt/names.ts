import { type Kind, TOPOLOGY_KINDS } from "../registry/records";

/** A record that gets a logical name. */
export interface Nameless {
  kind: Kind;
  key: string;
  /** The name that it has already, and keeps. */
  name?: string;
}

/**
 * A logical name for each record, in the order of the records: the first label of a domain or pool, or what stands before the
 * `@`, in lower-case letters, digits and hyphens; where several would have the same one, each gets as much of its domain as
 * tells them apart, and at last a number. No two are the same, whatever their kinds, and none is `taken`. The order of the
 * records makes no difference, nor does it whether some of them have got these very names already.
 */
export function namesOf(records: readonly Nameless[], taken: Iterable<string>): string[] {
  const used = new Set(taken);
  const names = new Map<Nameless, string>();
  const give = (record: Nameless, name: string) => {
    used.add(name);
    names.set(record, name);
  };
  for (const record of records) if (record.name !== undefined) give(record, record.name);
  for (const kind of TOPOLOGY_KINDS) {
    const ofKind = records.filter((record) => record.kind === kind).sort(byKey);
    const candidates = new Map(ofKind.map((record) => [record, candidatesOf(record)]));
    const candidate = (record: Nameless, level: number) => candidates.get(record)?.at(level);
    const levels = Math.max(0, ...[...candidates.values()].map(({ length }) => length));
    for (let level = 0; level < levels; level++) {
      const wanted = counted(ofKind.map((record) => candidate(record, level)));
      for (const record of ofKind) {
        const name = candidate(record, level);
        if (names.has(record) || name === undefined || used.has(name)) continue;
        if (wanted.get(name) === 1) give(record, name);
      }
    }
    for (const record of ofKind) {
      const [plain = kind, full = plain] = candidates.get(record) ?? [];
      for (let number = 1; !names.has(record); number++) {
        const name = number === 1 ? full : `${full}-${number}`;
        if (!used.has(name)) give(record, name);
      }
    }
  }
  return records.map((record) => names.get(record) ?? "");
}

/** What a record may be called, from the shortest to the one with its whole domain. */
function candidatesOf({ kind, key }: Nameless): string[] {
  const [, user, domain = ""] = /^(?:sip:)?(?:(.*)@)?([^@]*)$/s.exec(key) ?? [];
  const labels = domain.split(".");
  const head = user ?? labels.shift() ?? "";
  const start = slug(head) || kind;
  return [start, ...labels.map((_, end) => slug([start, ...labels.slice(0, end + 1)].join("-")))];
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

function counted<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function byKey(one: Nameless, other: Nameless): number {
  return one.key < other.key ? -1 : 1;
}
