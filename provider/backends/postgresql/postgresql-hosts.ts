import { setMaxListeners } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Pool, type PoolClient } from "pg";
import { RegistryError } from "../../registry/errors";
import {
  hostAndPort,
  locationOf,
  type PostgresqlSettings,
  type SessionAttributes,
} from "../../registry/postgresql-settings";
import type { BackendOptions } from "../backend";
import { sql } from "../sql/sql";
import { type ConnectionConfig, PostgresqlConnection } from "./postgresql-connection";
import {
  causeOf,
  closedRegistry,
  isDecisive,
  isOutOfReach,
  isStarting,
  mayDependOnTls,
  NoTls,
  storeFailure,
  UnfitHost,
} from "./postgresql-errors";
import { passwordFor } from "./postgresql-password";
import { quoted, schemaState } from "./postgresql-schema";
import { encryptionsOf } from "./postgresql-tls";

const SHORTEST_PAUSE = 50;
const LONGEST_PAUSE = 500;

/** A host, in one of the ways to encrypt a connection to it. */
interface Target {
  name: string;
  pool: Pool;
}

interface Failure {
  name: string;
  error: unknown;
}

/** A connection that was lent; to be given back, or thrown away where it is of no use any more. */
export interface Lent {
  connection: PostgresqlConnection;
  /** Whether it was made for this; one that waited to be used may have ended unseen. */
  isNew: boolean;
  giveBack(usable: boolean): void;
}

/** The servers of a registry, of which one is used at a time: the first that fits, for as long as it does. */
export class PostgresqlHosts {
  readonly #settings: PostgresqlSettings;
  readonly #options: BackendOptions;
  readonly #closing = new AbortController();
  #targets: Promise<Target[]> | undefined;
  #preferred: Pool | undefined;
  readonly #used = new WeakSet<PostgresqlConnection>();
  readonly #location: string;

