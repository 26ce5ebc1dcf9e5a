import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BackendOptions } from "../../provider/backends/backend";
import { openRegistry } from "../../provider/backends/index";
import { loadDriver } from "../../provider/backends/sqlite/sqlite-driver";
import type { RegistryErrorCode } from "../../provider/registry/errors";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { endProcesses } from "../support/registry-process";
import { ANNA, failsWith, furnish, POOL } from "./bench";

/** A folder of its own for each case, and what may happen to a registry in it. */
export interface SqlitePlace {
  readonly folder: string;
  /** Where the registry is; a case may move it. */
  path: string;
  /** A handle that is closed after the case. */
  open(options?: Partial<BackendOptions>): TopologyRegistry;
  /** Closes every handle. */
  close(): Promise<void>;
  /** Makes a registry with content, and closes it. */
  make(): Promise<void>;
  /** Fails unless reading and writing both fail with this code and these words, and name the file. */
  refused(code: RegistryErrorCode, ...words: string[]): Promise<TopologyRegistry>;
  /** Edits the file behind the registry's back. */
  byHand(statements: string): void;
}

export function useSqlitePlace(): SqlitePlace {
  let folder = "";
  let handles: TopologyRegistry[] = [];
  const place: SqlitePlace = {
    path: "",
    get folder() {
      return folder;
    },
    open(options) {
      const handle = openRegistry({ backend: "sqlite", path: place.path }, options);
      handles.push(handle);
      return handle;
    },
    async close() {
      await Promise.all(handles.map((handle) => handle.close()));
      handles = [];
    },
    async make() {
      await furnish(place.open());
      await place.close();
    },
    async refused(code, ...words) {
      const registry = place.open({ lockTimeout: 50 });
      const write = registry.create("sip-domain", { domain: "fabrikam.com" }, ANNA);
      await failsWith(write, code, place.path, ...words);
      await failsWith(registry.get("pool", POOL), code, place.path, ...words);
      return registry;
    },
    byHand(statements) {
      const database = new (loadDriver().DatabaseSync)(place.path);
      try {
        database.exec(statements);
      } finally {
        database.close();
      }
    },
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "registry-"));
    place.path = join(folder, "registry.db");
  });
  afterEach(async () => {
    await endProcesses();
    await place.close();
    await rm(folder, { recursive: true, force: true });
  });
  return place;
}
