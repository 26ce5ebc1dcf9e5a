import { readFile } from "node:fs/promises";
import type { ConnectionOptions } from "node:tls";
import { RegistryError } from "../registry/errors";
import type { PostgresqlSettings } from "../registry/postgresql-settings";

/** Connects with TLS on these terms, or without. */
export type Encryption = ConnectionOptions | false;

/**
 * The ways to encrypt a connection that a mode allows, in the order in which they are tried
 * (https://www.postgresql.org/docs/18/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS).
 */
export async function encryptionsOf({ mode, ...files }: PostgresqlSettings["tls"]): Promise<Encryption[]> {
  if (mode === "disable") return [false];
  const [ca, cert, key] = await Promise.all([
    fileOf("sslrootcert", files.authority),
    fileOf("sslcert", files.certificate),
    fileOf("sslkey", files.key),
  ]);
  const unverified = { cert, key, rejectUnauthorized: false };
  // Any name will do, as long as the authority has signed for it.
  const chainVerified = { ca, cert, key, checkServerIdentity: () => undefined };
  switch (mode) {
    case "allow":
      return [false, unverified];
    case "prefer":
      return [unverified, false];
    case "require":
      return [ca === undefined ? unverified : chainVerified];
    case "verify-ca":
      return [chainVerified];
    case "verify-full":
      return [{ ca, cert, key }];
  }
}

async function fileOf(parameter: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    throw new RegistryError(
      "unavailable",
      `cannot open the registry: the file '${path}' of '${parameter}' cannot be read${code}; correct its path or its rights`,
      { cause: error },
    );
  }
}