  constructor(settings: PostgresqlSettings, options: BackendOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#location = locationOf(settings);
    setMaxListeners(0, this.#closing.signal);
  }

  /** Lends a connection to a host that fits. Waits, within the limit for connecting, while one may become so. */
  async lend(doing: string): Promise<Lent> {
    const { signal } = this.#closing;
    const deadline = performance.now() + this.#settings.connectTimeout;
    for (let wait = SHORTEST_PAUSE; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      const failures = await this.#tryEach(doing);
      if ("connection" in failures) return failures;
      if (signal.aborted) throw closedRegistry(doing, this.#location);
      if (performance.now() >= deadline || !this.#mayBecomeFit(failures))
        throw this.#unreachable(doing, failures);
      const time = wait * (0.5 + this.#options.random() / 2);
      await pause(time, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Ends every connection once its work is done. */
  async close(): Promise<void> {
    this.#closing.abort();
    const targets = (await this.#targets?.catch(() => undefined)) ?? [];
    await Promise.all(targets.map(({ pool }) => pool.end()));
  }

  async #lendOf(pool: Pool, doing: string): Promise<Lent> {
    const { signal } = this.#closing;
    if (signal.aborted) throw closedRegistry(doing, this.#location);
    const connecting = pool.connect();
    // A pool that ends forgets who waits for it.
    const closed = new Promise<never>((_, reject) => {
      const refuse = () => reject(closedRegistry(doing, this.#location));
      signal.addEventListener("abort", refuse, { once: true });
      void connecting.catch(() => undefined).then(() => signal.removeEventListener("abort", refuse));
    });
    const client = await Promise.race([connecting, closed]).catch((error: unknown) => {
      void connecting.then((late) => late.release(true)).catch(() => undefined);
      throw error;
    });
    this.#preferred = pool;
    const connection = client as PoolClient & PostgresqlConnection;
    const isNew = !this.#used.has(connection);
    this.#used.add(connection);
    return {
      connection,
      isNew,
      giveBack: (usable) => client.release(!usable),
    };
  }

  async #tryEach(doing: string): Promise<Lent | Failure[]> {
    const failures: Failure[] = [];
    const targets = await this.#inOrder(doing);
    for (const [index, { name, pool }] of targets.entries()) {
      if (failures.some((failure) => failure.name === name && isOutOfReach(failure.error))) continue;
      try {
        return await this.#lendOf(pool, doing);
      } catch (error) {
        failures.push({ name, error });
        const tryOtherwise = mayDependOnTls(error) && targets[index + 1]?.name === name;
        if (this.#closing.signal.aborted || (isDecisive(error) && !tryOtherwise)) break;
      }
    }
    return failures;
  }

  #mayBecomeFit(failures: readonly Failure[]): boolean {
    const several = this.#settings.hosts.length > 1;
    return (
      !isDecisive(failures.at(-1)?.error) &&
      failures.some(({ error }) => isStarting(error) || (several && error instanceof UnfitHost))
    );
  }

  #unreachable(doing: string, failures: readonly Failure[]): RegistryError {
    // That a host has no TLS matters only where it has to have it.
    const hasFallback = (name: string) =>
      failures.some((other) => other.name === name && !(other.error instanceof NoTls));
    const telling = failures.filter(({ name, error }) => !(error instanceof NoTls && hasFallback(name)));
    const causes = [...new Set(telling.map(({ name, error }) => `${name}: ${causeOf(error)}`))];
    const last = telling.at(-1)?.error;
    if (causes.length === 1 || isDecisive(last)) return storeFailure(doing, this.#location, last);
    return new RegistryError(
      "unavailable",
      `cannot ${doing} in the registry '${this.#location}': no host can be used (${causes.join("; ")})`,
      { cause: last },
    );
  }

  async #inOrder(doing: string): Promise<Target[]> {
    this.#targets ??= this.#makeTargets().catch((error: unknown) => {
      this.#targets = undefined;
      throw storeFailure(doing, this.#location, error);
    });
    const targets = await this.#targets;
    return targets.toSorted(
      (a, b) => Number(b.pool === this.#preferred) - Number(a.pool === this.#preferred),
    );
  }

  async #makeTargets(): Promise<Target[]> {
    const { hosts, tls, user, database, poolSize, connectTimeout, statementTimeout } = this.#settings;
    const encryptions = await encryptionsOf(tls);
    return hosts.flatMap((host) =>
      (host.host.startsWith("/") ? [false as const] : encryptions).map((ssl) => {
        const config: ConnectionConfig = {
          ...host,
          user,
          database,
          password: () => passwordFor(host, this.#settings, this.#options.environment),
          ssl,
          application_name: "pulumi-persistentchat",
          keepAlive: true,
          pipeline: true,
          connectTimeout,
          statementTimeout,
        };
        const Client = class extends PostgresqlConnection {
          constructor() {
            super(config);
          }
        };
        const pool = new Pool({
          Client,
          max: poolSize,
          allowExitOnIdle: true,
          onConnect: (client) => this.#prepare(client as PostgresqlConnection),
        });
        // An idle connection that ends is no failure of anybody's.
        pool.on("error", () => undefined);
        return { name: hostAndPort(host), pool };
      }),
    );
  }

  /** Sets a new connection up, and refuses a host that does not fit. */
  async #prepare(connection: PostgresqlConnection): Promise<void> {
    const { schema, statementTimeout, sessionAttributes } = this.#settings;
    const [session] = await connection.run(sql`
      SELECT set_config('search_path', ${quoted(schema)}, false),
        set_config('statement_timeout', ${String(statementTimeout)}, false),
        set_config('lock_timeout', ${String(this.#options.lockTimeout)}, false),
        set_config('idle_in_transaction_session_timeout', ${String(statementTimeout)}, false),
        -- Where it is off, a crash loses what was acknowledged.
        set_config('synchronous_commit', replace(current_setting('synchronous_commit'), 'off', 'on'), false),
        current_setting('transaction_read_only') = 'on' AS read_only,
        pg_is_in_recovery() AS standby`);
    const { read_only, standby } = session?.rows[0] ?? {};
    const problem = misfit(sessionAttributes, read_only === true, standby === true);
    if (problem) throw new UnfitHost(`${problem}; 'target_session_attrs' is '${sessionAttributes}'`);
    connection.schema = await schemaState(connection, schema, this.#location);
  }
}

function misfit(wanted: SessionAttributes, readOnly: boolean, standby: boolean): string | undefined {
  if (wanted === "read-write" && readOnly) return "the server is read-only";
  if (wanted === "read-only" && !readOnly) return "the server takes writes";
  if (wanted === "primary" && standby) return "the server is a standby";
  if (wanted === "standby" && !standby) return "the server is no standby";
  return undefined;
}
