import type { Contact, EndpointList } from "../estate/endpoint-list";
import type { Content, Entry, Grave } from "../journal";

/** Milliseconds for which this machine trusts its notes of what it cannot see: one day. */
export const MEMORY = 86_400_000;

/**
 * The entry that tells whose a contact is: one that names it; else one that was cut off not long ago, so that it does not name
 * what it made, and wanted exactly this. `entries` are those of the contact's key, the latest first.
 */
export function entryOf(contact: Contact, entries: readonly Entry[], now: number): Entry | undefined {
  const named = entries.find(({ object }) => object === contact.dn);
  if (named) return named;
  return entries.find((entry) => {
    if (entry.done) return false;
    if (entry.before?.object === contact.dn) return true;
    if (now - entry.at > MEMORY) return false;
    // An update may also have put back what it had taken away.
    const made = entry.verb === "update" ? [entry.after, entry.before] : [entry.after];
    return made.some((content) => content !== undefined && isLike(contact, content));
  });
}

/**
 * Whether this machine took a contact away, so that whoever shows it does not know yet: it is in a grave that another domain
 * controller dug, or a removal was cut off and `bound`, the list of the one that takes changes, has it no more.
 */
export function isGhost(
  { dn }: Contact,
  shownBy: string | undefined,
  bound: { controller: string | undefined; list: EndpointList },
  { entries, graves }: { entries: readonly Entry[]; graves: readonly Grave[] },
): boolean {
  if (graves.some(({ object, controller }) => object === dn && controller !== shownBy)) return true;
  const wasOnItsWay = entries.some(
    ({ done, before, controller }) => !done && before?.object === dn && controller === bound.controller,
  );
  return (
    wasOnItsWay && shownBy !== bound.controller && !bound.list.contacts.some((contact) => contact.dn === dn)
  );
}

/** Whether a contact is what was wanted. A display name that nobody wanted is whatever the server gives. */
export function isLike(contact: Contact, { poolFqdn, displayName }: Content): boolean {
  return contact.poolFqdn === poolFqdn && (displayName === undefined || contact.displayName === displayName);
}
