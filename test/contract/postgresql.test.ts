import { ALL_MANAGED } from "../../provider/backends/backend";
import { openRegistry } from "../../provider/backends/index";
import { parseRegistrySettings } from "../../provider/registry/settings";
import { dropSchema, newSchemaName, sharedPostgres } from "../support/shared-postgres";
import { processContract } from "./process-contract";
import { registryContract } from "./registry-contract";

async function newPlace() {
  const schema = newSchemaName();
  return {
    settings: parseRegistrySettings(sharedPostgres().url({ parameters: { schema } }), "/"),
    dispose: () => dropSchema(schema),
  };
}

registryContract("PostgreSQL", {
  capabilities: ALL_MANAGED,
  newStore: async () => {
    const { settings, dispose } = await newPlace();
    return { open: (options) => openRegistry(settings, options), dispose };
  },
});

processContract("PostgreSQL", { capabilities: ALL_MANAGED, newPlace });
