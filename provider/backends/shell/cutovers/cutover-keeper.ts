import { changedRecord, newRecord } from "../../../registry/changes";
import { alreadyExists, notFound, revisionConflict } from "../../../registry/failures";
import type { ChangeOf, NewRecordOf } from "../../../registry/records";
import {
  type Actor,
  type Incarnation,
  isIncarnation,
  type Revision,
  type Stored,
} from "../../../registry/registry";
import { isAdoption, means } from "../incarnations";
import type { Keeper } from "../keeper";
import type { CutoverTable, KeptRow } from "./cutover-table";

const KIND = "cutover";
type StoredCutover = Stored<typeof KIND>;

/**
 * The cutovers, which the product has no place for: the journal of this machine keeps them, and no shell is started. Each change
 * reads and writes in one transaction, so that of several processes one wins.
 */
export class CutoverKeeper implements Keeper<typeof KIND> {
  constructor(
    private readonly table: CutoverTable,
    private readonly newIncarnation: () => Incarnation,
  ) {}

  async get(key: string): Promise<StoredCutover | undefined> {
    const row = this.table.read(key);
    return row && stored(row);
  }

  async list(): Promise<StoredCutover[]> {
    return this.table.all().map(stored);
  }

  async create(said: NewRecordOf<typeof KIND>, by: Actor, former?: Incarnation): Promise<StoredCutover> {
    const record = newRecord(KIND, said);
    return this.table.change(() => {
      const live = this.table.read(record.name);
      if (live) throw alreadyExists(stored(live));
      const made = { record, natural: this.newIncarnation(), owner: by.managedBy };
      return stored(this.table.write({ ...made, ...(former !== undefined && { former: [former] }) }));
    });
  }

  async update(key: string, said: ChangeOf<typeof KIND>, expected: Revision): Promise<StoredCutover> {
    return this.table.change(() => {
      const live = this.#expected("update", key, expected);
      const record = changedRecord(KIND, live.record, said);
      return stored(record ? this.table.write({ ...live, record }) : live);
    });
  }

  async claim(key: string, expected: Revision, by: Actor, given?: Incarnation): Promise<StoredCutover> {
    return this.table.change(() => {
      const live = this.#expected("claim", key, expected);
      const { record, natural } = live;
      const isKnown = given !== undefined && isIncarnation(given, { incarnation: natural });
      const claimed = {
        record,
        natural,
        // Another one from now on: whoever knows an earlier one means another resource.
        incarnation: isKnown ? given : `${natural}.${this.newIncarnation()}`,
        former: given === undefined || isKnown ? undefined : [given],
        owner: by.managedBy,
        adopted: isAdoption(given, live, by),
      };
      return stored(this.table.write(claimed));
    });
  }

  async remove(key: string, { incarnation }: { incarnation: Incarnation }): Promise<boolean> {
    return this.table.change(() => {
      const live = this.table.read(key);
      if (!live || !means(incarnation, live.natural, live)) return false;
      this.table.remove(key);
      return true;
    });
  }

  #expected(verb: string, key: string, expected: Revision): KeptRow {
    const live = this.table.read(key);
    if (!live) throw notFound(verb, KIND, key);
    if (live.revision !== expected) throw revisionConflict(verb, KIND, key);
    return live;
  }
}

function stored({ record, revision, natural, incarnation, owner, adopted }: KeptRow): StoredCutover {
  return {
    kind: KIND,
    key: record.name,
    record,
    revision,
    incarnation: incarnation ?? natural,
    ...(owner !== undefined && { managedBy: owner }),
    ...(adopted && { adopted: true }),
  };
}
