import { isDeepStrictEqual } from "node:util";
import type { Kind } from "../../registry/records";
import { SECRET } from "../preview";
import { DomainMap, MapError } from "./domain-map";
import { type Item, mappedKey, mappedValue } from "./environment";

/** A field in which two things differ, as each calls it; what a side does not set is absent there. */
export interface FieldDifference {
  path: string;
  left?: unknown;
  right?: unknown;
}

/** A thing that both environments have. */
export interface Pair {
  kind: Kind;
  provider?: string;
  left: { key: string; name?: string };
  right: { key: string; name?: string };
}

export interface Comparison {
  onlyLeft: Item[];
  onlyRight: Item[];
  different: (Pair & { fields: FieldDifference[] })[];
  /** What is a secret on both sides, and so not known to be the same. */
  incomparable: (Pair & { paths: string[] })[];
  /** What has another logical name on the other side. */
  renamed: Pair[];
  /** How many things are alike in all that can be compared. */
  same: number;
}

const UNMAPPED = new DomainMap([]);

/**
 * Compares two environments, the names of the first one mapped to those of the second. Fails with `MapError`
 * where the map makes one thing of two.
 */
export function compareItems(left: readonly Item[], right: readonly Item[], map: DomainMap): Comparison {
  const there = new Map(right.map((item) => [identity(item, UNMAPPED), item]));
  const found: Comparison = {
    onlyLeft: [],
    onlyRight: [],
    different: [],
    incomparable: [],
    renamed: [],
    same: 0,
  };
  const seen = new Map<string, Item>();
  for (const item of left) {
    const id = identity(item, map);
    const twin = seen.get(id);
    if (twin)
      throw new MapError(
        `the map makes '${twin.key}' and '${item.key}' one: both are '${mappedKey(item.kind, item.key, map)}' then`,
      );
    seen.set(id, item);
    const other = there.get(id);
    if (other === undefined) found.onlyLeft.push(item);
    else addPair(found, item, other, map);
  }
  found.onlyRight = right.filter((item) => !seen.has(identity(item, UNMAPPED)));
  return found;
}

/** Whether nothing was found to differ. */
export function isAlike({ onlyLeft, onlyRight, different }: Comparison): boolean {
  return onlyLeft.length + onlyRight.length + different.length === 0;
}

function identity({ kind, key, provider }: Item, map: DomainMap): string {
  return JSON.stringify([provider, kind, mappedKey(kind, key, map)]);
}

function addPair(found: Comparison, left: Item, right: Item, map: DomainMap): void {
  const { kind, provider } = left;
  const pair = { kind, ...(provider !== undefined && { provider }), left: named(left), right: named(right) };
  const paths = [...new Set([...left.fields.keys(), ...right.fields.keys()])];
  const secret = paths.filter(
    (path) => left.fields.get(path) === SECRET && right.fields.get(path) === SECRET,
  );
  const fields = paths
    .filter(
      (path) =>
        !isDeepStrictEqual(
          mappedValue(path, left.fields.get(path), map),
          mappedValue(path, right.fields.get(path), UNMAPPED),
        ),
    )
    .map((path) => ({ path, ...sideOf("left", left, path), ...sideOf("right", right, path) }));
  if (fields.length > 0) found.different.push({ ...pair, fields });
  else found.same += 1;
  if (secret.length > 0) found.incomparable.push({ ...pair, paths: secret });
  if (left.name !== right.name) found.renamed.push(pair);
}

function named({ key, name }: Item): Pair["left"] {
  return { key, ...(name !== undefined && { name }) };
}

function sideOf(side: "left" | "right", { fields }: Item, path: string): Partial<FieldDifference> {
  return fields.has(path) ? { [side]: fields.get(path) } : {};
}
