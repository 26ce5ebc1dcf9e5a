import { RegistryError } from "./errors";
import { KIND_LABELS, type Kind } from "./records";
import type { Stored } from "./registry";
import type { SipAddress } from "./sip-address";
import type { Sighting } from "./sip-users";

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
  const which = holder.kind === kind ? "another" : "the";
  return new RegistryError(
    "in-use",
    `cannot ${verb} ${named(kind, key)}: the address is held by ${which} ${KIND_LABELS[holder.kind]}${name}; it must give the address up first`,
  );
}

/** The user of a snapshot is not as it was; `names` say in what. */
export function userChanged(sipAddress: SipAddress, names: readonly string[]): RegistryError {
  return new RegistryError(
    "conflict",
    `cannot release ${named("sip-user", sipAddress)}: it is not as in the snapshot any more (${names.join(", ")}); look at what changed, and take the snapshot again (another text in snapshotsTaken of the cutover)`,
  );
}

/** The address at which a user is to be parked is its own. */
export function parkedAtItself(sipAddress: SipAddress): RegistryError {
  return new RegistryError(
    "invalid",
    `cannot release ${named("sip-user", sipAddress)}: the address to park it at is the one that it holds; name another one`,
  );
}

/** The address at which a user is to be parked is of no SIP domain. */
export function unknownParkingDomain(
  sipAddress: SipAddress,
  parkedAddress: SipAddress,
  domain: string,
): RegistryError {
  return new RegistryError(
    "invalid",
    `cannot release ${named("sip-user", sipAddress)}: '${domain}' of '${parkedAddress}', where it is to be parked, is not a SIP domain of the registry; name an address in one of them`,
  );
}

/** Somebody else holds the address at which a user is to be parked. */
export function parkingTaken(
  sipAddress: SipAddress,
  parkedAddress: SipAddress,
  holder: { kind: Kind; displayName?: string },
): RegistryError {
  const name = holder.displayName ? ` '${holder.displayName}'` : "";
  return new RegistryError(
    "in-use",
    `cannot release ${named("sip-user", sipAddress)}: '${parkedAddress}', where it is to be parked, is held by a ${KIND_LABELS[holder.kind]}${name}; name another address`,
  );
}

/** An address that was to be given up is seen yet. */
export function stillSeen(sipAddress: SipAddress, sightings: readonly Sighting[]): RegistryError {
  const seen = sightings.map(({ view, kind, displayName }) => {
    const name = displayName ? ` '${displayName}'` : "";
    return `as the address of the ${KIND_LABELS[kind]}${name} in ${view}`;
  });
  return new RegistryError(
    "unavailable",
    `cannot release ${named("sip-user", sipAddress)}: it is still seen ${seen.join(" and ")}; run it again when it is seen no more`,
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
