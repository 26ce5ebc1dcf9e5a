import type { CutoverLease, CutoverRecord } from "../registry/cutover-record";
import { RegistryError } from "../registry/errors";

/** Who asks to go on with a cutover. */
export interface Claimant {
  /** The token that state keeps; absent where state knows nothing of the cutover. */
  token: string | undefined;
  /** The person or job. */
  operator: string;
  /** The holder whose lease is broken, by name. */
  breakLease: string | undefined;
}

/**
 * The lease under which somebody goes on: the one that is held, where state can show its token, or lost it or may not have got
 * it and the same person asks, else a new one where nobody holds one or its holder is named. Fails with `conflict`.
 */
export function leaseFor(
  { name, lease }: CutoverRecord,
  { token, operator, breakLease }: Claimant,
  fresh: () => CutoverLease,
): CutoverLease {
  if (lease === null) return fresh();
  // Cut off while a lease was broken, state has the token from before, if any.
  const isUncertain = token === undefined || breakLease !== undefined;
  if (token === lease.token || (isUncertain && operator === lease.holder)) return lease;
  if (breakLease === lease.holder) return fresh();
  throw new RegistryError(
    "conflict",
    `cannot go on with cutover '${name}': ${lease.holder} has had its lease since ${lease.since}; let ${lease.holder} go on, or, where that is agreed, set breakLease to '${lease.holder}'`,
  );
}
