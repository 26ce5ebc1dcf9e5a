import assert from "node:assert/strict";
import { type Kind, keyOf, type NewRecordOf } from "../../provider/registry/records";
import type { Actor, Stored, TopologyRegistry } from "../../provider/registry/registry";
import { ANNA, furnishWith } from "./furniture";
import { type Elsewhere, isManaged } from "./subject";

/** Makes and removes records by whoever does so with their kind: the registry, or somebody elsewhere. */
export class Maker {
  constructor(
    private readonly registry: TopologyRegistry,
    private readonly elsewhere: Partial<Elsewhere>,
  ) {}

  /** Puts a record into the store, and answers with what the registry has of it. */
  async place<K extends Kind>(kind: K, record: NewRecordOf<K>, by = ANNA): Promise<Stored<K>> {
    const stored = (await this.put(kind, record, by)) ?? (await this.registry.get(kind, keyOf(kind, record)));
    assert.ok(stored, `the registry does not see the ${kind} that was made elsewhere`);
    return stored;
  }

  /** Has a record removed that is there. */
  async displace(kind: Kind, key: string): Promise<void> {
    const { registry, elsewhere } = this;
    if (!isManaged(kind, registry.capabilities)) {
      assert.ok(elsewhere.withdraw, `nobody can remove a ${kind} from the test's store`);
      return elsewhere.withdraw(kind, key);
    }
    const stored = await registry.get(kind, key);
    assert.ok(stored && (await registry.remove(kind, key, stored, ANNA)), `there is no ${kind} '${key}'`);
  }

  /** One SIP domain and two pools. */
  furnish(): Promise<void> {
    return furnishWith((kind, record) => this.put(kind, record, ANNA));
  }

  private async put<K extends Kind>(
    kind: K,
    record: NewRecordOf<K>,
    by: Actor,
  ): Promise<Stored<K> | undefined> {
    const { registry, elsewhere } = this;
    if (isManaged(kind, registry.capabilities)) return registry.create(kind, record, by);
    assert.ok(elsewhere.provide, `nobody can make a ${kind} in the test's store`);
    await elsewhere.provide(kind, record);
    return undefined;
  }
}
