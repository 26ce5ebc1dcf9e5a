import { createHash } from "node:crypto";
import { type Actor, type Incarnation, isIncarnation } from "../../registry/registry";
import type { Entry } from "./journal";

/** The incarnation of an object as the directory tells it to everybody: it is another one for each object. */
export function naturalIncarnation(...identity: readonly string[]): Incarnation {
  return digest(identity.map((part) => part.toLowerCase()));
}

/** The revision of what has no other: another one for each content. */
export function digest(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 32);
}

/** Whether somebody who knows an incarnation means this object; `entry` is the one that tells whose it is. */
export function means(token: Incarnation, natural: Incarnation, entry: Entry | undefined): boolean {
  if (entry?.former?.includes(token)) return true;
  return isIncarnation(token, { incarnation: entry?.incarnation ?? natural });
}

/** Whether an entry is that of whoever acts now: what it says of the object holds for a claim, too. */
export function isOwners(entry: Entry | undefined, { managedBy }: Actor): boolean {
  return entry?.owner !== undefined && entry.owner === managedBy;
}
