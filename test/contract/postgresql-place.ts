import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { Client, type QueryResultRow } from "pg";
import type { BackendOptions } from "../../provider/backends/backend";
import { openRegistry } from "../../provider/backends/index";
import { isRegistryError, type RegistryErrorCode } from "../../provider/registry/errors";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { parseRegistrySettings } from "../../provider/registry/settings";
import { queryOnce, SUPERUSER, type UrlOptions } from "../support/postgres-client";
import { dropSchema, newSchemaName, sharedPostgres } from "../support/shared-postgres";
import { failsWith } from "./bench";

/** What may stand in no error: every password that these tests use holds one of them. */
const SECRETS = [SUPERUSER.password, "s3cret"];

/** A schema of its own for each case on the shared server, and what may happen to a registry in it. */
export interface PostgresqlPlace {
  readonly schema: string;
  /** The address of the schema. */
  url(options?: UrlOptions): string;
  /** A handle that is closed after the case, by default on the schema. */
  open(url?: UrlOptions | string, options?: Partial<BackendOptions>): TopologyRegistry;
  /** Runs statements as superuser in the schema, as with psql. */
  byHand<Row extends QueryResultRow>(statements: string): Promise<Row[]>;
  /** A connection of the superuser to the schema that is ended after the case. */
  connect(): Promise<Client>;
  /** Makes a role that is removed after the case, with a password that no error may show. */
  newRole(attributes?: string): Promise<{ user: string; password: string }>;
}

export function usePostgresqlPlace(): PostgresqlPlace {
  let schema = "";
  let ends: (() => Promise<unknown>)[] = [];
  const inSchema = () => sharedPostgres().url({ parameters: { options: `-c search_path=${schema}` } });
  beforeEach(() => {
    schema = newSchemaName();
    ends = [];
  });
  afterEach(async () => {
    for (const end of ends.toReversed()) await end();
    await dropSchema(schema);
  });
  const place: PostgresqlPlace = {
    get schema() {
      return schema;
    },
    url: (options = {}) =>
      sharedPostgres().url({ ...options, parameters: { schema, ...options.parameters } }),
    open(url = {}, options) {
      const settings = parseRegistrySettings(typeof url === "string" ? url : place.url(url), "/");
      const handle = openRegistry(settings, options);
      ends.push(() => handle.close());
      return handle;
    },
    byHand: (statements) => queryOnce(inSchema(), statements),
    async connect() {
      const client = new Client({ connectionString: inSchema() });
      await client.connect();
      ends.push(() => client.end());
      return client;
    },
    async newRole(attributes = "") {
      const user = `role_${randomUUID().replaceAll("-", "")}`;
      const password = "s3cret";
      await sharedPostgres().query(`CREATE ROLE ${user} LOGIN PASSWORD '${password}' ${attributes}`);
      ends.push(async () => {
        await sharedPostgres().query(`DROP OWNED BY ${user} CASCADE`);
        await sharedPostgres().query(`DROP ROLE ${user}`);
      });
      return { user, password };
    },
  };
  return place;
}

/** Fails unless `work` fails as `failsWith` has it, and no password is in the error or in what it comes from. */
export async function refused(
  work: Promise<unknown>,
  code: RegistryErrorCode,
  ...words: string[]
): Promise<void> {
  await failsWith(work, code, ...words);
  const error = await work.catch((reason: unknown) => reason);
  assert.ok(isRegistryError(error));
  const everything = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true });
  assert.ok(everything.includes(error.message.slice(0, 40)));
  for (const secret of SECRETS) assert.ok(!everything.includes(secret), everything);
}
