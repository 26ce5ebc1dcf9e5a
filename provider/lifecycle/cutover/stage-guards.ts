import { isDeepStrictEqual } from "node:util";
import { type StepProgress, unfinishedBack } from "../../cutover/progress";
import type { CutoverRecord, CutoverStage, CutoverWindow } from "../../registry/cutover-record";
import { RegistryError } from "../../registry/errors";
import type { Stored, TopologyRegistry } from "../../registry/registry";
import type { SipAddress } from "../../registry/sip-address";

/** The arguments of a stage after they were checked. */
export interface Said {
  name: string;
  stage: CutoverStage;
  addresses: SipAddress[];
  poolFqdn: string;
  folder: string;
  plan: string[];
  hold: boolean;
  window?: CutoverWindow;
  breakLease?: string;
  seen?: { revision: string; stage: CutoverStage; lease?: string };
}

/** Fails with `in-use` where another cutover that is under way has one of the addresses. */
export async function assertAlone(
  { key }: Stored<"cutover">,
  { addresses }: Said,
  registry: TopologyRegistry,
): Promise<void> {
  for await (const other of registry.list("cutover")) {
    if (other.key === key || other.record.lease === null) continue;
    const shared = other.record.addresses.find((address) => addresses.includes(address));
    if (shared !== undefined)
      throw new RegistryError(
        "in-use",
        `cannot go on with cutover '${key}': '${shared}' belongs to cutover '${other.key}', which is under way and held by ${other.record.lease.holder}; complete that one, or take it back and destroy it`,
      );
  }
}

/** Fails with `conflict` where what the way back relies on would move under it. */
export function assertUnmoved(record: CutoverRecord, said: Said, steps: readonly StepProgress[]): void {
  const isUnderWay =
    record.stage === "prepare" ? unfinishedBack(record, steps).length > 0 : record.stage !== "complete";
  const fixed = {
    folder: true,
    addresses: isUnderWay,
    poolFqdn: isUnderWay,
    // A step that came after the end would have no lease to be done with.
    plan: isUnderWay || record.stage === "complete",
  } as const;
  for (const field of ["folder", "addresses", "poolFqdn", "plan"] as const)
    if (fixed[field] && !isDeepStrictEqual(record[field], said[field]))
      throw new RegistryError(
        "conflict",
        `cannot go on with cutover '${record.name}': ${LABELS[field]} changed while it is at '${record.stage}', and its way back relies on that; set ${LABELS[field]} as before, which is ${textOf(record[field])}${field === "plan" ? ", or use the version of this package with which it began" : ""}`,
      );
}

const LABELS = {
  folder: "the folder",
  addresses: "the addresses",
  poolFqdn: "the pool",
  plan: "the steps",
} as const;

function textOf(value: string | readonly string[]): string {
  return typeof value === "string" ? `'${value}'` : value.join(", ");
}
