import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { RegistryError, type RegistryErrorCode } from "../../registry/errors";
import { DamagedRow } from "../sql/sql-rows";

// Primary result codes, https://sqlite.org/rescode.html.
const BUSY = 5;
const LOCKED = 6;
const CANTOPEN = 14;
const CONSTRAINT = 19;

const RESTORE = "restore it from a backup, or name another file";
const GIVE_ACCESS = "give this account read and write access to the file and its folder";

const DRIVER_CAUSES: Readonly<Record<number, string>> = {
  3: `permission is denied; ${GIVE_ACCESS}`,
  8: `the file is read-only; ${GIVE_ACCESS}`,
  10: "the disk fails, or a limit on the size of files is reached; look at the disk, and try again",
  11: `the file is damaged; ${RESTORE}`,
  13: "the disk is full; make room, and try again",
  14: "the file cannot be opened; look at its path and at what lies there",
  19: "a value breaks a rule of the store; correct it",
  23: `permission is denied; ${GIVE_ACCESS}`,
  26: `the file is not an SQLite database; ${RESTORE}`,
};

const SYSTEM_CAUSES: Readonly<Record<string, string>> = {
  EACCES: `permission is denied; ${GIVE_ACCESS}`,
  EPERM: `permission is denied; ${GIVE_ACCESS}`,
  EROFS: "the file system is read-only; name another file",
  EEXIST: "a part of its path is a file and not a folder; name another file",
  ENOTDIR: "a part of its path is a file and not a folder; name another file",
  ENOSPC: "the disk is full; make room, and try again",
};

/** Whether a failure means that somebody else holds the lock, so that it helps to wait. */
export function isLocked(error: unknown): boolean {
  const code = resultCode(error);
  return code === BUSY || code === LOCKED;
}

/** Any failure of the driver or the file system as one of ours; `doing` is a verb and its object. */
export function storeFailure(doing: string, path: string, error: unknown): RegistryError {
  if (error instanceof RegistryError) return error;
  const [code, cause] = causeOf(resultCode(error) === CANTOPEN ? deeperCause(path, error) : error);
  return new RegistryError(code, `cannot ${doing} in the registry '${path}': ${cause}`, { cause: error });
}

export function lockedTooLong(doing: string, path: string, milliseconds: number): RegistryError {
  return new RegistryError(
    "unavailable",
    `cannot ${doing} in the registry '${path}': another process has locked the file for more than ${milliseconds / 1000} s; wait for that process or end it, and try again`,
  );
}

export function noRegistry(doing: string, path: string): RegistryError {
  return new RegistryError(
    "unavailable",
    `cannot ${doing} in the registry '${path}': there is none; name another file, or let the first 'pulumi up' make it`,
  );
}

export function lostRegistry(path: string): RegistryError {
  return new RegistryError(
    "unavailable",
    `cannot find the records of this stack in the registry '${path}': there is none; correct the setting 'persistentchat:registry' or restore the file ('pulumi stack rm --force' forgets a stack whose registry was given up)`,
  );
}

export function closedRegistry(doing: string, path: string): RegistryError {
  return new RegistryError(
    "unavailable",
    `cannot ${doing} in the registry '${path}': it was closed; open it again`,
  );
}

function causeOf(error: unknown): [RegistryErrorCode, string] {
  if (error instanceof DamagedRow) return ["unavailable", error.message];
  const code = resultCode(error);
  const known = DRIVER_CAUSES[code ?? 0] ?? SYSTEM_CAUSES[property(error, "code") ?? ""];
  const text = property(error, "errstr") ?? (error instanceof Error ? error.message : String(error));
  return [
    code === CONSTRAINT ? "invalid" : "unavailable",
    known ?? `${text}; look at the file, and try again`,
  ];
}

/** SQLite does not say why it could not open a file; the file system does. */
function deeperCause(path: string, error: unknown): unknown {
  try {
    accessSync(dirname(path), constants.R_OK | constants.W_OK | constants.X_OK);
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
    return error;
  } catch (cause) {
    return cause;
  }
}

/** The primary result code: the low byte of the extended one. */
function resultCode(error: unknown): number | undefined {
  const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  return typeof code === "number" ? code & 0xff : undefined;
}

function property(error: unknown, name: string): string | undefined {
  const value = error instanceof Error ? Object.entries(error).find(([key]) => key === name)?.[1] : undefined;
  return typeof value === "string" ? value : undefined;
}
