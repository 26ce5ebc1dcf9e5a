import type { PostgresqlSettings } from "../registry/postgresql-settings";
import type { TopologyRegistry } from "../registry/registry";
import type { BackendOptions } from "./backend";
import { PostgresqlStore } from "./postgresql-store";
import { SqlRegistry } from "./sql-registry";

export function openPostgresql(settings: PostgresqlSettings, options: BackendOptions): TopologyRegistry {
  return new SqlRegistry(new PostgresqlStore(settings, options), options);
}
