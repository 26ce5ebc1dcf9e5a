import { isDeepStrictEqual } from "node:util";
import { changedRecord } from "../../../registry/changes";
import { notFound, revisionConflict } from "../../../registry/failures";
import { lowerCase } from "../../../registry/fqdn";
import type { ChangeOf, NewRecordOf, PoolRecord } from "../../../registry/records";
import type { Actor, Revision, Stored } from "../../../registry/registry";
import type { Estate } from "../estate/estate";
import type { ObservedPool } from "../estate/pool-list";
import { digest, naturalIncarnation } from "../incarnations";
import { inOrder, type Keeper, unsupported } from "../keeper";
import { KeyedLock } from "../keyed-lock";
import type { PoolChanges } from "./pool-changes";
import { howToChange, howToDefine } from "./topology-builder";

const KIND = "pool";
type StoredPool = Stored<typeof KIND>;

/** The pools, which Topology Builder makes: what is declared is asserted, and what cmdlets can change is changed. */
export class PoolKeeper implements Keeper<typeof KIND> {
  readonly #lock = new KeyedLock();

  constructor(
    private readonly estate: Estate,
    private readonly changes: PoolChanges,
  ) {}

  async get(key: string): Promise<StoredPool | undefined> {
    const pool = await this.#find(key);
    return pool && storedPool(pool);
  }

  async list(): Promise<StoredPool[]> {
    return inOrder((await this.estate.pools()).map(storedPool));
  }

  async create(said: NewRecordOf<typeof KIND>): Promise<StoredPool> {
    const key = lowerCase(said.poolFqdn);
    const pool = await this.#find(key);
    const cure = pool ? howToChange(pool.record, canonical(said)) : howToDefine(canonical(said));
    if (!pool || cure !== undefined) throw unsupported("create", KIND, key, cure ?? "");
    return storedPool(pool);
  }

  update(key: string, said: ChangeOf<typeof KIND>, expected: Revision, _by: Actor): Promise<StoredPool> {
    return this.#lock.run(key, async () => {
      this.estate.forgetTopology();
      const pool = await this.#find(key);
      if (!pool) throw notFound("update", KIND, key);
      const old = storedPool(pool);
      if (old.revision !== expected) throw revisionConflict("update", KIND, key);
      const change = canonical(said);
      const next = changedRecord(KIND, pool.record, change);
      if (!next) return old;
      const cure = howToChange(pool.record, change);
      if (cure !== undefined) throw unsupported("update", KIND, key, cure);
      if (next.poolState !== pool.record.poolState)
        throw unsupported("update", KIND, key, "a failover is for Set-CsPersistentChatState and a person");
      await this.#carryOut(pool, next);
      this.estate.forgetTopology();
      const after = await this.#find(key);
      if (!after) throw notFound("update", KIND, key);
      this.changes.assertTaken(after.record, next);
      return storedPool(after);
    });
  }

  async claim(key: string): Promise<StoredPool> {
    throw unsupported("claim", KIND, key, "pools are only observed here, and belong to no resource");
  }

  async remove(key: string): Promise<never> {
    throw unsupported("remove", KIND, key, "pools are only observed here; remove it in Topology Builder");
  }

  async #find(key: string): Promise<ObservedPool | undefined> {
    return (await this.estate.pools()).find(({ record }) => record.poolFqdn === key);
  }

  async #carryOut(pool: ObservedPool, next: PoolRecord): Promise<void> {
    const areMoved = !isDeepStrictEqual(next.activeServers, pool.record.activeServers);
    if (areMoved) await this.changes.setActiveServers(pool, next.activeServers);
    const left = areMoved ? "its active servers are changed, its settings are not" : "nothing was changed";
    if (!isDeepStrictEqual(next.settings, pool.record.settings))
      await this.changes.setSettings(pool, next.settings, left);
  }
}

/** Names in lower case, as they are compared. */
function canonical<T extends ChangeOf<typeof KIND> & { poolFqdn?: string }>(said: T): T {
  const { poolFqdn, servers, activeServers, nextHopPool } = said;
  return {
    ...said,
    ...(poolFqdn !== undefined && { poolFqdn: lowerCase(poolFqdn) }),
    ...(servers !== undefined && { servers: servers.map(lowerCase) }),
    ...(activeServers !== undefined && { activeServers: activeServers.map(lowerCase) }),
    ...(nextHopPool !== undefined && { nextHopPool: lowerCase(nextHopPool) }),
  };
}

function storedPool({ record, serviceId }: ObservedPool): StoredPool {
  return {
    kind: KIND,
    key: record.poolFqdn,
    record,
    revision: digest(record),
    incarnation: naturalIncarnation(record.poolFqdn, serviceId),
  };
}
