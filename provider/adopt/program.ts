import { typeOfKind } from "../review/urn";
import { identifiersOf } from "./identifiers";
import { Code, importing, lookingUp, making, type Value } from "./layout";
import type { AdoptionPlan } from "./plan";

/**
 * A TypeScript program that declares what is adopted: SIP domains, pools, then endpoints, which refer to the pools that the program
 * has. A pool that nothing refers to has no variable, as one that is not used is an error to some. What is looked up comes first.
 */
export function programText({ adoptions, lookups }: Pick<AdoptionPlan, "adoptions" | "lookups">): string {
  const led = new Set(adoptions.map(({ stored, given }) => stored.kind === "endpoint" && given.poolFqdn));
  const pools = adoptions.filter(({ stored: { kind, key } }) => kind === "pool" && led.has(key));
  const identifiers = identifiersOf(
    pools.map(({ name }) => name),
    "Pool",
  );
  const variables = new Map(pools.map(({ stored: { key } }, place) => [key, identifiers[place]]));
  const classes = new Set<string>();
  const resources = adoptions.map(({ stored: { kind, key }, name, given }) => {
    const type = typeOfKind(kind)?.replace(/^.*:/, "") ?? "";
    classes.add(type);
    const pool = kind === "endpoint" ? variables.get(String(given.poolFqdn)) : undefined;
    const args = { ...given, ...(pool !== undefined && { poolFqdn: new Code(`${pool}.poolFqdn`) }) };
    const variable = kind === "pool" ? variables.get(key) : undefined;
    return making(variable, type, name, args as Record<string, Value>);
  });
  const looked = lookups.map(({ name, domain }) => lookingUp("SipDomain", name, domain));
  if (looked.length > 0) classes.add("SipDomain");
  return `${[importing([...classes], "pulumi-persistentchat"), ...looked, ...resources].join("\n\n")}\n`;
}
