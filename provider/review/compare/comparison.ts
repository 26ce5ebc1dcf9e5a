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

/** A key that either side keeps a secret is `SECRET` in all of it. */
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
  const there = byIdentity(right);
  const found: Comparison = {
    onlyLeft: [],
    onlyRight: [],
    different: [],
    incomparable: [],
    renamed: [],
    same: 0,
  };
  const seen = new Map<string, Item>();
  for (const item of byIdentity(left).values()) {
    const id = identity(item, map);
    const twin = seen.get(id);
    if (twin)
      throw new MapError(
        [twin, item].some(({ isKeySecret }) => isKeySecret)
          ? `the map makes two things of kind '${item.kind}' one, of which a key is a secret`
          : `the map makes '${twin.key}' and '${item.key}' one: both are '${mappedKey(item.kind, item.key, map)}' then`,
      );
    seen.set(id, item);
    const other = there.get(id);
    if (other === undefined) found.onlyLeft.push(shown(item));
    else addPair(found, item, other, map);
  }
  found.onlyRight = [...there].filter(([id]) => !seen.has(id)).map(([, item]) => shown(item));
  return found;
}

/** Whether nothing was found to differ. */
export function isAlike({ onlyLeft, onlyRight, different }: Comparison): boolean {
  return onlyLeft.length + onlyRight.length + different.length === 0;
}

/** A state has a thing twice where a resource was renamed and its old one is protected; the program's stands before that. */
function byIdentity(items: readonly Item[]): ReadonlyMap<string, Item> {
  const found = new Map<string, Item>();
  for (const item of items) {
    const id = identity(item, UNMAPPED);
    if (!found.has(id)) found.set(id, item);
  }
  return found;
}

function shown({ isKeySecret, ...item }: Item): Item {
  return isKeySecret ? { ...item, key: SECRET } : item;
}

function identity({ kind, key, provider }: Item, map: DomainMap): string {
  return JSON.stringify([provider, kind, mappedKey(kind, key, map)]);
}

function addPair(found: Comparison, left: Item, right: Item, map: DomainMap): void {
  const { kind, provider } = left;
  const named = ({ key, name }: Item) => ({
    key: left.isKeySecret || right.isKeySecret ? SECRET : key,
    ...(name !== undefined && { name }),
  });
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

function sideOf(side: "left" | "right", { fields }: Item, path: string): Partial<FieldDifference> {
  return fields.has(path) ? { [side]: fields.get(path) } : {};
}
