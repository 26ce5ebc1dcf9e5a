import { ALL_MANAGED } from "../../provider/backends/backend";
import { MemoryRegistry, MemoryStore } from "../support/memory-registry";
import { registryContract } from "./registry-contract";

registryContract("the registry in memory", {
  capabilities: ALL_MANAGED,
  newStore: async () => {
    const store = new MemoryStore();
    return { open: (options) => new MemoryRegistry(store, options), dispose: async () => {} };
  },
});
