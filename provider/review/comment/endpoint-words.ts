import { joined, type Phrase, quoted, say } from "../phrase";
import type { Step } from "../preview";
import { isSecret, isUnknown, knownName, valuePhrase } from "../values";
import type { Change } from "./change";
import { adoptPhrase, changedFields, changesOr, fieldPhrase } from "./field-words";
import { staysWords } from "./stays-words";
import type { Scope } from "./topology";

/** What becomes of a legacy endpoint. */
export function endpointWords(
  step: Scope["steps"][number],
  scope: Scope,
): Pick<Change, "effect" | "words"> | undefined {
  const { operation, before, after } = step;
  switch (operation) {
    case "create":
    case "other":
      if (after === undefined) return undefined;
      return {
        effect: operation === "create" ? "new" : "imported",
        words: say`${addressPhrase(step, after.sipAddress)} will lead to ${poolPhrase(after.poolFqdn)}${adoptPhrase(after)}`,
      };
    case "delete":
      return removedWords(step, scope);
    case "replace":
      return { effect: "replaced", words: replacedWords(step) };
    case "update": {
      const fields = changedFields(step).filter(({ path }) => path !== "poolFqdn");
      const isRepointed = step.changed.includes("poolFqdn") || before?.poolFqdn !== after?.poolFqdn;
      const others = fields.map(fieldPhrase);
      const address = addressPhrase(step, after?.sipAddress);
      if (isRepointed) {
        const lead = say`${address} will lead to ${poolPhrase(after?.poolFqdn)} instead of ${poolPhrase(before?.poolFqdn)}`;
        return { effect: "repointed", words: joined([lead, ...others], "; ") };
      }
      return { effect: "changed", words: say`${address}: ${changesOr(others)}` };
    }
    default:
      return undefined;
  }
}

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

function removedWords(step: Scope["steps"][number], scope: Scope): Pick<Change, "effect" | "words"> {
  const [address, pool] = [addressPhrase(step, step.before?.sipAddress), poolPhrase(step.before?.poolFqdn)];
  return (
    staysWords(step, scope, address) ?? {
      effect: "removed",
      words: say`${address} will lead nowhere; it leads to ${pool}`,
    }
  );
}

function replacedWords(step: Step): Phrase {
  const { before, after } = step;
  const [old, next] = [addressPhrase(step, before?.sipAddress), addressPhrase(step, after?.sipAddress)];
  const others = changedFields(step).filter(({ path }) => path !== "sipAddress" && path !== "poolFqdn");
  const isRepointed = step.changed.includes("poolFqdn") || before?.poolFqdn !== after?.poolFqdn;
  const called = step.changed.includes("sipAddress") || before?.sipAddress !== after?.sipAddress;
  const head = called ? say`clients will call ${next} instead of ${old}` : say`${next} will be made anew`;
  const lead = isRepointed
    ? say`it will lead to ${poolPhrase(after?.poolFqdn)} instead of ${poolPhrase(before?.poolFqdn)}`
    : say`it leads to ${poolPhrase(after?.poolFqdn)}`;
  return joined([head, lead, ...others.map(fieldPhrase)], "; ");
}
