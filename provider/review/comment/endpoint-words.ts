import { joined, type Phrase, quoted, say } from "../phrase";
import type { Step } from "../preview";
import { isSecret, isUnknown, knownName, valuePhrase } from "../values";
import { adoptPhrase, changedFields, changesOr, fieldPhrase } from "./field-words";
import { alters, type KindWords } from "./kind-words";
import { staysWords } from "./stays-words";

/** What becomes of a legacy endpoint. */
export const endpointWords: KindWords = {
  made: (step, after) =>
    say`${addressPhrase(step, after.sipAddress)} will lead to ${poolPhrase(after.poolFqdn)}${adoptPhrase(after)}`,
  removed(step, scope) {
    const { before } = step;
    const address = addressPhrase(step, before?.sipAddress);
    const words = say`${address} will lead nowhere; it leads to ${poolPhrase(before?.poolFqdn)}`;
    return staysWords(step, scope, address) ?? { effect: "removed", words };
  },
  replaced: replacedWords,
  updated(step) {
    const { before, after } = step;
    const others = changedFields(step)
      .filter(({ path }) => path !== "poolFqdn")
      .map(fieldPhrase);
    const address = addressPhrase(step, after?.sipAddress);
    if (!alters(step, "poolFqdn")) return { effect: "changed", words: say`${address}: ${changesOr(others)}` };
    const lead = say`${address} will lead to ${poolPhrase(after?.poolFqdn)} instead of ${poolPhrase(before?.poolFqdn)}`;
    return { effect: "repointed", words: joined([lead, ...others], "; ") };
  },
};

/** An address, or by which resource it is told where it has none that can be shown. */
export function addressPhrase({ name }: Pick<Step, "name">, address: unknown): Phrase {
  if (knownName(address) !== undefined) return quoted(String(address));
  return isSecret(address)
    ? say`the secret address of ${quoted(name)}`
    : say`the address of ${quoted(name)} (known after the update)`;
}

function poolPhrase(pool: unknown): Phrase {
  if (isSecret(pool)) return ["a secret pool"];
  return isUnknown(pool) ? ["a pool that is known after the update"] : valuePhrase(pool);
}

function replacedWords(step: Step): Phrase {
  const { before, after } = step;
  const [old, next] = [addressPhrase(step, before?.sipAddress), addressPhrase(step, after?.sipAddress)];
  const others = changedFields(step).filter(({ path }) => path !== "sipAddress" && path !== "poolFqdn");
  const head = alters(step, "sipAddress")
    ? say`clients will call ${next} instead of ${old}`
    : say`${next} will be made anew`;
  const lead = alters(step, "poolFqdn")
    ? say`it will lead to ${poolPhrase(after?.poolFqdn)} instead of ${poolPhrase(before?.poolFqdn)}`
    : say`it leads to ${poolPhrase(after?.poolFqdn)}`;
  return joined([head, lead, ...others.map(fieldPhrase)], "; ");
}
