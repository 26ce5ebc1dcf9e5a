import { CUTOVER_ENDPOINT, CUTOVER_REMOVAL, CUTOVER_STAGE, isOfCutover } from "../cutover-types";
import { enumerated, joined, type Phrase, quoted, say } from "../phrase";
import { isChange, type Operation, type Preview, type Step } from "../preview";
import { OWN_TYPES, PROVIDER_TYPE, STACK_TYPE, urnParts } from "../urn";
import { valuePhrase } from "../values";
import type { Change } from "./change";

const PROVIDERS = "pulumi:providers:";
const VERBS: readonly [Operation, string][] = [
  ["create", "new"],
  ["update", "changed"],
  ["replace", "replaced"],
  ["delete", "removed"],
  ["other", "imported"],
];

/** The cutovers that are about to do something, one row each, and one for each address that they hand over. */
export function cutoverChanges({ steps }: Preview): Change[] {
  const moving = steps.filter((step) => isOfCutover(step) && isMoving(step));
  const parents = new Set(moving.map(({ parent = "" }) => parent));
  return [...parents].flatMap((parent) => {
    const own = moving.filter((step) => (step.parent ?? "") === parent);
    const name = parent === "" ? undefined : urnParts(parent).name;
    const row = { effect: "cutover" as const, kind: "cutover" as const, ...(name !== undefined && { name }) };
    return [{ ...row, words: cutoverWords(name, own) }, ...own.flatMap((step) => handover(step, row))];
  });
}

/** Explicit providers of this package, each of which is a registry. */
export function providerChanges({ steps }: Preview): Change[] {
  return steps.flatMap((step): Change[] => {
    if (step.type !== PROVIDER_TYPE || !isMoving(step)) return [];
    const { name, operation } = step;
    const row = { kind: "provider" as const, name };
    if (operation === "create")
      return [{ ...row, effect: "new", words: say`a registry of its own, by provider ${quoted(name)}` }];
    if (operation === "delete")
      return [
        { ...row, effect: "removed", words: say`the registry of provider ${quoted(name)} is no longer used` },
      ];
    return [{ ...row, effect: "changed", words: say`provider ${quoted(name)} gets other settings` }];
  });
}

/** What belongs to the providers of others, in one row. */
export function otherChanges({ steps }: Preview): Change[] {
  const others = steps.filter((step) => isMoving(step) && isForeign(step));
  const groups = VERBS.flatMap(([operation, verb]) => {
    const group = others.filter((step) => step.operation === operation);
    if (group.length === 0) return [];
    const names = enumerated(
      group.map(({ name, type }) => say`${quoted(name)} (${quoted(type)})`),
      5,
    );
    return [say`${group.length} ${[verb]}: ${names}`];
  });
  if (groups.length === 0) return [];
  const words = say`resources of other providers: ${joined(groups, "; ")}`;
  return [{ effect: "changed", kind: "other", words, count: others.length }];
}

/** Whether the provider of a resource is somebody else's. */
function isForeign(step: Step): boolean {
  const { type, kind, isComponent } = step;
  if (kind !== undefined || isComponent || type === STACK_TYPE || isOfCutover(step)) return false;
  return !type.startsWith(OWN_TYPES) && !type.startsWith(PROVIDERS);
}

function isMoving(step: Step): boolean {
  if (step.operation === "other") return step.after !== undefined && step.before === undefined;
  return isChange(step);
}

function cutoverWords(name: string | undefined, moving: readonly Step[]): Phrase {
  const of = (operation: Operation) => moving.filter((step) => step.operation === operation);
  const stage = moving.find(({ type }) => type === CUTOVER_STAGE);
  const cutover = name === undefined ? ["steps of a cutover"] : say`cutover ${quoted(name)}`;
  const [from, to] = [stage?.before?.stage, stage?.after?.stage];
  const turn =
    to === undefined || from === to
      ? []
      : [
          say`${cutover} turns to stage ${valuePhrase(to)}${from === undefined ? [] : say` from ${valuePhrase(from)}`}`,
        ];
  const names = (steps: readonly Step[]) =>
    enumerated(
      steps.map((step) => quoted(step.name)),
      12,
    );
  const done = [...of("create"), ...of("replace")].filter(({ type }) => type !== CUTOVER_STAGE);
  const again = of("update").filter(({ type }) => type !== CUTOVER_STAGE);
  const parts = [
    ...(turn.length > 0 ? turn : [cutover]),
    ...(done.length > 0 ? [say`to do, in the order of their dependencies: ${names(done)}`] : []),
    ...(again.length > 0 ? [say`to be looked at again: ${names(again)}`] : []),
    ...(of("delete").length > 0 ? [say`forgotten, with nothing done: ${names(of("delete"))}`] : []),
  ];
  return joined(parts, "; ");
}

/** What the steps do with addresses. */
function handover({ type, operation, after }: Step, row: Pick<Change, "kind" | "name">): Change[] {
  if (operation !== "create" && operation !== "replace") return [];
  const address = valuePhrase(after?.sipAddress);
  if (type === CUTOVER_ENDPOINT) {
    const words = say`${address} will lead to ${valuePhrase(after?.poolFqdn)}, once its user has given it up`;
    return [{ ...row, effect: "cutover", words }];
  }
  if (type === CUTOVER_REMOVAL)
    return [{ ...row, effect: "cutover", words: say`${address} goes back to its user` }];
  return [];
}
