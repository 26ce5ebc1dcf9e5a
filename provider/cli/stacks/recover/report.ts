import { printable } from "../../../registry/printable";
import { KIND_LABELS, type Kind } from "../../../registry/records";
import { createsOfOthers } from "../../../review/remains";
import { urnParts } from "../../../review/urn";
import { table } from "../../table";
import { awayFrom, moment } from "../../times";
import type { Examination, JudgedLock } from "./examined";
import type { Holder } from "./locks";

/** Whether something is left for a person, or for `recover --yes`; what the next update does by itself is not. */
export function isLeft({ locks = [], remains: { pending, absent }, unread }: Examination): boolean {
  return [locks, pending, absent, unread].some(({ length }) => length > 0);
}

/** What `--json` prints. */
export function recoverJson(stack: string, found: Examination, done: readonly string[]): object {
  const { locks, remains, unread, notLookedAt } = found;
  return {
    stack,
    left: isLeft(found),
    locks: locks?.map(({ holder, state }) => ({ ...holder, process: state })) ?? null,
    pending: remains.pending.map(({ type, kind, name, urn }) => ({
      operation: type,
      ...(kind && { kind }),
      name,
      urn,
    })),
    absent: remains.absent.map(({ kind, key, name, urn }) => ({ kind, key, name, urn })),
    unrecorded: remains.unrecorded.map(({ kind, key, managedBy }) => ({ kind, key, managedBy })),
    done,
    unread,
    notLookedAt,
  };
}

interface Occasion {
  stack: string;
  yes: boolean;
  now: Date;
}

/** What people get. */
export function recoverText(
  { stack, yes, now }: Occasion,
  found: Examination,
  done: readonly string[],
): string {
  const { locks, remains, unread, notLookedAt } = found;
  const { pending, absent, unrecorded } = remains;
  const parts = [
    ...(done.length > 0 ? [`Done: ${done.join("; ")}.`] : []),
    ...(locks && locks.length > 0 ? [locksPart(locks, now)] : []),
    ...waitFor(stack, locks),
    ...(pending.length > 0
      ? [
          table(
            ["PENDING", "KIND", "RESOURCE"],
            pending.map(({ type, kind, name, urn }) => [type, kind ? label(kind) : urnParts(urn).type, name]),
          ),
        ]
      : []),
    ...(absent.length > 0
      ? [
          table(
            ["IN STATE, NOT IN THE REGISTRY", "KEY", "RESOURCE"],
            absent.map(({ kind, key, name }) => [label(kind), key, name]),
          ),
        ]
      : []),
    ...(unrecorded.length > 0
      ? [
          table(
            ["IN THE REGISTRY, NOT IN STATE", "KEY", "MANAGED BY"],
            unrecorded.map(({ kind, key, managedBy }) => [label(kind), key, managedBy ?? ""]),
          ),
        ]
      : []),
    ...unread.map((reason) => `What the registry has is not known: ${printable(reason)}.`),
    ...notLookedAt.map((what) => `Not looked at: ${printable(what)}.`),
    ...adviceFor({ stack, yes }, found),
  ];
  return parts.join("\n\n");
}

const STATES: Readonly<Record<Holder, string>> = {
  running: "it is at work",
  ended: "it has ended",
  elsewhere: "of another machine, where alone it can be looked for",
  unknown: "not known",
};

function locksPart(locks: readonly JudgedLock[], now: Date): string {
  const rows = locks.map(({ holder, state }) =>
    holder === undefined
      ? ["somebody", "", "", STATES[state]]
      : [
          `${holder.user}@${holder.host}`,
          String(holder.pid),
          `${moment(holder.at)}, ${awayFrom(now, holder.at)}`,
          STATES[state],
        ],
  );
  return table(["LOCKED BY", "PROCESS", "SINCE (UTC)", "THE PROCESS"], rows);
}

/** What is to be done before anything else: the rest of the report may be of what a run is in the middle of. */
function waitFor(stack: string, locks: readonly JudgedLock[] = []): string[] {
  const states = new Set(locks.map(({ state }) => state));
  if (states.has("running"))
    return ["Wait for the run that is at work, or end it with Ctrl-C; nothing is touched meanwhile."];
  if (states.has("elsewhere") || states.has("unknown"))
    return [
      `Make sure that no run is at work there, then 'pulumi cancel --yes --stack ${stack}', and 'persistentchat recover' again; nothing is touched before.`,
    ];
  return [];
}

function adviceFor({ stack, yes }: Pick<Occasion, "stack" | "yes">, found: Examination): string[] {
  const { locks, remains } = found;
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
  if (!isLeft(found))
    advice.unshift(
      unrecorded.length > 0 || lostOfCutovers.length > 0
        ? "Nothing is left to recover."
        : `Nothing is left to recover: nothing of stack '${stack}' is pending, and its state and the registry tell the same.`,
    );
  if (locks === undefined)
    advice.push(
      "Whether the stack is locked cannot be told: its backend shows it only to a run that wants to write.",
    );
  return advice;
}

function label(kind: Kind): string {
  return KIND_LABELS[kind];
}
