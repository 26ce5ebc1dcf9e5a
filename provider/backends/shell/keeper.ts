import { RegistryError } from "../../registry/errors";
import { named } from "../../registry/failures";
import type { ChangeOf, Kind, NewRecordOf } from "../../registry/records";
import type { Actor, Incarnation, Revision, Stored } from "../../registry/registry";

/** What a registry does with the records of one kind; the methods are those of `TopologyRegistry`, with keys in lower case. */
export interface Keeper<K extends Kind> {
  get(key: string): Promise<Stored<K> | undefined>;
  /** In the order of the keys. */
  list(): Promise<Stored<K>[]>;
  create(said: NewRecordOf<K>, by: Actor, incarnation?: Incarnation): Promise<Stored<K>>;
  update(key: string, change: ChangeOf<K>, expected: Revision, by: Actor): Promise<Stored<K>>;
  claim(key: string, expected: Revision, by: Actor, incarnation?: Incarnation): Promise<Stored<K>>;
  remove(key: string, expected: { incarnation: Incarnation }, by: Actor): Promise<boolean>;
}

/** Records in the order of their keys. */
export function inOrder<K extends Kind>(records: readonly Stored<K>[]): Stored<K>[] {
  return records.toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

/** The refusal of what a person must do elsewhere; `cure` says what and where. */
export function unsupported(verb: string, kind: Kind, key: string, cure: string): RegistryError {
  return new RegistryError("unsupported", `cannot ${verb} ${named(kind, key)}: ${cure}`);
}
