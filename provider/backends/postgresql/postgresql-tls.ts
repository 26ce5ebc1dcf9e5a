import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type ConnectionOptions, createSecureContext } from "node:tls";
import type { PostgresqlSettings } from "../../registry/postgresql-settings";
import { UnusableFile } from "./postgresql-errors";

/** Connects with TLS on these terms, or without. */
export type Encryption = ConnectionOptions | false;

/**
 * The ways to encrypt a connection that a mode allows, in the order in which they are tried
 * (https://www.postgresql.org/docs/18/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS).
 */
export async function encryptionsOf({ mode, ...files }: PostgresqlSettings["tls"]): Promise<Encryption[]> {
  if (mode === "disable") return [false];
  const [ca, cert, key] = await Promise.all([
    fileOf("sslrootcert", "ca", files.authority),
    fileOf("sslcert", "cert", files.certificate),
    fileOf("sslkey", "key", files.key),
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

async function fileOf(
  parameter: string,
  option: "ca" | "cert" | "key",
  path: string | undefined,
): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    const text = await readFile(path, "utf8");
    // At the handshake, nobody could tell which file it was; and an authority that is none would be taken for nobody's.
    if (option === "ca") new X509Certificate(text);
    else createSecureContext({ [option]: text });
    return text;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    throw new UnusableFile(
      `the file '${path}' of '${parameter}' cannot be used${code}; correct its path, its rights or its content`,
      { cause: error },
    );
  }
}
