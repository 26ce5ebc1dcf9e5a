import { ALL_MANAGED } from "../../provider/backends/backend";
import type { Kind, NewRecordOf } from "../../provider/registry/records";
import { MemoryRegistry, MemoryStore } from "../support/memory-registry";
import { OBSERVING, ObservingRegistry } from "../support/observing-registry";
import { BY_HAND } from "./bench";
import { registryContract } from "./registry-contract";

registryContract("the registry in memory", {
  capabilities: ALL_MANAGED,
  newStore: async () => {
    const store = new MemoryStore();
    return { open: (options) => new MemoryRegistry(store, options), dispose: async () => {} };
  },
});

/** No pool that others make is without a server. */
const LEAST_SERVERS = ["s1.default.example"];

const observing = (observed: readonly Kind[]) => {
  const capabilities = { ...OBSERVING, observed };
  return {
    capabilities,
    initial: [{ kind: "sip-domain" as const, key: "default.example" }],
    newStore: async () => {
      const store = new MemoryStore();
      const others = new MemoryRegistry(store);
      await others.create("sip-domain", { domain: "default.example", isDefault: true }, BY_HAND);
      return {
        open: () => new ObservingRegistry(store, capabilities),
        provide: async <K extends Kind>(kind: K, record: NewRecordOf<K>) => {
          const servers = "shape" in record && record.shape === "multiple" ? LEAST_SERVERS : undefined;
          const least = kind === "pool" ? { nextHopPool: "fe.default.example", servers } : {};
          await others.create(kind, { ...least, ...record }, BY_HAND);
        },
        withdraw: async (kind: Kind, key: string) => {
          const stored = await others.get(kind, key);
          if (stored) await others.remove(kind, key, stored, BY_HAND);
        },
        dispose: async () => {},
      };
    },
  };
};

registryContract("the registry in memory whose pools others make", observing(OBSERVING.observed));
registryContract("the registry in memory whose pools others make, with its SIP domains", {
  ...observing(["pool", "sip-user"]),
  slow: true,
});
