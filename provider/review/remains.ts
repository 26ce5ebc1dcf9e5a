import type { Stored } from "../registry/registry";
import { cutoverEndpoints } from "./cutover-drift";
import { type DeclaredRecord, declaredRecords, providersIn, recordKey } from "./declared";
import type { PendingOperation, StackState } from "./state";
import { isOfPackage, STACK_TYPE } from "./urn";

/** What a run that was cut off may leave behind, beside its lock. */
export interface Remains {
  pending: PendingOperation[];
  /** What state has, and the registry does not. */
  absent: DeclaredRecord[];
  /** What the stack has claimed in the registry, and its state does not have. */
  unrecorded: Stored[];
  /** The keys of endpoints that cutovers made, and the registry does not have: no run makes them again. */
  lostOfCutovers: string[];
}

/**
 * Compares the state of a stack with what its registries hold; `recordsOf` gives that of a provider, and nothing where it could
 * not be read. `owner` begins what the stack's records are managed by: `<project>/<stack>/`.
 */
export function remainsOf(
  state: StackState,
  owner: string,
  recordsOf: (provider?: string) => readonly Stored[] | undefined,
): Remains {
  const declared = declaredRecords(state);
  const holders = holdersIn(state);
  const isInState = (record: Stored) =>
    [...(holders.get(recordKey(record)) ?? [])].some(
      (provider) =>
        recordsOf(provider)?.some(
          (held) => recordKey(held) === recordKey(record) && held.incarnation === record.incarnation,
        ) ?? true,
    );
  const unrecorded = [...providersIn(state)]
    .flatMap((provider) => recordsOf(provider) ?? [])
    .filter((record) => record.managedBy?.startsWith(owner) && !isInState(record));
  return {
    pending: state.pending,
    absent: declared.filter((record) => {
      const held = recordsOf(record.provider);
      return (
        held !== undefined &&
        !record.isStep &&
        !held.some((stored) => recordKey(stored) === recordKey(record))
      );
    }),
    // Two providers may have one registry.
    unrecorded: [
      ...new Map(unrecorded.map((record) => [recordKey(record) + record.incarnation, record])).values(),
    ],
    lostOfCutovers: cutoverEndpoints(state).flatMap(({ id, provider }) => {
      const held = recordsOf(provider);
      return id === undefined || (held?.some(({ kind, key }) => kind === "endpoint" && key === id) ?? true)
        ? []
        : [id];
    }),
  };
}

/** The providers with which a state has a record, by `recordKey`: two may have one registry, or the same key in two. */
function holdersIn(state: StackState): ReadonlyMap<string, Set<string | undefined>> {
  const holders = new Map<string, Set<string | undefined>>();
  // What waits for its delete is in state too.
  const all = state.resources.flatMap(({ kind, id, provider }) =>
    kind && id ? { kind, key: id, provider } : [],
  );
  for (const record of [...all, ...declaredRecords(state)])
    holders.set(recordKey(record), (holders.get(recordKey(record)) ?? new Set()).add(record.provider));
  return holders;
}

/**
 * The resources that a refresh has to read to put state right, and no others: reading one takes over what somebody changed in
 * it, and the next update would undo that without a word. Empty for a state without a stack, which needs all read that it has.
 */
export function targetsOf(state: StackState, { pending, absent }: Remains): string[] {
  const root = state.resources.find(({ type }) => type === STACK_TYPE);
  if (root === undefined) return [];
  const recorded = new Set(state.resources.map(({ urn }) => urn));
  const unsure = pending.map(({ urn }) => urn).filter((urn) => recorded.has(urn));
  return [...new Set([root.urn, ...unsure, ...absent.map(({ urn }) => urn)])];
}

/**
 * What others' providers may have made already. A registry tells what it made for whom; those have no way to, so that what is
 * forgotten here would be made a second time.
 */
export function createsOfOthers({ pending }: Pick<StackState, "pending">): PendingOperation[] {
  return pending.filter(({ type, urn }) => type === "creating" && !isOfPackage(urn));
}

/**
 * How many records a state has in the registry of a provider, where that holds none of them; 0 where it holds one, or there was
 * nothing to expect. It is another registry then, or was emptied, and tells nothing of what a run left.
 */
export function missingAll(state: StackState, provider: string | undefined, held: readonly Stored[]): number {
  const removed = new Set(state.pending.filter(({ type }) => type === "deleting").map(({ urn }) => urn));
  const expected = declaredRecords(state).filter(
    (record) => record.provider === provider && !record.isStep && !removed.has(record.urn),
  );
  const keys = new Set(held.map(recordKey));
  return expected.some((record) => keys.has(recordKey(record))) ? 0 : expected.length;
}
