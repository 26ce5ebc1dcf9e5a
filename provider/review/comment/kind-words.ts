import type { Phrase } from "../phrase";
import type { Properties, Step } from "../preview";
import type { Change } from "./change";
import type { Scope } from "./topology";

/** A step of a resource that declares a record. */
export type RecordStep = Scope["steps"][number];
export type Words = Pick<Change, "effect" | "words">;

/** What is said of the resources of one kind, by what the engine does with them. */
export interface KindWords {
  made(step: RecordStep, after: Properties, scope: Scope): Phrase;
  removed(step: RecordStep, scope: Scope): Words;
  replaced(step: RecordStep, scope: Scope): Phrase;
  updated(step: RecordStep, scope: Scope): Words;
}

/** What becomes of a resource; nothing where it stays, or is only read. */
export function wordsOf(kind: KindWords, step: RecordStep, scope: Scope): Words | undefined {
  const { operation, after } = step;
  switch (operation) {
    case "create":
    case "other":
      if (after === undefined) return undefined;
      return { effect: operation === "create" ? "new" : "imported", words: kind.made(step, after, scope) };
    case "delete":
      return kind.removed(step, scope);
    case "replace":
      return { effect: "replaced", words: kind.replaced(step, scope) };
    case "update":
      return kind.updated(step, scope);
    default:
      return undefined;
  }
}

/** Whether a step gives an argument another value. Of a secret the engine alone can tell. */
export function alters({ changed, before, after }: Step, argument: string): boolean {
  return changed.includes(argument) || before?.[argument] !== after?.[argument];
}
