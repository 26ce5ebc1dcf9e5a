import { isDeepStrictEqual } from "node:util";
import type { SipAddress } from "./sip-address";

/** What a directory keeps of a user beside the address and the display name, by the directory's own names: a letter, then letters, digits and hyphens. */
export type UserAttributes = Record<string, string | number | boolean | null | string[]>;

/** A user who holds an address, with all that is needed to give the address back. */
export interface SipUserSnapshot {
  /** What identifies the account for as long as it lives, whatever its address: `objectGUID` in a directory. */
  account: string;
  sipAddress: SipAddress;
  displayName?: string;
  attributes: UserAttributes;
}

/**
 * How a user gives an address up: `rename` parks the user at another one and keeps everything else; `disable` takes all
 * that makes a SIP user of the account; `delete` takes the account; `elsewhere` leaves it to somebody else, and only waits.
 */
export type Release =
  | { way: "rename"; parkedAddress: SipAddress }
  | { way: "disable" | "delete" | "elsewhere" };

/** Somebody who is seen to hold an address. */
export interface Sighting {
  /** Who sees it: a domain controller, or the registry itself. */
  view: string;
  kind: "sip-user" | "endpoint";
  displayName?: string;
  /** The account of a user. */
  account?: string;
  /** The pool of an endpoint. */
  poolFqdn?: string;
}

/** The names of what a user has otherwise than a snapshot of it, sorted; an attribute that is absent is one without a value. */
export function differencesFrom(
  snapshot: Pick<SipUserSnapshot, "displayName" | "attributes">,
  user: { displayName?: string; attributes?: UserAttributes },
): string[] {
  const before = new Map<string, unknown>(Object.entries(snapshot.attributes));
  const now = new Map<string, unknown>(Object.entries(user.attributes ?? {}));
  const names = new Set([...before.keys(), ...now.keys()]);
  const differing = [...names].filter(
    (name) => !isDeepStrictEqual(before.get(name) ?? null, now.get(name) ?? null),
  );
  if (snapshot.displayName !== user.displayName) differing.push("displayName");
  return differing.sort();
}
