import type { Preview, Step } from "../preview";
import { OWN_TYPES, PROVIDER_TYPE } from "../urn";

// What a preview of two programs alone can say, and what it cannot.

/** Whether a resource is one of this package, a provider of them, a component or the stack itself. */
export function isOwn({ type, isComponent }: Pick<Step, "type" | "isComponent">): boolean {
  return isComponent === true || type === PROVIDER_TYPE || type.startsWith(OWN_TYPES);
}

/** A preview without the resources of other providers. */
export function ownPart(preview: Preview): Preview {
  const steps = preview.steps.filter(isOwn);
  const urns = new Set(steps.map(({ urn }) => urn));
  const known = (step: Step) => step.dependencies.filter((urn) => urns.has(urn));
  return { ...preview, steps: steps.map((step) => ({ ...step, dependencies: known(step) })) };
}
