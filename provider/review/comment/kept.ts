import { KEY_FIELDS, type TopologyKind } from "../../registry/records";
import type { Phrase } from "../phrase";
import type { Step } from "../preview";
import type { RegistryTraits } from "../registry-traits";
import { knownName } from "../values";
import { alters, type RecordStep } from "./kind-words";
import type { Declared, Scope } from "./topology";

/** Why a record stays as it is when its resource goes, in words that follow "because"; `undefined` where it goes too. */
export function whyKept(step: Step, { isShell, observed }: RegistryTraits): Phrase | undefined {
  const { kind, former, isRetained, isDeletedWith, outputs } = step;
  if (former) return ["its resource gets another provider, which moves nothing"];
  if (isRetained) return ["of its option retainOnDelete"];
  if (isDeletedWith) return ["of its option deletedWith"];
  if (kind !== undefined && observed.includes(kind)) return ["the registry only observes it"];
  if (outputs?.__superseded === true) return ["it was made or claimed anew since this stack wrote it"];
  if (isShell && outputs?.__adopted === true) return ["this stack adopted it"];
  return undefined;
}

/** Whether a step gives up the record that state has: it deletes it, or has another one in its place. */
export function givesUp(step: Step, kind: TopologyKind): boolean {
  const { operation } = step;
  return operation === "delete" || (operation === "replace" && alters(step, KEY_FIELDS[kind]));
}

/** The other resource of the program that declares the record which a step gives up. */
export function heirOf(step: RecordStep, { after }: Scope): Declared | undefined {
  const { kind, before } = step;
  const heir = after.of(kind).get(knownName(before?.[KEY_FIELDS[kind]]) ?? "");
  // What is kept has the very arguments of the step.
  return givesUp(step, kind) && heir?.values !== before ? heir : undefined;
}

/** Which of the addresses that are declared before are still there when a resource is removed first, to be made again. */
export function stillThere(addresses: readonly string[], { before }: Scope): readonly string[] {
  return addresses.filter((address) => !before.endpoints.get(address)?.step.removedFirst);
}
