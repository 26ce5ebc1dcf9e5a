import { KIND_LABELS, type Kind } from "../../../registry/records";
import type { LostRecord, UnmanagedRecord } from "../../../review/unmanaged";
import { table } from "../../table";
import type { UnreadStack } from "../known-stacks";

/** What could not be judged: a stack, one of its providers, or a record of somebody else; and why. */
export type NotLookedAt = UnreadStack | UnmanagedRecord;

interface Findings {
  unmanaged: readonly UnmanagedRecord[];
  lost: readonly LostRecord[];
  notLookedAt: readonly NotLookedAt[];
  /** Whether the stack's own registry keeps the owners of records, so that one without is nobody's. */
  keepsOwners: boolean;
}

/** What people get. */
export function unmanagedText(
  stack: string,
  { unmanaged, lost, notLookedAt, keepsOwners }: Findings,
): string {
  const parts: string[] = [];
  if (unmanaged.length === 0 && lost.length === 0)
    parts.push(
      `nothing is unmanaged and nothing is lost${notLookedAt.length > 0 ? ", as far as it could be looked at" : ""}: the registry of stack '${stack}' and the stacks of this project tell the same`,
    );
  const isOfProviders = unmanaged.some(({ provider }) => provider !== undefined);
  if (unmanaged.length > 0)
    parts.push(
      table(
        ["UNMANAGED", "KEY", ...(isOfProviders ? ["PROVIDER"] : []), "MANAGED BY", "WHY"],
        unmanaged.map(({ kind, key, provider = "", managedBy = "", reason }) => [
          ...[label(kind), key],
          ...(isOfProviders ? [provider] : []),
          ...[managedBy, reason],
        ]),
      ),
      [
        `'persistentchat adopt --stack ${stack}' takes what is nobody's into a stack${isOfProviders ? ", from the stack's own registry alone" : ""}.`,
        keepsOwners
          ? "What a stack has claimed is recognised by its next 'pulumi up' where its program declares it."
          : "This registry keeps no owners: what another project declares is among it.",
      ].join(" "),
    );
  if (lost.length > 0)
    parts.push(
      table(
        ["LOST", "KEY", "STACK", "RESOURCE"],
        lost.map(({ kind, key, isKeySecret, stack: of, name }) => [
          ...[label(kind), isKeySecret ? "a secret" : key],
          ...[of, name],
        ]),
      ),
      adviceFor(lost),
    );
  if (notLookedAt.length > 0) parts.push(table(["NOT LOOKED AT", "", "WHY"], notLookedAt.map(cellsOf)));
  return parts.join("\n\n");
}

function adviceFor(lost: readonly LostRecord[]): string {
  const stacks = lost.filter(({ isOfCutover }) => !isOfCutover).map(({ stack }) => stack);
  const runs = [...new Set(stacks)].map((stack) => `'pulumi up --refresh --stack ${stack}'`);
  return [
    ...(runs.length > 0 ? [`${runs.join(" and ")} makes it again.`] : []),
    ...(lost.length > stacks.length
      ? [
          'What a cutover made no run makes again: declare it in the program as a LegacyEndpoint with adopt: "take-over".',
        ]
      : []),
  ].join(" ");
}

function cellsOf(what: NotLookedAt): string[] {
  if ("kind" in what) return [label(what.kind), what.key, `${what.reason}: ${what.managedBy}`];
  return what.provider === undefined
    ? ["stack", what.stack, what.reason]
    : ["provider", `${what.provider} of stack ${what.stack}`, what.reason];
}

function label(kind: Kind): string {
  return KIND_LABELS[kind];
}
