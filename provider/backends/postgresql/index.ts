import type { PostgresqlSettings } from "../../registry/postgresql-settings";
import type { TopologyRegistry } from "../../registry/registry";
import type { BackendOptions } from "../backend";
import { SqlRegistry } from "../sql/sql-registry";
import { PostgresqlStore } from "./postgresql-store";

export function openPostgresql(settings: PostgresqlSettings, options: BackendOptions): TopologyRegistry {
  return new SqlRegistry(new PostgresqlStore(settings, options), options);
}
