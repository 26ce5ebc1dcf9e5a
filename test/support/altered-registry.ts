import { RegistryError } from "../../provider/registry/errors";
import type { TopologyRegistry } from "../../provider/registry/registry";

/** A registry of which some members are others. */
export function altered(registry: TopologyRegistry, members: Partial<TopologyRegistry>): TopologyRegistry {
  return new Proxy(registry, {
    get(target, name) {
      const other: unknown = Reflect.get(members, name);
      if (other !== undefined) return other;
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

/** A method that fails, after a look at what is there. */
export function outOfOrder(look: () => void = () => {}): () => Promise<never> {
  return async () => {
    look();
    throw new RegistryError("unavailable", "out of order");
  };
}
