import { joined, type Phrase, quoted, say } from "../phrase";
import type { Step } from "../preview";
import { adoptPhrase, changedFields, changesOr, fieldPhrase } from "./field-words";
import { alters, type KindWords } from "./kind-words";
import { namePhrase } from "./pool-words";
import { removedWords } from "./stays-words";
import { fieldOf, type Scope, type Topology } from "./topology";

/** What becomes of a SIP domain. */
export const domainWords: KindWords = {
  made(step, after, scope) {
    const mark = after.isDefault === true ? say`, ${defaultPhrase(after.domain, scope)}` : [];
    return say`SIP domain ${namePhrase(step, after.domain)}${mark}${adoptPhrase(after)}`;
  },
  removed: (step, scope) =>
    removedWords(step, scope, say`SIP domain ${namePhrase(step, step.before?.domain)}`),
  replaced(step) {
    const { before, after } = step;
    const [old, next] = [namePhrase(step, before?.domain), namePhrase(step, after?.domain)];
    const words = alters(step, "domain")
      ? say`SIP domain ${next} takes the place of ${old}`
      : say`SIP domain ${next} will be made anew`;
    const fields = changedFields(step).filter(({ path }) => path !== "domain");
    return joined([words, ...fields.map(fieldPhrase)], "; ");
  },
  updated: (step, scope) => ({ effect: "changed", words: updatedWords(step, scope) }),
};

/** The domain that a program made the default; a registry may have another one, which nobody here declares. */
export function defaultOf({ domains }: Topology): string | undefined {
  return [...domains].find(([, declared]) => fieldOf(declared, "isDefault") === true)?.[0];
}

function updatedWords(step: Step, scope: Scope): Phrase {
  const { before = {}, after } = step;
  const domain = say`SIP domain ${namePhrase(step, after?.domain)}`;
  const wasDefault = fieldOf({ step, values: before }, "isDefault") === true;
  if (after?.isDefault === true && !wasDefault)
    return say`${domain} will be ${defaultPhrase(after.domain, scope)}`;
  if (after?.isDefault === false && wasDefault) return say`${domain} will no longer be the default`;
  const heir = after?.isDefault === undefined && wasDefault ? newDefaultOf(scope.after) : undefined;
  if (heir !== undefined) return say`${domain} gives the mark of the default SIP domain to ${quoted(heir)}`;
  return say`${domain}: ${changesOr(changedFields(step).map(fieldPhrase))}`;
}

/** What no longer declares the mark keeps it only where no other domain is given it. */
function newDefaultOf({ domains }: Topology): string | undefined {
  return [...domains].find(([, { values }]) => values.isDefault === true)?.[0];
}

/** A domain that gets another parent has the mark itself. */
function defaultPhrase(domain: unknown, { before }: Scope): Phrase {
  const former = defaultOf(before);
  return former === undefined || former === domain
    ? ["the default"]
    : say`the default instead of ${quoted(former)}`;
}
