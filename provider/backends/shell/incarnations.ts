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
export function means(
  token: Incarnation,
  natural: Incarnation,
  entry: Pick<Entry, "former" | "incarnation"> | undefined,
): boolean {
  if (entry?.former?.includes(token)) return true;
  return isIncarnation(token, { incarnation: entry?.incarnation ?? natural });
}

/**
 * Whether a claim takes an object over that its owner did not make; what is noted stays noted. A claim that names an incarnation
 * is that of a resource that has the object already.
 */
export function isAdoption(
  given: Incarnation | undefined,
  entry: Pick<Entry, "owner" | "adopted"> | undefined,
  { managedBy }: Actor,
): boolean | undefined {
  const isOwn = entry?.owner !== undefined && entry.owner === managedBy;
  return given !== undefined || isOwn ? entry?.adopted : true;
}
