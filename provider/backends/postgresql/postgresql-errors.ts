import { DatabaseError } from "pg";
import { RegistryError, type RegistryErrorCode } from "../../registry/errors";
import { DamagedRow } from "../sql/sql-rows";

// Conditions by SQLSTATE, https://www.postgresql.org/docs/18/errcodes-appendix.html, and by Node's codes; never by text.

const READ_ONLY = "25006";
const UNIQUE_VIOLATION = "23505";
const FOREIGN_KEY_VIOLATION = "23503";
const SERIALIZATION_FAILURE = "40001";
const DEADLOCK = "40P01";
const STARTING = "57P03";
const NO_TABLE = "42P01";
const NO_PERMISSION = "42501";
const NO_SCHEMA = "3F000";
const REVISIONS = "history_kind_key_revision_key";

/** A write met another state than was read; nothing was written. */
export class Overtaken extends Error {}

/** A host that answers, and is not what `target_session_attrs` asks for. */
export class UnfitHost extends Error {}

/** The connection ended, or was given up, before an answer came. */
export class ConnectionLost extends Error {}

/** A connection that was given up, since no answer came in time. */
export class ServerSilent extends ConnectionLost {}

/** The host did not get as far as to let us in, in the time that it had. */
export class ConnectTimeout extends Error {}

/** The host speaks PostgreSQL without TLS only. */
export class NoTls extends Error {}

/** A file that the settings name cannot be read, or is not what it should be. */
export class UnusableFile extends Error {}

const GRANTS = "ask the owner of the schema for the grants that the README lists";
const CERTIFICATE = "name the right authority in 'sslrootcert', and the host as its certificate does";
export const FOREIGN_TABLES = "the schema has tables of another program; name another one with 'schema'";

const DATABASE_CAUSES: Readonly<Record<string, string>> = {
  "28P01": "the password is wrong; correct it",
  "28000":
    "the server does not let this user in from here; look at 'sslmode', at the role and at pg_hba.conf",
  "3D000": "there is no such database; correct its name, or make it",
  [NO_SCHEMA]: "its schema is gone; restore it, or correct the name",
  [NO_TABLE]: "its tables are gone; restore them, or correct the name of the schema",
  "42P07": FOREIGN_TABLES,
  "42703": FOREIGN_TABLES, // a column is missing
  "42710": FOREIGN_TABLES, // a type has the name
  "42723": FOREIGN_TABLES, // a function has the name
  [NO_PERMISSION]: `permission is denied; ${GRANTS}`,
  [READ_ONLY]:
    "the server is a read-only replica; name the primary, or all hosts with 'target_session_attrs=read-write'",
  "53100": "its disk is full; make room, and try again",
  "53300": "the server has too many connections; lower 'pool_size', or try again when fewer programs use it",
  "55P03":
    "another process has locked the record for too long; wait for that process or end it, and try again",
  "57014": "the statement took too long; raise 'statement_timeout', or look at what holds the server up",
  "57P01": "the server was stopped; start it, and try again",
  "57P02": "the server crashed; try again when it has recovered",
  [STARTING]: "the server is starting or stopping; try again in a while",
};

const SYSTEM_CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there; start the server, or correct host and port",
  ECONNRESET: "the connection was reset; look at the server, and try again",
  ENOTFOUND: "there is no host of this name; correct it",
  EAI_AGAIN: "the name of the host cannot be resolved now; look at the network, and try again",
  EHOSTUNREACH: "the host cannot be reached; look at the network, and try again",
  ENETUNREACH: "the network cannot be reached; look at it, and try again",
  ETIMEDOUT: "the host does not answer; look at the network, and try again",
  ENOENT: "there is no such socket; start the server, or correct the folder",
  EACCES: "this account may not use the socket",
  ERR_TLS_CERT_ALTNAME_INVALID: `TLS is refused, since the certificate is for another host; ${CERTIFICATE}`,
  ERR_OSSL_X509_KEY_VALUES_MISMATCH:
    "the key in 'sslkey' is not that of the certificate in 'sslcert'; name both files of one pair",
  CERT_HAS_EXPIRED: "TLS is refused, since the server's certificate has expired; renew it",
};
const OUT_OF_REACH = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"];
// What Node says of a chain that does not end at an authority it knows, https://nodejs.org/api/tls.html#x509-certificate-error-codes.
const UNTRUSTED = /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|CERT_|ERR_SSL_|ERR_TLS_|INVALID_CA|PATH_LENGTH)/;

/** Any failure as one of ours; `doing` is a verb and its object. */
export function storeFailure(doing: string, location: string, error: unknown): RegistryError {
  if (error instanceof RegistryError) return error;
  const code: RegistryErrorCode = /^2[23]/.test(sqlStateOf(error) ?? "") ? "invalid" : "unavailable";
  return failure(code, doing, location, causeOf(error), error);
}

/** The failure of a write whose answer did not come. */
export function unknownOutcome(doing: string, location: string, error: unknown): RegistryError {
  const cause = `${causeOf(error)}; it may have been done or not, so run it again`;
  return failure("unavailable", doing, location, cause, error);
}

export function overtakenTooOften(
  doing: string,
  location: string,
  times: number,
  error: unknown,
): RegistryError {
  // A rule of the store that is broken every time is no race.
  if (isOneOf(error, UNIQUE_VIOLATION, FOREIGN_KEY_VIOLATION)) return storeFailure(doing, location, error);
  const cause = `other writes got in the way ${times} times; try again`;
  return failure("unavailable", doing, location, cause, error);
}

