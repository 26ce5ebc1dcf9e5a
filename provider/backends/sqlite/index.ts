import type { TopologyRegistry } from "../../registry/registry";
import type { BackendOptions } from "../backend";
import { SqlRegistry } from "../sql/sql-registry";
import { SqliteStore } from "./sqlite-store";

export function openSqlite(path: string, options: BackendOptions): TopologyRegistry {
  return new SqlRegistry(new SqliteStore(path, options), options);
}
