import { lowerCase } from "../registry/fqdn";
import type { EndpointRecord, Kind } from "../registry/records";
import type { Stored } from "../registry/registry";
import { isSystemEndpoint, type SipAddress, sipDomainOf } from "../registry/sip-address";
import { recordKey } from "../review/declared";
import type { StackState } from "../review/state";

/** The stack that adopts. */
export interface Adopter {
  project: string;
  stack: string;
  state: StackState;
  /**
   * Who declares a record in this registry, by `recordKey`, as far as stacks tell. Absent where the registry keeps the owners of
   * records by itself.
   */
  owners?: ReadonlyMap<string, string>;
}

/** A record that is not adopted. */
export interface LeftOut {
  kind: Kind;
  key: string;
  /** In words that follow "it is left out: ". */
  reason: string;
}

export interface Choice {
  chosen: Stored[];
  leftOut: LeftOut[];
  /** The patterns that name nothing. */
  unmatched: string[];
}

/** Why a record is left out that this stack declares. */
export const DECLARED = "this stack has it already";

/**
 * The records that a stack may adopt: those whose keys a pattern names, or all where there is none, and the pools and SIP domains
 * that they need. A `*` in a pattern stands for any characters; `sip:` may be left out.
 */
export function choose(records: readonly Stored[], adopter: Adopter, patterns: readonly string[]): Choice {
  const tests = patterns.map(matcher);
  const isNamed = ({ key }: Stored) => tests.length === 0 || tests.some((test) => test(key));
  const whyNot = judge(adopter);
  const reasons = new Map(records.map((stored) => [stored, whyNot(stored)]));
  const adopted = records.filter((stored) => isNamed(stored) && reasons.get(stored) === undefined);
  const needed = new Set(adopted.flatMap(needsOf));
  const looked = records.filter((stored) => isNamed(stored) || needed.has(recordKey(stored)));
  return {
    chosen: looked.filter((stored) => reasons.get(stored) === undefined),
    leftOut: looked.flatMap((stored) => {
      const reason = reasons.get(stored);
      return reason === undefined ? [] : [{ kind: stored.kind, key: stored.key, reason }];
    }),
    unmatched: patterns.filter((_, place) => !records.some(({ key }) => tests[place]?.(key))),
  };
}

/** Who owns what a stack's resources make, up to their names. */
export function ownerPrefix({ project, stack }: Adopter): string {
  return `${project}/${stack}/`;
}

/** Tells why a record is left out; `undefined` where it is not. */
function judge(adopter: Adopter): (stored: Stored) => string | undefined {
  const { resources } = adopter.state;
  const declared = new Set(
    resources
      .filter(({ provider, external }) => provider === undefined && !external)
      .flatMap(({ kind, id }) => (kind && id !== undefined ? recordKey({ kind, key: id }) : [])),
  );
  const owners = new Map(resources.map(({ inputs, name }) => [inputs.managedBy, name]));
  return ({ kind, key, managedBy: kept }) => {
    if (kind === "endpoint" && isSystemEndpoint(key as SipAddress))
      return "it is the automatic endpoint of a pool, which the product makes and removes by itself";
    if (declared.has(recordKey({ kind, key }))) return DECLARED;
    const managedBy = kept ?? adopter.owners?.get(recordKey({ kind, key }));
    if (managedBy === undefined) return undefined;
    if (!managedBy.startsWith(ownerPrefix(adopter))) return `it is managed by '${managedBy}'`;
    // A step of a cutover, or a resource that has moved on to another key.
    const owner = owners.get(managedBy);
    return owner && `it belongs to the resource '${owner}' of this stack`;
  };
}

function matcher(pattern: string): (key: string) => boolean {
  const parts = lowerCase(pattern).split("*").map(escaped);
  const expression = new RegExp(`^(?:sip:)?${parts.join(".*")}$`, "s");
  return (key) => expression.test(key);
}

function escaped(text: string): string {
  return text.replace(/[^a-z0-9@]/g, "\\$&");
}

function needsOf({ kind, record }: Stored): string[] {
  if (kind !== "endpoint") return [];
  const { poolFqdn, sipAddress } = record as EndpointRecord;
  return [
    recordKey({ kind: "pool", key: poolFqdn }),
    recordKey({ kind: "sip-domain", key: sipDomainOf(sipAddress) }),
  ];
}
