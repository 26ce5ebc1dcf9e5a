import { joined, type Phrase, quoted, say } from "../phrase";
import type { Step } from "../preview";
import type { Change } from "./change";
import { adoptPhrase, changedFields, changesOr, fieldPhrase } from "./field-words";
import { namePhrase } from "./pool-words";
import { removedWords } from "./stays-words";
import { fieldOf, type Scope, type Topology } from "./topology";

/** What becomes of a SIP domain. */
export function domainWords(
  step: Scope["steps"][number],
  scope: Scope,
): Pick<Change, "effect" | "words"> | undefined {
  const { operation, before, after } = step;
  switch (operation) {
    case "create":
    case "other": {
      if (after === undefined) return undefined;
      const domain = say`SIP domain ${namePhrase(step, after.domain)}`;
      const mark = after.isDefault === true ? say`, ${defaultPhrase(scope)}` : [];
      const effect = operation === "create" ? "new" : "imported";
      return { effect, words: say`${domain}${mark}${adoptPhrase(after)}` };
    }
    case "delete":
      return removedWords(step, scope, say`SIP domain ${namePhrase(step, before?.domain)}`);
    case "replace": {
      const [old, next] = [namePhrase(step, before?.domain), namePhrase(step, after?.domain)];
      const isOther = step.changed.includes("domain") || before?.domain !== after?.domain;
      const words = isOther
        ? say`SIP domain ${next} takes the place of ${old}`
        : say`SIP domain ${next} will be made anew`;
      const fields = changedFields(step).filter(({ path }) => path !== "domain");
      return { effect: "replaced", words: joined([words, ...fields.map(fieldPhrase)], "; ") };
    }
    case "update":
      return { effect: "changed", words: updatedWords(step, scope) };
    default:
      return undefined;
  }
}

/** The domain that a program made the default; a registry may have another one, which nobody here declares. */
export function defaultOf({ domains }: Topology): string | undefined {
  return [...domains].find(([, declared]) => fieldOf(declared, "isDefault") === true)?.[0];
}

function updatedWords(step: Step, scope: Scope): Phrase {
  const { before, after } = step;
  const domain = say`SIP domain ${namePhrase(step, after?.domain)}`;
  if (after?.isDefault === true && before?.isDefault !== true)
    return say`${domain} will be ${defaultPhrase(scope)}`;
  if (after?.isDefault === false && before?.isDefault === true)
    return say`${domain} will no longer be the default`;
  return say`${domain}: ${changesOr(changedFields(step).map(fieldPhrase))}`;
}

function defaultPhrase({ before }: Scope): Phrase {
  const former = defaultOf(before);
  return former === undefined ? ["the default"] : say`the default instead of ${quoted(former)}`;
}
