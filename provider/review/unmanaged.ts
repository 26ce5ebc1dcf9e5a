import type { Kind } from "../registry/records";
import type { Stored } from "../registry/registry";
import { isSystemEndpoint, type SipAddress } from "../registry/sip-address";
import { cutoverEndpoints } from "./cutover-drift";
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

/** A stack, or one of its providers, of which it is not told what it has in a registry. */
export interface DoubtfulStack {
  stack: string;
  provider?: string;
}

/** A record that no stack declares. */
export interface UnmanagedRecord {
  kind: Kind;
  key: string;
  /** Logical name of the explicit provider of the stack whose registry has it; absent for the stack's own. */
  provider?: string;
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
  /** Whether the program keeps the key a secret. */
  isKeySecret?: true;
  /** Whether a cutover made it, which no run does again. */
  isOfCutover?: true;
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
 * cutovers are nobody's to declare, and the product owns the automatic endpoints. What a stack declares in a registry that is not
 * known is its own here where the record says so, or where the registry keeps no owners (`keepsOwners`).
 */
export function unmanagedIn(
  records: readonly Owned[],
  project: string,
  stacks: readonly KnownStack[],
  keepsOwners: boolean,
): Unmanaged {
  const managed = stacks.map((stack) => ({
    here: keysOf(stack, "here"),
    perhaps: keysOf(stack, "unknown"),
    isOwner: ({ managedBy }: Owned) => !keepsOwners || managedBy?.startsWith(`${project}/${stack.name}/`),
  }));
  const isManaged = (record: Owned, key = recordKey(record)) =>
    managed.some(({ here, perhaps, isOwner }) => here.has(key) || (perhaps.has(key) && isOwner(record)));
  const left = records.filter((record) => isDeclarable(record) && !isManaged(record));
  const judged = left.map((record) => judge(record, project, stacks));
  return {
    unmanaged: judged.filter(({ isOfOthers }) => !isOfOthers).map(({ record }) => record),
    ofOthers: judged.filter(({ isOfOthers }) => isOfOthers).map(({ record }) => record),
    lost: lostIn(records, stacks),
  };
}

/** What stacks declare in a registry that it does not hold. */
export function lostIn(records: readonly Owned[], stacks: readonly KnownStack[]): LostRecord[] {
  const held = new Set(records.map(recordKey));
  return stacks.flatMap((stack) => {
    const steps = new Set(stack.state && cutoverEndpoints(stack.state).map(({ urn }) => urn));
    return declaredBy(stack, "here")
      .filter((record) => (!record.isStep || steps.has(record.urn)) && !held.has(recordKey(record)))
      .map(({ kind, key, name, isKeySecret, isStep }) => ({
        ...{ stack: stack.name, name, kind, key },
        ...(isKeySecret && { isKeySecret }),
        ...(isStep && { isOfCutover: isStep }),
      }));
  });
}

/** The owner of each record that stacks of a project have in the registry that is looked at, or may have, by `recordKey`. */
export function ownersIn(project: string, stacks: readonly KnownStack[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const place of ["unknown", "here"] as const)
    for (const stack of stacks)
      for (const record of declaredBy(stack, place))
        owners.set(recordKey(record), `${project}/${stack.name}/${record.name}`);
  return owners;
}

/** The stacks and providers whose records are among those of a registry that keeps no owners, or are others of the same keys. */
export function doubtsIn(records: readonly Owned[], stacks: readonly KnownStack[]): DoubtfulStack[] {
  const sure = new Set(stacks.flatMap((stack) => [...keysOf(stack, "here")]));
  const held = new Set(records.map(recordKey).filter((key) => !sure.has(key)));
  return stacks.flatMap((stack) => {
    const doubtful = declaredBy(stack, "unknown").filter((record) => held.has(recordKey(record)));
    return [...new Set(doubtful.map(({ provider }) => provider))].map((provider) => ({
      stack: stack.name,
      ...(provider !== undefined && { provider }),
    }));
  });
}

function declaredBy({ state, whereabouts }: KnownStack, place: Whereabouts): DeclaredRecord[] {
  return (state ? declaredRecords(state) : []).filter(({ provider }) => whereabouts(provider) === place);
}

function keysOf(stack: KnownStack, place: Whereabouts): Set<string> {
  return new Set(declaredBy(stack, place).map(recordKey));
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
