import { z } from "zod";
import type { Kind } from "../../registry/records";
import type { Incarnation } from "../../registry/registry";
import type { JournalFile } from "./journal-file";

/** An endpoint's content, as far as it tells an object from another one. An absent display name is whatever the server gives. */
const content = z.object({ poolFqdn: z.string(), displayName: z.string().optional() });
export type Content = z.infer<typeof content>;

/** The object that a change takes away, with its content. */
const old = content.extend({ object: z.string() });

const entry = z.object({
  kind: z.string(),
  key: z.string(),
  owner: z.string().optional(),
  verb: z.enum(["create", "update", "remove", "claim"]),
  before: old.optional(),
  after: content.optional(),
  object: z.string().optional(),
  incarnation: z.string().optional(),
  former: z.array(z.string()).optional(),
  controller: z.string().optional(),
  at: z.number(),
  adopted: z.boolean().optional(),
  done: z.boolean(),
});

/** What this machine did, or began to do, to one object on behalf of one owner. */
export interface Entry {
  kind: Kind;
  key: string;
  /** Whose resource it is; absent for a change by hand. */
  owner?: string;
  verb: "create" | "update" | "remove" | "claim";
  /** What an update or a remove takes away. */
  before?: Content & { object: string };
  /** What a create or an update makes. */
  after?: Content;
  /** The directory's name of the object that was made or claimed, once it is known. */
  object?: string;
  /** The incarnation that the record has here; absent where it is that of the object. */
  incarnation?: Incarnation;
  /** Incarnations that the resource may know still, where it was not told of later ones. */
  former?: Incarnation[];
  /** The domain controller that took the change. */
  controller?: string;
  /** Whether the owner took the object over, and did not make it. */
  adopted?: boolean;
  /** Milliseconds since the epoch, by the clock of this machine. */
  at: number;
  done: boolean;
}

/** An object that this machine took away, which a domain controller other than the one that took the change may show still. */
export interface Grave {
  object: string;
  /** The domain controller that took the change. */
  controller: string | undefined;
}

/**
 * The notes of this machine on its own changes: an entry is on the disk before its change begins. The directory has no place
 * for an owner, so this is how a run recognises what an earlier one left behind when it was cut off. One entry for each key
 * and owner; the last one counts. Every method fails with `unavailable`.
 */
export class Journal {
  constructor(private readonly file: JournalFile) {}

  /** Notes an entry in place of the one that its owner had. */
  write(written: Entry): void {
    this.file.use((database) => {
      database
        .prepare("INSERT OR REPLACE INTO entry (kind, key, owner, at, text) VALUES (?, ?, ?, ?, ?)")
        .run(written.kind, written.key, written.owner ?? "", written.at, JSON.stringify(written));
    });
  }

  /** Forgets an owner's entry: nothing was done, or what was done is of no concern any more. */
  drop({ kind, key, owner }: Pick<Entry, "kind" | "key" | "owner">): void {
    this.file.use((database) => {
      database
        .prepare("DELETE FROM entry WHERE kind = ? AND key = ? AND owner = ?")
        .run(kind, key, owner ?? "");
    });
  }

  /** The entries of a key, the latest first. */
  recall(kind: Kind, key: string): Entry[] {
    return this.file.use((database) =>
      database
        .prepare("SELECT text FROM entry WHERE kind = ? AND key = ? ORDER BY at DESC, rowid DESC")
        .all(kind, key)
        .map(({ text }) => entry.parse(JSON.parse(String(text))) as Entry),
    );
  }

  /** Notes that an object was taken away, at a time in milliseconds since the epoch; those from before `oldest` are forgotten. */
  bury(kind: Kind, key: string, { object, controller }: Grave, at: number, oldest: number): void {
    this.file.use((database) => {
      database.prepare("DELETE FROM grave WHERE at < ?").run(oldest);
      database
        .prepare("INSERT OR REPLACE INTO grave (kind, key, object, controller, at) VALUES (?, ?, ?, ?, ?)")
        .run(kind, key, object, controller ?? null, at);
    });
  }

  /** What was taken away under a key since a time. */
  graves(kind: Kind, key: string, oldest: number): Grave[] {
    return this.file.use((database) =>
      database
        .prepare("SELECT object, controller FROM grave WHERE kind = ? AND key = ? AND at >= ?")
        .all(kind, key, oldest)
        .map(({ object, controller }) => ({
          object: String(object),
          controller: controller === null ? undefined : String(controller),
        })),
    );
  }
}
