import { defined } from "./changes";
import { RegistryError } from "./errors";
import { decodePercent } from "./percent-encoding";

/** What a connection must be able to do before it is used (`target_session_attrs` of libpq). */
export const SESSION_ATTRIBUTES = ["any", "read-write", "read-only", "primary", "standby"] as const;
export type SessionAttributes = (typeof SESSION_ATTRIBUTES)[number];

/** How a connection is encrypted, and what of the server's certificate is checked (`sslmode` of libpq). */
export const TLS_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
export type TlsMode = (typeof TLS_MODES)[number];

/**
 * A registry in PostgreSQL, as the URL `postgresql://[user[:password]@]host[:port][,…]/database[?parameter=value&…]` tells
 * it, in libpq's names: https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNSTRING.
 */
export interface PostgresqlSettings {
  backend: "postgresql";
  /** Tried in this order. Never empty. A host that begins with `/` is the folder of a Unix socket. */
  hosts: { host: string; port: number }[];
  database: string;
  user: string;
  /** Absent where PGPASSWORD or the password file has it, or where the server asks for none. */
  password?: string;
  /** The schema in which the tables are; `schema`, default `persistentchat`. */
  schema: string;
  /** `target_session_attrs`, default `any`. */
  sessionAttributes: SessionAttributes;
  tls: {
    /** `sslmode`, default `prefer`. */
    mode: TlsMode;
    /** `sslrootcert`: absolute path of the authority's certificate in PEM; absent: the authorities that Node knows. */
    authority?: string;
    /** `sslcert` and `sslkey`: absolute paths of the client's own certificate and key in PEM. */
    certificate?: string;
    key?: string;
  };
  /** Milliseconds for reaching each host, and for waiting until one fits; `connect_timeout` in seconds, default 10. */
  connectTimeout: number;
  /** Milliseconds after which the server gives a statement up; `statement_timeout` in milliseconds, default 30,000. */
  statementTimeout: number;
  /** Most connections at a time; `pool_size`, 1 to 100, default 4. */
  poolSize: number;
}

const DEFAULT_PORT = 5432;
const DEFAULT_SCHEMA = "persistentchat";
const FORM = "write postgresql://<user>@<host>[:<port>][,<host>…]/<database>";
const URL_PARTS = /^postgres(?:ql)?:\/\/(?:([^@/?]*)@)?([^@/?]*)\/([^/?#]*)(?:\?([^#]*))?$/;
const HOST = /^(?:\[([0-9a-f:.]+(?:%25[^\]]+)?)\]|([^:[\]]+))(?::([0-9]{1,5}))?$/i;

/** Reads a URL. Fails with `invalid`; the message repeats no value, only the name of a parameter. */
export function parsePostgresqlUrl(
  url: string,
  absolute: (path: string) => string,
  password?: string,
): PostgresqlSettings {
  const [, account = "", hosts = "", database = "", query = ""] = URL_PARTS.exec(url) ?? fail(FORM);
  const [user = "", ...rest] = account.split(":");
  // An empty one is none, as for libpq.
  const secret = decoded(rest.join(":")) || password || undefined;
  if (user === "") fail(`it names no user; ${FORM}`);
  if (database === "") fail(`it names no database; ${FORM}`);
  const parameters = new Parameters(query);
  const path = (name: string) => parameters.map(name, absolute);
  const settings: PostgresqlSettings = {
    backend: "postgresql",
    hosts: hosts.split(",").map(hostOf),
    database: decoded(database),
    user: decoded(user),
    ...defined({ password: secret }),
    schema: parameters.map("schema", schemaName) ?? DEFAULT_SCHEMA,
    sessionAttributes: parameters.oneOf("target_session_attrs", SESSION_ATTRIBUTES) ?? "any",
    tls: {
      mode: parameters.oneOf("sslmode", TLS_MODES) ?? "prefer",
      ...defined({ authority: path("sslrootcert"), certificate: path("sslcert"), key: path("sslkey") }),
    },
    connectTimeout: (parameters.integer("connect_timeout", 1, 3600) ?? 10) * 1000,
    statementTimeout: parameters.integer("statement_timeout", 1, 3_600_000) ?? 30_000,
    poolSize: parameters.integer("pool_size", 1, 100) ?? 4,
  };
  parameters.assertAllKnown();
  const { mode, authority, certificate, key } = settings.tls;
  if (mode === "verify-ca" && authority === undefined)
    fail("'sslmode=verify-ca' needs 'sslrootcert'; name the authority's certificate, or write verify-full");
  if ((certificate === undefined) !== (key === undefined))
    fail("'sslcert' and 'sslkey' need each other; write both");
  return settings;
}

/** What errors call the registry: hosts, ports, database and, where it is another one than most have, the schema. */
export function locationOf({ hosts, database, schema }: PostgresqlSettings): string {
  const suffix = schema === DEFAULT_SCHEMA ? "" : `?schema=${schema}`;
  return `postgresql://${hosts.map(hostAndPort).join(",")}/${database}${suffix}`;
}

export function hostAndPort({ host, port }: { host: string; port: number }): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function hostOf(text: string): { host: string; port: number } {
  const [, address, name, port] = HOST.exec(text) ?? fail(`it names no host; ${FORM}`);
  const number = port === undefined ? DEFAULT_PORT : Number(port);
  if (number < 1 || number > 65535) fail("a port is not between 1 and 65535");
  return { host: decoded(address ?? name ?? ""), port: number };
}

function schemaName(text: string): string {
  if (text === "" || Buffer.byteLength(text) > 63) fail("'schema' is a name of 1 to 63 bytes");
  return text;
}

/** The parameters of a URL, each of which must be asked for. */
class Parameters {
  readonly #values = new Map<string, string>();
  readonly #asked = new Set<string>();

  constructor(query: string) {
    for (const part of query.split("&").filter((text) => text !== "")) {
      const [name = "", ...value] = part.split("=");
      if (this.#values.has(decoded(name))) fail("a parameter stands in it twice");
      this.#values.set(decoded(name), decoded(value.join("=")));
    }
  }

  map<T>(name: string, use: (value: string) => T): T | undefined {
    this.#asked.add(name);
    const value = this.#values.get(name);
    return value === undefined ? undefined : use(value);
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    return this.map(
      name,
      (value) => allowed.find((word) => word === value) ?? fail(`'${name}' is none of ${allowed.join(", ")}`),
    );
  }

  integer(name: string, least: number, most: number): number | undefined {
    return this.map(name, (value) => {
      const number = /^[0-9]{1,10}$/.test(value) ? Number(value) : Number.NaN;
      if (number >= least && number <= most) return number;
      return fail(`'${name}' is not a whole number from ${least} to ${most}`);
    });
  }

  assertAllKnown(): void {
    const known = [...this.#asked].join(", ");
    // What has no value may be the rest of a password in which `?` was not escaped.
    if ([...this.#values.keys()].some((name) => !this.#asked.has(name)))
      fail(`it has an unknown parameter; the parameters are ${known}`);
  }
}

function decoded(text: string): string {
  return decodePercent(text) ?? fail("a part of it is wrongly escaped; write %25 for a percent sign");
}

function fail(problem: string): never {
  throw new RegistryError(
    "invalid",
    `cannot open the registry: its PostgreSQL URL cannot be read: ${problem}`,
  );
}
