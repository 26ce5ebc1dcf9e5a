import { RegistryError } from "../registry/errors";
import type { LifecycleMethods } from "./host";

/**
 * A lifecycle that opens no registry, for a preview of programs alone: what a program looks up is not known, and the engine
 * shows whatever depends on it so. Everything that would write refuses.
 */
export function unanswered(lifecycle: LifecycleMethods): LifecycleMethods {
  const refuse = () => {
    throw new RegistryError(
      "unsupported",
      "cannot change anything without a registry: PERSISTENTCHAT_NO_REGISTRY is set, which is for previews alone; unset it",
    );
  };
  return {
    check: (olds, news) => lifecycle.check(olds, news),
    diff: (id, olds, news) => lifecycle.diff(id, olds, news),
    // In a preview the engine takes an output that is missing for one that is not known yet. A cutover cannot be declared
    // before it is known how far it has come: it has the steps of a new one.
    read: async (id, props) => ({ id, props: { ...props, progress: null } }),
    create: refuse,
    update: refuse,
    delete: refuse,
  };
}
