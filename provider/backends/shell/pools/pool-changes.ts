import { isDeepStrictEqual } from "node:util";
import { RegistryError } from "../../../registry/errors";
import type { PoolRecord, PoolSettings } from "../../../registry/records";
import { type Attempt, type Calls, notDone, whyNot } from "../calls";
import type { Estate } from "../estate/estate";
import { type ObservedPool, settingsIdentity } from "../estate/pool-list";

/** The changes of a pool that there are cmdlets for. Every method fails with `unavailable`. */
export class PoolChanges {
  /** Whichever of the spellings of a pool the cmdlets took last. */
  #spelling = 0;

  constructor(
    private readonly calls: Calls,
    private readonly estate: Estate,
  ) {}

  /**
   * Makes these servers the active ones, and no others. The documentation is of several minds about how the cmdlet wants a
   * pool named: the spelling that the product itself gives comes first, and the others where it fails and changes nothing.
   */
  async setActiveServers(pool: ObservedPool, servers: readonly string[]): Promise<void> {
    const { poolFqdn } = pool.record;
    const identities = spellings(pool);
    // An empty list would change nothing: null says that there is to be none.
    const ActiveServers = servers.length === 0 ? null : { Replace: [...servers] };
    const isSet = (record: PoolRecord) => isDeepStrictEqual(record.activeServers, [...servers]);
    let first: Attempt | undefined;
    for (let turn = 0; turn < identities.length; turn += 1) {
      const spelling = (this.#spelling + turn) % identities.length;
      const Identity = identities[spelling] ?? pool.identity;
      const attempt = await this.calls.change("Set-CsPersistentChatActiveServer", {
        Identity,
        ActiveServers,
      });
      if (await this.#isTrue(poolFqdn, attempt, isSet)) {
        this.#spelling = spelling;
        return;
      }
      first ??= attempt;
      if (attempt.outcome !== "failed") break;
    }
    if (first) throw failed(poolFqdn, first, "nothing was changed");
  }

  /**
   * Gives a pool settings of its own; those that it had from its site or from all stay as they are where nobody changes them.
   * `otherwise` says what is changed already.
   */
  async setSettings(
    { record, hasOwnSettings }: ObservedPool,
    settings: PoolSettings,
    otherwise: string,
  ): Promise<void> {
    const { poolFqdn } = record;
    const cmdlet = hasOwnSettings ? "Set-CsPersistentChatConfiguration" : "New-CsPersistentChatConfiguration";
    const attempt = await this.calls.change(cmdlet, {
      Identity: settingsIdentity(poolFqdn),
      DefaultChatHistory: settings.defaultChatHistory,
      MaxFileSizeKB: settings.maxFileSizeKB,
      ParticipantUpdateLimit: settings.participantUpdateLimit,
      RoomManagementUrl: settings.roomManagementUrl,
    });
    const isSet = (pool: PoolRecord) => isDeepStrictEqual(pool.settings, settings);
    if (!(await this.#isTrue(poolFqdn, attempt, isSet))) throw failed(poolFqdn, attempt, otherwise);
  }

  /** Fails where what was read after a change is not what was written: somebody else wrote at the same time. */
  assertTaken(live: PoolRecord, wanted: PoolRecord): void {
    const isTaken =
      isDeepStrictEqual(live.activeServers, wanted.activeServers) &&
      isDeepStrictEqual(live.settings, wanted.settings);
    if (isTaken) return;
    throw new RegistryError(
      "unavailable",
      `cannot update Persistent Chat pool '${live.poolFqdn}': it was changed, and is not as it was written: somebody else writes to it too; run 'pulumi refresh' to see it`,
    );
  }

  /** Whether a change is there, whatever its cmdlet said. */
  async #isTrue(poolFqdn: string, attempt: Attempt, isSet: (pool: PoolRecord) => boolean): Promise<boolean> {
    const rest = attempt.outcome === "unknown" ? attempt.rest : 0;
    const seen = await this.calls.lookFor(rest, async () => {
      this.estate.forgetTopology();
      const pools = await this.estate.pools();
      const pool = pools.find(({ record }) => record.poolFqdn === poolFqdn);
      return (pool !== undefined && isSet(pool.record)) || undefined;
    });
    return seen === true;
  }
}

/** The same pool as the product spells it, and in the three other ways that its documentation has. */
function spellings({ identity, record }: ObservedPool): string[] {
  const { poolFqdn } = record;
  const all = [identity, `service:PersistentChatServer:${poolFqdn}`, poolFqdn, `service:${poolFqdn}`];
  return [...new Set(all)];
}

/** The failure of a change; `left` says what the pool is left with where the change can come about no more. */
function failed(poolFqdn: string, attempt: Attempt, left: string): RegistryError {
  const isOpen = attempt.outcome === "unknown";
  const state = isOpen
    ? "it was not done when that was looked for, and may be done yet: refresh shows it"
    : left;
  return notDone("update", "pool", poolFqdn, `${whyNot(attempt)}; ${state}`);
}
