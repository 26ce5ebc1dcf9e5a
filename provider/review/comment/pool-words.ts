import { counted, enumerated, joined, type Phrase, quoted, say } from "../phrase";
import type { Properties, Step } from "../preview";
import { isSecret, knownName, valuePhrase } from "../values";
import { adoptPhrase, changedFields, changesOr, fieldPhrase } from "./field-words";
import { alters, type KindWords } from "./kind-words";
import { removedWords } from "./stays-words";
import { fieldOf, type Scope } from "./topology";

/** What becomes of a pool. */
export const poolWords: KindWords = {
  made: (step, after) =>
    say`pool ${namePhrase(step, after.poolFqdn)}${membersPhrase(after)}${adoptPhrase(after)}`,
  removed: (step, scope) => removedWords(step, scope, say`pool ${namePhrase(step, step.before?.poolFqdn)}`),
  replaced: replacedWords,
  updated: (step) => ({
    effect: "changed",
    words: say`pool ${namePhrase(step, step.after?.poolFqdn)}: ${changesOr(changedFields(step).map(fieldPhrase))}`,
  }),
};

/** The addresses that lead to the old pool before, and to the new one after. */
export function followers({ before, after }: Step, scope: Scope): string[] {
  const [old, next] = [knownName(before?.poolFqdn), knownName(after?.poolFqdn)];
  if (old === undefined || next === undefined) return [];
  const there = new Set(scope.after.leadingTo(next));
  return scope.before.leadingTo(old).filter((address) => there.has(address));
}

/** A name, or by which resource it is told where it has none that can be shown. */
export function namePhrase({ name }: Pick<Step, "name">, key: unknown): Phrase {
  if (knownName(key) !== undefined) return quoted(String(key));
  return isSecret(key)
    ? say`of ${quoted(name)} (its name is a secret)`
    : say`of ${quoted(name)} (its name is known after the update)`;
}

/** Whether a pool has no active server any more, or comes without one. */
export function losesServers(step: Step): boolean {
  const { after, before = {} } = step;
  return isEmpty(after?.activeServers) && !isEmpty(fieldOf({ step, values: before }, "activeServers"));
}

export function isEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0;
}

function membersPhrase({ servers, nextHopPool }: Properties): Phrase {
  const members: Phrase = servers === undefined ? [] : say` with ${valuePhrase(servers)}`;
  return nextHopPool === undefined ? members : say`${members}, reached through ${valuePhrase(nextHopPool)}`;
}

function replacedWords(step: Step, scope: Scope): Phrase {
  const { before, after } = step;
  const [old, next] = [namePhrase(step, before?.poolFqdn), namePhrase(step, after?.poolFqdn)];
  const isOther = alters(step, "poolFqdn");
  const head = isOther ? say`pool ${next} takes the place of ${old}` : say`pool ${next} will be made anew`;
  const following = isOther ? followers(step, scope) : [];
  const follow = say`${[counted(following.length, "endpoint")]} ${following.length === 1 ? ["follows"] : ["follow"]}: ${enumerated(following.map(quoted), 4)}`;
  const fields = changedFields(step).filter(({ path }) => path !== "poolFqdn");
  return joined([head, ...(following.length > 0 ? [follow] : []), ...fields.map(fieldPhrase)], "; ");
}