export function closedRegistry(doing: string, location: string): RegistryError {
  return failure("unavailable", doing, location, "it was closed; open it again");
}

export function noRegistry(doing: string, location: string, schema: string): RegistryError {
  const cause = `its schema '${schema}' holds none; correct the name, or let 'persistentchat migrate' or the first 'pulumi up' make it`;
  return failure("unavailable", doing, location, cause);
}

/** A registry that does not exist yet, or is of an earlier version, and could not be made. */
export function notMade(location: string, schema: string, error: unknown): unknown {
  // A schema that must not be used counts as none when a table is to be made in it.
  if (!isOneOf(error, NO_PERMISSION, NO_SCHEMA)) return error;
  return new RegistryError(
    "unavailable",
    `cannot make the tables of the registry '${location}' in schema '${schema}': permission is denied; let the owner of the schema run 'persistentchat migrate'`,
    { cause: error },
  );
}

export function outdated(location: string, schema: string): RegistryError {
  return new RegistryError(
    "unavailable",
    `cannot read the registry '${location}': an earlier pulumi-persistentchat made its schema '${schema}'; let its owner run 'persistentchat migrate'`,
  );
}

export function lostRegistry(location: string, schema: string): RegistryError {
  return new RegistryError(
    "unavailable",
    `cannot find the records of this stack in the registry '${location}': its schema '${schema}' holds none; correct the setting 'persistentchat:registry' or restore the database ('pulumi stack rm --force' forgets a stack whose registry was given up)`,
  );
}

/** Whether a failure means that the plan of a write is to be made again, from what is there now. Nothing was written. */
export function isOvertaken(error: unknown): boolean {
  if (error instanceof Overtaken) return true;
  return isOneOf(error, SERIALIZATION_FAILURE, DEADLOCK, UNIQUE_VIOLATION, FOREIGN_KEY_VIOLATION);
}

/** Whether a host cannot be used yet, since it starts or recovers. */
export function isStarting(error: unknown): boolean {
  return isOneOf(error, STARTING);
}

/** Whether a host has let us know that no other one will do better: the account or the database is wrong. */
export function isDecisive(error: unknown): boolean {
  return error instanceof RegistryError || isOneOf(error, "28P01", "28000", "3D000", NO_PERMISSION);
}

/** Whether a connection is of no use after a failure: it has ended, or another one may lead to a better place. */
export function isUseless(error: unknown): boolean {
  if (error instanceof ConnectionLost) return true;
  const state = sqlStateOf(error) ?? "";
  return /^(08|57P)/.test(state) || state === READ_ONLY || state === NO_TABLE;
}

export function isReadOnly(error: unknown): boolean {
  return isOneOf(error, READ_ONLY);
}

/** Whether a host did not answer, so that another way to encrypt a connection to it would only take the same time again. */
export function isOutOfReach(error: unknown): boolean {
  return error instanceof ConnectTimeout || OUT_OF_REACH.includes(codeOf(error) ?? "");
}

/** Whether a host refuses only as long as the connection is encrypted as it is, or is not. */
export function mayDependOnTls(error: unknown): boolean {
  return isOneOf(error, "28000");
}

function isOneOf(error: unknown, ...states: string[]): boolean {
  return states.includes(sqlStateOf(error) ?? "");
}

const SAYING_IT_ALL = [DamagedRow, UnfitHost, UnusableFile, RegistryError];

export function causeOf(error: unknown): string {
  if (error instanceof ConnectionLost && error.cause instanceof DatabaseError) return causeOf(error.cause);
  if (SAYING_IT_ALL.some((kind) => error instanceof kind)) return (error as Error).message;
  if (error instanceof ConnectTimeout)
    return "the host does not answer in time; look at the network, or raise 'connect_timeout'";
  if (error instanceof NoTls)
    return "TLS is refused: the server has none; set it up there, or lower 'sslmode'";
  const state = sqlStateOf(error);
  if (state !== undefined) return DATABASE_CAUSES[state] ?? otherCauseOf(state, error as DatabaseError);
  const code = codeOf(error instanceof ConnectionLost && error.cause ? error.cause : error);
  const known = SYSTEM_CAUSES[code ?? ""];
  if (known) return known;
  if (code && UNTRUSTED.test(code))
    return `TLS is refused, since the certificate is not trusted (${code}); ${CERTIFICATE}`;
  if (error instanceof ServerSilent)
    return "the server does not answer in time; look at it and at the network, and try again";
  if (error instanceof ConnectionLost) return "the connection was lost; look at the server, and try again";
  return `${oneLine(error instanceof Error ? error.message : String(error))}; look at the server, and try again`;
}

function otherCauseOf(state: string, error: DatabaseError): string {
  if (/^2[23]/.test(state)) {
    if (error.constraint === REVISIONS)
      return "a row was put in by hand with a revision that was used; raise it";
    const rule = error.constraint === undefined ? "" : ` (${error.constraint})`;
    return `a value breaks a rule of the store${rule}; correct it`;
  }
  return `${oneLine(error.message)} (SQLSTATE ${state}); look at the server, and try again`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

function failure(
  code: RegistryErrorCode,
  doing: string,
  location: string,
  cause: string,
  error?: unknown,
): RegistryError {
  return new RegistryError(code, `cannot ${doing} in the registry '${location}': ${cause}`, { cause: error });
}

function sqlStateOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
