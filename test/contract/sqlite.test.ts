import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ALL_MANAGED } from "../../provider/backends/backend";
import { openRegistry } from "../../provider/backends/index";
import { processContract } from "./process-contract";
import { registryContract } from "./registry-contract";

async function newPlace() {
  const folder = await mkdtemp(join(tmpdir(), "registry-"));
  return {
    settings: { backend: "sqlite", path: join(folder, "new", "registry.db") } as const,
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

registryContract("SQLite", {
  capabilities: ALL_MANAGED,
  newStore: async () => {
    const { settings, dispose } = await newPlace();
    return { open: (options) => openRegistry(settings, options), dispose };
  },
});

processContract("SQLite", { capabilities: ALL_MANAGED, newPlace });
