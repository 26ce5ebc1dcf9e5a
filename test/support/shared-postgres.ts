import { randomUUID } from "node:crypto";
import type { QueryResultRow } from "pg";
import { HOST, queryOnce, SUPERUSER, type UrlOptions, urlOf } from "./postgres-client";

const VARIABLE = "TEST_POSTGRES";

/** The server that all tests of a run share. */
export interface SharedPostgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  url(options?: UrlOptions): string;
  /** Runs one statement as superuser on a connection of its own. */
  query<Row extends QueryResultRow>(text: string, values?: unknown[], database?: string): Promise<Row[]>;
}

/** A database of a test's own on the shared server. */
export interface TestDatabase {
  readonly name: string;
  url(options?: Omit<UrlOptions, "database">): string;
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Removes it, whoever is connected to it. */
  drop(): Promise<void>;
}

/** Tells this process, and those that it starts, where the shared server is. */
export function announce(port: number | undefined): void {
  if (port === undefined) delete process.env[VARIABLE];
  else process.env[VARIABLE] = JSON.stringify({ host: HOST, port, ...SUPERUSER });
}

export function sharedPostgres(): SharedPostgres {
  const place = process.env[VARIABLE];
  if (!place)
    throw new Error(
      "there is no shared PostgreSQL server: Mocha was run without 'test/support/postgres-fixture', " +
        "which .mocharc.json names; run it in the folder of the clone",
    );
  const server = JSON.parse(place) as Pick<SharedPostgres, "host" | "port" | "user" | "password">;
  const url = (options?: UrlOptions) => urlOf(server.port, options);
  return { ...server, url, query: (text, values, database) => queryOnce(url({ database }), text, values) };
}

/** A name that no other test uses. */
export function newSchemaName(): string {
  return `schema_${unique()}`;
}

/** Removes a schema of the shared server and everything in it, if it is there. */
export async function dropSchema(name: string, database?: string): Promise<void> {
  await sharedPostgres().query(`DROP SCHEMA IF EXISTS "${name}" CASCADE`, [], database);
}

export async function newDatabase(): Promise<TestDatabase> {
  const server = sharedPostgres();
  const name = `database_${unique()}`;
  await server.query(`CREATE DATABASE ${name}`);
  return {
    name,
    url: (options) => server.url({ ...options, database: name }),
    query: (text, values) => server.query(text, values, name),
    drop: async () => {
      await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

function unique(): string {
  return randomUUID().replaceAll("-", "");
}
