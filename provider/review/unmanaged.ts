import type { Kind } from "../registry/records";
import type { Stored } from "../registry/registry";
import { isSystemEndpoint, type SipAddress } from "../registry/sip-address";
import { type DeclaredRecord, declaredRecords, recordKey } from "./declared";
import type { StackState } from "./state";

/** Where the resources of a provider are, as far as settings can be read. */
export type Whereabouts = "here" | "elsewhere" | "unknown";

/** What is known of a stack of the project. */
export interface KnownStack {
  name: string;
  /** Absent where it could not be read. */
  state?: StackState;
  /** Whether a provider, the default one or an explicit one, has the registry that is looked at. */
  whereabouts(provider?: string): Whereabouts;
}

/** A record that no stack declares. */
export interface UnmanagedRecord {
  kind: Kind;
  key: string;
  managedBy?: string;
  /** Follows the record's name in a sentence. */
  reason: string;
}

/** A resource whose record the registry does not have. */
export interface LostRecord {
  stack: string;
  name: string;
  kind: Kind;
  key: string;
}

export interface Unmanaged {
  unmanaged: UnmanagedRecord[];
  lost: LostRecord[];
  /** Records of owners that could not be asked. */
  ofOthers: UnmanagedRecord[];
}

type Owned = Pick<Stored, "kind" | "key" | "managedBy">;

/**
 * What a registry holds that no stack of a project declares, and what they declare there that it does not hold. SIP users and
 * cutovers are nobody's to declare, and the product owns the automatic endpoints.
 */
export function unmanagedIn(
  records: readonly Owned[],
  project: string,
  stacks: readonly KnownStack[],
): Unmanaged {
  const declared = stacks.map((stack) => ({
    stack,
    records: stack.state ? declaredRecords(stack.state) : [],
  }));
  const managed = new Set(
    declared.flatMap(({ stack, records: own }) => own.filter(isNot("elsewhere", stack)).map(recordKey)),
  );
  const left = records.filter((record) => isDeclarable(record) && !managed.has(recordKey(record)));
  const judged = left.map((record) => judge(record, project, stacks));
  const held = new Set(records.map(recordKey));
  return {
    unmanaged: judged.filter(({ isOfOthers }) => !isOfOthers).map(({ record }) => record),
    ofOthers: judged.filter(({ isOfOthers }) => isOfOthers).map(({ record }) => record),
    lost: declared.flatMap(({ stack, records: own }) =>
      own
        .filter((record) => stack.whereabouts(record.provider) === "here")
        .filter((record) => !record.isStep && !held.has(recordKey(record)))
        .map(({ kind, key, name }) => ({ stack: stack.name, name, kind, key })),
    ),
  };
}

/** The owner of each record that stacks of a project have in the registry that is looked at, or may have, by `recordKey`. */
export function ownersIn(project: string, stacks: readonly KnownStack[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const stack of stacks)
    for (const record of (stack.state ? declaredRecords(stack.state) : []).filter(isNot("elsewhere", stack)))
      owners.set(recordKey(record), `${project}/${stack.name}/${record.name}`);
  return owners;
}

function isNot(place: Whereabouts, { whereabouts }: KnownStack): (record: DeclaredRecord) => boolean {
  return ({ provider }) => whereabouts(provider) !== place;
}

function isDeclarable({ kind, key }: Owned): boolean {
  if (kind === "endpoint") return !isSystemEndpoint(key as SipAddress);
  return kind === "sip-domain" || kind === "pool";
}

function judge(
  { kind, key, managedBy }: Owned,
  project: string,
  stacks: readonly KnownStack[],
): { record: UnmanagedRecord; isOfOthers: boolean } {
  const because = (reason: string, isOfOthers = false) => ({
    record: { kind, key, ...(managedBy !== undefined && { managedBy }), reason },
    isOfOthers,
  });
  if (managedBy === undefined) return because("nobody manages it");
  const [ownerProject, ownerStack] = managedBy.split("/");
  if (ownerProject !== project) return because("it is managed by another project", true);
  const owners = stacks.filter(({ name }) => name === ownerStack);
  if (owners.length === 0) return because("it is claimed by a stack that is gone");
  if (owners.some(({ state }) => state === undefined))
    return because("it is claimed by a stack that could not be read", true);
  return because("it is claimed by a stack whose state does not have it in this registry");
}
