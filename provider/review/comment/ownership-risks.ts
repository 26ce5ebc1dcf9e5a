import { KEY_FIELDS, KIND_LABELS, type TopologyKind } from "../../registry/records";
import { REGISTRY_SETTING } from "../../registry/settings";
import { type Phrase, quoted, say } from "../phrase";
import type { Step } from "../preview";
import { PROVIDER_TYPE } from "../urn";
import { knownName, valuePhrase } from "../values";
import { defaultOf } from "./domain-words";
import { givesUp, heirOf, stillThere, whyKept } from "./kept";
import type { Risk } from "./risks";
import type { Scope } from "./topology";

/** What may belong to others, and what is taken from them. */
export function ownershipRisks(steps: readonly Step[], scopes: readonly Scope[]): Risk[] {
  return [
    ...scopes.flatMap((scope) =>
      scope.steps.flatMap((step) => [
        ...managedElsewhere(step),
        ...takenOver(step),
        ...passedOn(step, scope),
        ...removedDomain(step, scope),
        ...defaultTaken(step, scope),
        ...leftBehind(step),
      ]),
    ),
    ...otherRegistry(steps),
  ];
}

/** After a refresh state says that somebody else took the record, or made it again; not who. */
function managedElsewhere(step: Scope["steps"][number]): Risk[] {
  const { operation, before, outputs } = step;
  if (operation !== "update" && operation !== "replace") return [];
  if (outputs?.__superseded !== true || givesUp(step, step.kind)) return [];
  const words = say`${subject(step, before)} was made or claimed anew since this stack wrote it: where another stack manages it now, the update will fail`;
  return [{ risk: "managed-elsewhere", words }];
}

/** The engine makes before it deletes, and the registry gives nobody what another resource still has. */
function passedOn(step: Scope["steps"][number], { before, registry }: Scope): Risk[] {
  const { kind, operation, after, name, urn } = step;
  if (operation !== "create" && !(operation === "replace" && givesUp(step, kind))) return [];
  if (registry.observed.includes(kind) || (after?.adopt !== undefined && after.adopt !== "fail")) return [];
  const holder = before.of(kind).get(knownName(after?.[KEY_FIELDS[kind]]) ?? "");
  if (holder?.step.kind === undefined || holder.step.isLookup || holder.step.urn === urn) return [];
  // The same name under another parent is the same owner.
  if (holder.values.managedBy === after?.managedBy) return [];
  const words = say`${subject(step, after)} belongs to the resource ${quoted(holder.step.name)} until that one is gone, and ${quoted(name)} is made before: the update will fail; a renamed resource needs an alias`;
  return [{ risk: "managed-elsewhere", words }];
}

function takenOver(step: Scope["steps"][number]): Risk[] {
  if (step.operation !== "create" || step.after?.adopt !== "take-over") return [];
  const words = say`${subject(step, step.after)} may exist already: then it is taken from whoever manages it, and changed to what is declared`;
  return [{ risk: "managed-elsewhere", words }];
}

function removedDomain(step: Scope["steps"][number], scope: Scope): Risk[] {
  if (step.kind !== "sip-domain" || !givesUp(step, step.kind)) return [];
  if (heirOf(step, scope) || whyKept(step, scope.registry)) return [];
  const domain = subject(step, step.before);
  const key = knownName(step.before?.domain) ?? "";
  const [left] = scope.after.inDomain(key);
  const [hindering] = step.removedFirst ? stillThere(scope.before.inDomain(key), scope) : [];
  const words = () => {
    if (left !== undefined)
      return say`${domain} is to be removed while addresses such as ${quoted(left)} are in it: the update will fail`;
    if (hindering !== undefined)
      return say`${domain} is to be removed before the new one is made, while addresses such as ${quoted(hindering)} are still in it: the update will fail`;
    return say`${domain} is removed: addresses in it can no longer be declared`;
  };
  return [{ risk: "domain-removed", words: words() }];
}

/** Of a domain that is made the default where this program had none before: another stack's may be. */
function defaultTaken(step: Scope["steps"][number], { before }: Scope): Risk[] {
  if (step.kind !== "sip-domain" || step.after?.isDefault !== true || step.before?.isDefault === true)
    return [];
  if (step.operation === "same" || step.operation === "delete") return [];
  const former = defaultOf(before);
  if (former === step.after.domain) return [];
  const from: Phrase = former === undefined ? ["whichever domain has it now"] : quoted(former);
  const words = say`${subject(step, step.after)} takes the mark of the default SIP domain from ${from}`;
  return [{ risk: "default-domain", words }];
}

function leftBehind(step: Scope["steps"][number]): Risk[] {
  if (step.former === undefined) return [];
  const words = say`${subject(step, step.before)} gets another provider: it stays in the former registry, and is not moved`;
  return [{ risk: "registry-changes", words }];
}

function otherRegistry(steps: readonly Step[]): Risk[] {
  return steps.flatMap(({ type, operation, name, before, after }) => {
    if (type !== PROVIDER_TYPE || (operation !== "update" && operation !== "replace")) return [];
    if (before?.[REGISTRY_SETTING] === after?.[REGISTRY_SETTING]) return [];
    const words = say`Provider ${quoted(name)} will use another registry: what was declared in the former one stays there, and is not moved`;
    return [{ risk: "registry-changes" as const, words }];
  });
}

function subject({ kind, name }: Step & { kind: TopologyKind }, values: Step["after"]): Phrase {
  const key = values?.[KEY_FIELDS[kind]];
  const label = KIND_LABELS[kind];
  const capital = label.charAt(0).toUpperCase() + label.slice(1);
  return knownName(key) === undefined
    ? say`${[capital]} of resource ${quoted(name)}`
    : say`${[capital]} ${valuePhrase(key)}`;
}
