import { openRegistry } from "../../provider/backends/index";
import { parseRegistrySettings, type RegistrySettings } from "../../provider/registry/settings";
import { HOST, urlOf } from "./postgres-client";
import { PostgresServer } from "./postgres-server";
import { Writers } from "./writers";

const SIZE = { processes: 4, lanes: 4 };
/** How many creates are acknowledged before the primary is killed, and after that. */
const ENOUGH = 150;

/** What a round has added. */
export interface Round {
  acknowledged: number;
  failed: number;
  /** Of those that failed, how many said that they may have been done, and how many were. */
  unknown: number;
  done: number;
}

/** Two servers, of which one follows the other synchronously, and writers that know both. `disposeServers` ends them. */
export class Failover {
  private constructor(
    private primary: PostgresServer,
    private standby: PostgresServer,
    private readonly settings: RegistrySettings,
    private readonly writers: Writers,
  ) {}

  static async start(): Promise<Failover> {
    const primary = await PostgresServer.create();
    const standby = await primary.standby();
    await primary.start();
    await standby.start();
    await synchronize(primary);
    const url = urlOf(standby.port, {
      host: `${HOST}:${primary.port},${HOST}`,
      parameters: { target_session_attrs: "read-write", connect_timeout: "30" },
    });
    const settings = parseRegistrySettings(url, "/");
    return new Failover(primary, standby, settings, await Writers.start(settings, SIZE));
  }

  /** Kills the primary while all write, promotes the standby, looks for every write, and has the old primary follow. */
  async round(): Promise<Round> {
    const { primary, standby, writers } = this;
    const before = this.#counts();
    writers.begin();
    await writers.hasAcknowledged(before.acknowledged + ENOUGH);
    writers.outageBegins();
    await primary.kill();
    await standby.promote();
    writers.outageEnds();
    await writers.hasAcknowledged(writers.acknowledged.size + ENOUGH);
    await writers.end();
    await this.#verify();

    await primary.rejoin(standby);
    await synchronize(standby);
    [this.primary, this.standby] = [standby, primary];
    const after = this.#counts();
    return {
      acknowledged: after.acknowledged - before.acknowledged,
      failed: after.failed - before.failed,
      unknown: after.unknown - before.unknown,
      done: after.done - before.done,
    };
  }

  async #verify(): Promise<void> {
    const witness = openRegistry(this.settings);
    try {
      await this.writers.verify(witness);
    } finally {
      await witness.close();
    }
  }

  #counts(): Round {
    const { acknowledged, found, failed } = this.writers;
    return {
      acknowledged: acknowledged.size,
      failed: failed.total,
      unknown: failed.unknown,
      done: found.size,
    };
  }
}

/** Has commits wait for the standby; resolves when they do. */
async function synchronize(primary: PostgresServer): Promise<void> {
  await primary.configure({ synchronous_standby_names: "standby" });
  await primary.caughtUp("standby", "sync");
}
