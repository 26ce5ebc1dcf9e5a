import { printable } from "../../../registry/printable";
import { KIND_LABELS, type Kind } from "../../../registry/records";
import { SECRET } from "../../../review/preview";
import { urnParts } from "../../../review/urn";
import { table } from "../../table";
import { awayFrom, moment } from "../../times";
import { adviceFor, isLeft, waitFor } from "./advice";
import type { Examination, JudgedLock } from "./examined";
import type { Holder } from "./locks";

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
    absent: remains.absent.map(({ kind, key, isKeySecret, name, urn }) => ({
      ...{ kind, key: isKeySecret ? SECRET : key, name, urn },
    })),
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
            absent.map(({ kind, key, isKeySecret, name }) => [
              ...[label(kind), isKeySecret ? "a secret" : key, name],
            ]),
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

function label(kind: Kind): string {
  return KIND_LABELS[kind];
}
