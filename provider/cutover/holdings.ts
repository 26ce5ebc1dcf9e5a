import type { SipAddress } from "../registry/sip-address";
import type { Sighting } from "../registry/sip-users";
import type { StepProgress } from "./progress";

/** Somebody who is seen to hold an address, and by whom. */
export interface Holding {
  kind: Sighting["kind"];
  displayName?: string;
  poolFqdn?: string;
  views: string[];
}

/** Who holds an address. With nobody `since` says since when, where a step of the cutover knows. */
export interface AddressView {
  sipAddress: SipAddress;
  holders: Holding[];
  nobodySince?: string;
  /** Why the registry could not say. */
  problem?: string;
}

/** Who holds an address by what each view shows; views that show the same stand together. */
export function addressView(
  sipAddress: SipAddress,
  seen: readonly Sighting[] | { problem: string },
  steps: readonly StepProgress[],
): AddressView {
  if ("problem" in seen) return { sipAddress, holders: [], problem: seen.problem };
  const holders = new Map<string, Holding>();
  for (const { view, kind, displayName, account, poolFqdn } of seen) {
    const who = `${kind} ${account ?? poolFqdn ?? ""}`;
    const known = holders.get(who);
    if (known) known.views.push(view);
    else
      holders.set(who, {
        kind,
        ...(displayName !== undefined && { displayName }),
        ...(poolFqdn !== undefined && { poolFqdn }),
        views: [view],
      });
  }
  const since = holders.size === 0 ? freedAt(sipAddress, steps) : undefined;
  return { sipAddress, holders: [...holders.values()], ...(since !== undefined && { nobodySince: since }) };
}

/** When an address was last given up: by the user, or on the way back by the endpoint. */
function freedAt(sipAddress: SipAddress, steps: readonly StepProgress[]): string | undefined {
  const noteOf = (name: string) => steps.find((step) => step.name === `${name}:${sipAddress}`)?.note;
  return noteOf("endpoint")?.undo?.doneAt ?? noteOf("release")?.do?.doneAt;
}
