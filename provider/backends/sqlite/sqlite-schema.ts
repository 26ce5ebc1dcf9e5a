import type { DatabaseSync } from "node:sqlite";
import { RegistryError } from "../../registry/errors";

/** Marks a file as a registry (`PRAGMA application_id`), so that no other program's database is taken for one. */
const APPLICATION_ID = 0x50434854;

// Versions apply in order, each in the transaction that ends the one before. A released one is never edited.
const VERSIONS: readonly string[] = [
  `
  CREATE TABLE sip_domain (
    domain TEXT NOT NULL COLLATE NOCASE PRIMARY KEY,
    is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    revision INTEGER NOT NULL,
    incarnation TEXT NOT NULL,
    managed_by TEXT
  ) STRICT;
  CREATE UNIQUE INDEX one_default_domain ON sip_domain (is_default) WHERE is_default = 1;

  CREATE TABLE pool (
    pool_fqdn TEXT NOT NULL COLLATE NOCASE PRIMARY KEY,
    shape TEXT NOT NULL CHECK (shape IN ('single', 'multiple')),
    display_name TEXT,
    servers TEXT NOT NULL CHECK (json_valid(servers) AND json_type(servers) = 'array'),
    active_servers TEXT NOT NULL CHECK (json_valid(active_servers) AND json_type(active_servers) = 'array'),
    next_hop_pool TEXT COLLATE NOCASE,
    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    settings TEXT NOT NULL CHECK (json_valid(settings) AND json_type(settings) = 'object'),
    pool_state TEXT NOT NULL CHECK (pool_state IN ('Normal', 'FailedOver')),
    revision INTEGER NOT NULL,
    incarnation TEXT NOT NULL,
    managed_by TEXT
  ) STRICT;

  -- Endpoints and SIP users in one table: its key gives an address one holder, whatever the case.
  CREATE TABLE contact (
    sip_address TEXT NOT NULL COLLATE NOCASE PRIMARY KEY CHECK (sip_address LIKE 'sip:_%@_%'),
    sip_domain TEXT NOT NULL COLLATE NOCASE
      GENERATED ALWAYS AS (substr(sip_address, instr(sip_address, '@') + 1)) STORED
      REFERENCES sip_domain (domain),
    kind TEXT NOT NULL CHECK (kind IN ('endpoint', 'sip-user')),
    pool_fqdn TEXT COLLATE NOCASE REFERENCES pool (pool_fqdn),
    display_name TEXT,
    revision INTEGER NOT NULL,
    incarnation TEXT NOT NULL,
    managed_by TEXT,
    CHECK ((kind = 'endpoint') = (pool_fqdn IS NOT NULL))
  ) STRICT;
  CREATE INDEX contact_of_domain ON contact (sip_domain);
  CREATE INDEX contact_of_pool ON contact (pool_fqdn);

  CREATE TABLE history (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('sip-domain', 'pool', 'endpoint', 'sip-user')),
    key TEXT NOT NULL COLLATE NOCASE,
    action TEXT NOT NULL CHECK (action IN ('create', 'update', 'claim', 'remove')),
    managed_by TEXT,
    operator TEXT NOT NULL,
    was TEXT CHECK (was IS NULL OR json_valid(was)),
    became TEXT CHECK (became IS NULL OR json_valid(became)),
    revision INTEGER NOT NULL,
    incarnation TEXT NOT NULL,
    CHECK ((action = 'create') = (was IS NULL)),
    CHECK ((action = 'remove') = (became IS NULL))
  ) STRICT;
  CREATE INDEX history_of_key ON history (kind, key);
  `,
  `
  CREATE TABLE cutover (
    name TEXT NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 63 AND name NOT GLOB '*[^a-z0-9-]*'),
    progress TEXT NOT NULL CHECK (json_valid(progress) AND json_type(progress) = 'object'),
    revision INTEGER NOT NULL,
    incarnation TEXT NOT NULL,
    managed_by TEXT
  ) STRICT;

  ALTER TABLE contact ADD COLUMN attributes TEXT CHECK (
    attributes IS NULL OR (kind = 'sip-user' AND json_valid(attributes) AND json_type(attributes) = 'object')
  );

  -- SQLite changes no check of a table: the entries move to another one, with their numbers and the last number given.
  ALTER TABLE history RENAME TO history_before;
  DROP INDEX history_of_key;
  CREATE TABLE history (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('sip-domain', 'pool', 'endpoint', 'sip-user', 'cutover')),
    key TEXT NOT NULL COLLATE NOCASE,
    action TEXT NOT NULL CHECK (action IN ('create', 'update', 'claim', 'remove')),
    managed_by TEXT,
    operator TEXT NOT NULL,
    was TEXT CHECK (was IS NULL OR json_valid(was)),
    became TEXT CHECK (became IS NULL OR json_valid(became)),
    revision INTEGER NOT NULL,
    incarnation TEXT NOT NULL,
    CHECK ((action = 'create') = (was IS NULL)),
    CHECK ((action = 'remove') = (became IS NULL))
  ) STRICT;
  INSERT INTO history SELECT * FROM history_before;
  DELETE FROM sqlite_sequence WHERE name = 'history';
  UPDATE sqlite_sequence SET name = 'history' WHERE name = 'history_before';
  DROP TABLE history_before;
  CREATE INDEX history_of_key ON history (kind, key);
  `,
];

export const SCHEMA_VERSION = VERSIONS.length;

/** Where a database stands. Fails where it is not, or no longer, ours to read. */
export function schemaState(database: DatabaseSync, path: string): "empty" | "old" | "current" {
  const version = pragma(database, "user_version");
  const application = pragma(database, "application_id");
  if (version === 0 && application === 0 && pragma(database, "schema_version") === 0) return "empty";
  if (application !== APPLICATION_ID)
    throw new RegistryError(
      "unavailable",
      `cannot open the registry '${path}': the file is an SQLite database of another program; name another file`,
    );
  if (version > SCHEMA_VERSION)
    throw new RegistryError(
      "unavailable",
      `cannot open the registry '${path}': a later pulumi-persistentchat wrote it (schema ${version}, and this one knows ${SCHEMA_VERSION}); update the package`,
    );
  return version === SCHEMA_VERSION ? "current" : "old";
}

/** Brings a database to the current schema; to be called inside a transaction. */
export function migrate(database: DatabaseSync, path: string): void {
  // Looked at again under the lock: another process may have been first.
  if (schemaState(database, path) === "current") return;
  for (const statements of VERSIONS.slice(pragma(database, "user_version"))) database.exec(statements);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
