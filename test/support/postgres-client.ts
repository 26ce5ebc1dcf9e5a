import { Client, type QueryResultRow } from "pg";

export const HOST = "127.0.0.1";

export const SUPERUSER = { user: "postgres", password: "known-to-the-tests" } as const;

export interface UrlOptions {
  user?: string;
  password?: string;
  host?: string;
  /** Of a proxy, say. */
  port?: number;
  database?: string;
  parameters?: Readonly<Record<string, string>>;
}

/** The address of a database, for the superuser where nothing else is said. */
export function urlOf(port: number, options: UrlOptions = {}): string {
  const { user, password, host, database, parameters } = options;
  const account = [user ?? SUPERUSER.user, password ?? SUPERUSER.password].map(encodeURIComponent).join(":");
  const query = new URLSearchParams(parameters).toString().replaceAll("+", "%20");
  const path = encodeURIComponent(database ?? "postgres");
  return `postgresql://${account}@${host ?? HOST}:${options.port ?? port}/${path}${query && `?${query}`}`;
}

/** Runs one statement on a connection of its own. */
export async function queryOnce<Row extends QueryResultRow>(
  connectionString: string,
  text: string,
  values?: unknown[],
  tls = false,
): Promise<Row[]> {
  const client = new Client({ connectionString, ssl: tls && { rejectUnauthorized: false } });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}
