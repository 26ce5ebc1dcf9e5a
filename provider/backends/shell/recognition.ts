import { createHash } from "node:crypto";
import { type Incarnation, isIncarnation } from "../../registry/registry";
import type { Contact } from "./endpoint-list";
import type { Content, Entry } from "./journal";

/** The incarnation of an object as the directory tells it to everybody: it is another one for each object. */
export function naturalIncarnation(...identity: readonly string[]): Incarnation {
  return digest(identity.map((part) => part.toLowerCase()));
}

/** The revision of what has no other: another one for each content. */
export function digest(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 32);
}

/**
 * The entry that tells whose a contact is: one that names it; else one that was cut off, so that it does not name what it
 * made, and wanted exactly this. `entries` are those of the contact's key, the latest first.
 */
export function entryOf(contact: Contact, entries: readonly Entry[]): Entry | undefined {
  const named = entries.find(({ object }) => object === contact.dn);
  if (named) return named;
  return entries.find((entry) => {
    if (entry.done) return false;
    if (entry.before?.object === contact.dn) return true;
    // An update may also have put back what it had taken away.
    return [entry.after, entry.before].some((content) => content !== undefined && isLike(contact, content));
  });
}

/** Whether this machine took a contact away elsewhere: the domain controller that shows it does not know yet. */
export function wasTakenAway(
  { dn }: Contact,
  entries: readonly Entry[],
  shownBy: string | undefined,
): boolean {
  return entries.some(
    ({ done, before, controller }) => done && before?.object === dn && controller !== shownBy,
  );
}

/** Whether a contact is what was wanted. A display name that nobody wanted is whatever the server gives. */
export function isLike(contact: Contact, { poolFqdn, displayName }: Content): boolean {
  return contact.poolFqdn === poolFqdn && (displayName === undefined || contact.displayName === displayName);
}

/** Whether somebody who knows an incarnation means this object; `entry` is the one that tells whose it is. */
export function means(token: Incarnation, natural: Incarnation, entry: Entry | undefined): boolean {
  if (entry?.former?.includes(token)) return true;
  return isIncarnation(token, { incarnation: entry?.incarnation ?? natural });
}
