import { createsOfOthers } from "../../../review/remains";
import type { Examination, JudgedLock } from "./examined";

/** Whether something is left, or may be, for a person, or for `recover --yes`; what the next update does by itself is not. */
export function isLeft(found: Examination): boolean {
  return isKnownLeft(found) || found.notLookedAt.length > 0;
}

function isKnownLeft({ locks = [], remains: { pending, absent }, unread }: Examination): boolean {
  return [locks, pending, absent, unread].some(({ length }) => length > 0);
}

/** What is to be done before anything else: the rest of the report may be of what a run is in the middle of. */
export function waitFor(stack: string, locks: readonly JudgedLock[] = []): string[] {
  const states = new Set(locks.map(({ state }) => state));
  if (states.has("running"))
    return ["Wait for the run that is at work, or end it with Ctrl-C; nothing is touched meanwhile."];
  if (states.has("elsewhere") || states.has("unknown"))
    return [
      `Make sure that no run is at work there, then 'pulumi cancel --yes --stack ${stack}', and 'persistentchat recover' again; nothing is touched before.`,
    ];
  return [];
}

/** What is to be done, and what need not be, in sentences. */
export function adviceFor({ stack, yes }: { stack: string; yes: boolean }, found: Examination): string[] {
  const { locks, remains, notLookedAt } = found;
  const { pending, absent, unrecorded, lostOfCutovers } = remains;
  const isLockEnded = locks?.some(({ state }) => state === "ended") ?? false;
  const foreign = createsOfOthers(remains);
  const isClearable = isLockEnded || (foreign.length === 0 && (pending.length > 0 || absent.length > 0));
  const advice: string[] = [];
  if (isClearable && !yes && waitFor(stack, locks).length === 0)
    advice.push(
      `'persistentchat recover --stack ${stack} --yes' cancels the lock of a run that has ended, and has state forget what is pending and what is not in the registry; 'pulumi up' then makes what is missing.`,
    );
  if (foreign.length > 0)
    advice.push(
      `Only its own provider knows whether what is being created there was made: 'pulumi refresh --stack ${stack}' asks for each, and nothing that is pending is forgotten before.`,
    );
  if (unrecorded.length > 0)
    advice.push(
      "'pulumi up' recognises what is in the registry and not in state, where the program declares it; what it does not declare any more, 'persistentchat unmanaged' lists.",
    );
  if (lostOfCutovers.length > 0)
    advice.push(
      `The registry does not have what a cutover made (${lostOfCutovers.length}), and no run makes that again; 'persistentchat drift --stack ${stack}' tells what does.`,
    );
  if (!isKnownLeft(found))
    advice.unshift(
      notLookedAt.length > 0
        ? "Nothing is left to recover, as far as it could be looked at."
        : unrecorded.length > 0 || lostOfCutovers.length > 0
          ? "Nothing is left to recover."
          : `Nothing is left to recover: nothing of stack '${stack}' is pending, and its state and the registry tell the same.`,
    );
  if (locks === undefined)
    advice.push(
      "Whether the stack is locked cannot be told: its backend shows it only to a run that wants to write.",
    );
  return advice;
}
