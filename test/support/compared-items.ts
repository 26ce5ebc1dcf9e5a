import { type Comparison, compareItems } from "../../provider/review/compare/comparison";
import { DomainMap, readDomainRules } from "../../provider/review/compare/domain-map";
import type { Item } from "../../provider/review/compare/environment";

/** A thing of an environment. */
export function item(kind: Item["kind"], key: string, fields: object = {}, more: Partial<Item> = {}): Item {
  return { kind, key, fields: new Map(Object.entries(fields)), ...more };
}

/** Two environments side by side, of which rules such as `a.com=a.test` say what stands for what. */
export function compared(left: Item[], right: Item[], ...rules: string[]): Comparison {
  return compareItems(left, right, new DomainMap(readDomainRules(rules)));
}
