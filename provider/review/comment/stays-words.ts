import { type Phrase, quoted, say } from "../phrase";
import { heirOf, whyKept } from "./kept";
import type { RecordStep, Words } from "./kind-words";
import type { Scope } from "./topology";

/** What becomes of a record whose resource goes, where it stays for another resource or for nobody. */
export function staysWords(step: RecordStep, scope: Scope, record: Phrase): Words | undefined {
  const heir = heirOf(step, scope);
  if (heir)
    return { effect: "removed", words: say`${record} passes to the resource ${quoted(heir.step.name)}` };
  const why = whyKept(step, scope.registry);
  return why && { effect: "forgotten", words: say`${record} stays as it is, because ${why}` };
}

/** The same, or that it goes. */
export function removedWords(step: RecordStep, scope: Scope, record: Phrase): Words {
  return staysWords(step, scope, record) ?? { effect: "removed", words: say`${record} will be removed` };
}
