import { RegistryError } from "./errors";
import { KIND_LABELS, type Kind } from "./records";
import type { Stored } from "./registry";

// The failures that every backend reports alike, worded once.

export function alreadyExists(existing: Stored): RegistryError {
  const owner = existing.managedBy ? `it is managed by '${existing.managedBy}'` : "nobody manages it";
  return new RegistryError(
    "already-exists",
    `cannot create ${named(existing.kind, existing.key)}: it exists, and ${owner}`,
  );
}

export function addressHeld(
  verb: string,
  kind: Kind,
  key: string,
  holder: { kind: Kind; displayName?: string },
): RegistryError {
  const name = holder.displayName ? ` '${holder.displayName}'` : "";
  return new RegistryError(
    "in-use",
    `cannot ${verb} ${named(kind, key)}: the address is held by the ${KIND_LABELS[holder.kind]}${name}; it must give the address up first`,
  );
}

export function unknownPool(verb: string, kind: Kind, key: string, poolFqdn: string): RegistryError {
  return new RegistryError(
    "invalid",
    `cannot ${verb} ${named(kind, key)}: the registry knows no Persistent Chat pool '${poolFqdn}'; declare it, and refer to it by its poolFqdn output`,
  );
}

export function unknownSipDomain(verb: string, kind: Kind, key: string, domain: string): RegistryError {
  return new RegistryError(
    "invalid",
    `cannot ${verb} ${named(kind, key)}: '${domain}' is not a SIP domain of the registry; declare it as a SipDomain, or correct the address`,
  );
}

export function inUse(
  kind: Kind,
  key: string,
  users: readonly { kind: Kind; key: string }[],
  total: number,
): RegistryError {
  const shown = users.slice(0, MOST_NAMED).map((user) => named(user.kind, user.key));
  const rest = total - shown.length;
  const list = rest > 0 ? `${shown.join(", ")} and ${rest} more` : shown.join(" and ");
  return new RegistryError(
    "in-use",
    `cannot remove ${named(kind, key)}: it is in use by ${list}; remove or repoint them first`,
  );
}

/** How many users of a record an `in-use` error names. */
export const MOST_NAMED = 5;

export function notFound(verb: string, kind: Kind, key: string): RegistryError {
  return new RegistryError(
    "not-found",
    `cannot ${verb} ${named(kind, key)}: the registry has no such record`,
  );
}

export function revisionConflict(verb: string, kind: Kind, key: string): RegistryError {
  return new RegistryError(
    "conflict",
    `cannot ${verb} ${named(kind, key)}: it was changed since it was read; read it again`,
  );
}

export function notEmpty(location: string): RegistryError {
  return new RegistryError(
    "already-exists",
    `cannot fill the registry '${location}': it is not empty; name another one, or remove that one first`,
  );
}

/** What a record is called in a sentence. */
export function named(kind: Kind, key: string): string {
  return `${KIND_LABELS[kind]} '${key}'`;
}
