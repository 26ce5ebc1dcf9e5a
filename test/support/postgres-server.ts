import assert from "node:assert/strict";
import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { QueryResultRow } from "pg";
import { atEnd, notAtEnd } from "./at-end";
import { HOST, queryOnce, SUPERUSER, type UrlOptions, urlOf } from "./postgres-client";
import { PostgresInstallation } from "./postgres-installation";
import { PostgresProcess } from "./postgres-process";

type Settings = Readonly<Record<string, string>>;

const SETTINGS: Settings = {
  listen_addresses: HOST,
  unix_socket_directories: "",
  // In the data folder, so that a killed server leaves nothing in /dev/shm.
  dynamic_shared_memory_type: "mmap",
  shared_buffers: "32MB",
  min_wal_size: "4MB",
  max_wal_size: "64MB",
  // A standby that was away for a while finds what it missed.
  wal_keep_size: "64MB",
  log_line_prefix: "%m [%p] %a ",
};

/** The file that says whom a standby follows. */
const FOLLOWING = "following.conf";

export interface PostgresServerOptions {
  /** For postgresql.conf. */
  settings?: Settings;
  /** Certificate and key in PEM, of a server that refuses connections without TLS. */
  tls?: { readonly certificate: string; readonly key: string };
  /** Whether `disposeServers` spares it. */
  lasting?: boolean;
}

const servers = new Set<PostgresServer>();

/** Ends all servers of this process but lasting ones, and removes their folders; for an `afterEach`. */
export function disposeServers(): void {
  for (const server of servers) server.dispose();
}

/** A PostgreSQL server of its own, in a temporary folder, on a free port of the loopback interface. */
export class PostgresServer {
  readonly #installation: PostgresInstallation;
  readonly #folder: string;
  readonly #data: string;
  readonly #process: PostgresProcess;
  readonly #tls: boolean;
  readonly #dispose = () => this.dispose();
  /** The server that this one follows, and the name that it has there. */
  #followed: { primary: PostgresServer; name: string } | undefined;

  private constructor(installation: PostgresInstallation, tls: boolean) {
    this.#installation = installation;
    this.#tls = tls;
    this.#folder = installation.newFolder();
    this.#data = join(this.#folder, "data");
    this.#process = new PostgresProcess(installation, this.#data, join(this.#folder, "log"));
    atEnd(this.#dispose);
  }

  /** Makes a server with nothing in it, which does not run yet. */
  static async create({ settings, tls, lasting }: PostgresServerOptions = {}): Promise<PostgresServer> {
    const installation = await PostgresInstallation.get();
    const server = new PostgresServer(installation, tls !== undefined);
    if (!lasting) servers.add(server);
    await installation.copyCluster(server.#data);
    const all = { ...SETTINGS, ...settings, ...(tls && { ssl: "on" }) };
    const lines = Object.entries(all).map(([name, value]) => setting(name, value));
    lines.push(`include '${FOLLOWING}'\n`);
    appendFileSync(join(server.#data, "postgresql.conf"), lines.join(""));
    server.#write(FOLLOWING, "");
    if (tls) {
      server.#write("server.crt", tls.certificate);
      server.#write("server.key", tls.key);
      const rule = (database: string) => `hostssl ${database} all ${HOST}/32 scram-sha-256\n`;
      server.#write("pg_hba.conf", rule("all") + rule("replication"));
    }
    return server;
  }

  /** The same from the first start on. */
  get port(): number {
    return this.#process.port;
  }

  get running(): boolean {
    return this.#process.running;
  }

  /** What the server has written to its log. */
  get log(): string {
    return this.#process.log;
  }

  /** Resolves when the server accepts connections; a standby of a server that is down does so too. */
  async start(): Promise<void> {
    if (this.#followed) this.#write(FOLLOWING, following(this.#followed));
    await this.#process.start();
  }

  /** A fast shutdown: what is open is rolled back; a standby that is connected gets everything first. */
  stop(): Promise<void> {
    return this.#process.stop();
  }

  /** As `kill -9` of all processes of the server at once; resolves when they are gone. */
  kill(): Promise<void> {
    return this.#process.kill();
  }

  url(options?: UrlOptions): string {
    return urlOf(this.port, options);
  }

  /** Runs one statement as superuser on a connection of its own. */
  query<Row extends QueryResultRow>(text: string, values?: unknown[], database?: string): Promise<Row[]> {
    return queryOnce<Row>(this.url({ database }), text, values, this.#tls);
  }

  /** Sets settings that need no restart; each process of the server has them when this resolves. */
  async configure(settings: Settings): Promise<void> {
    for (const [name, value] of Object.entries(settings))
      await this.query(`ALTER SYSTEM SET ${name} = '${value.replaceAll("'", "''")}'`);
    const loaded = async () => (await this.query("SELECT pg_conf_load_time()::text AS at"))[0]?.at;
    const before = await loaded();
    await this.query("SELECT pg_reload_conf()");
    await untilAnswer("the settings are loaded", async () => (await loaded()) !== before);
    // The checkpointer tells the others whether commits wait for a standby, and it loads before it obeys.
    await this.query("CHECKPOINT");
  }

  /** Makes a standby of this server, which must have been stopped; neither runs then. */
  async standby(name = "standby"): Promise<PostgresServer> {
    const standby = new PostgresServer(this.#installation, this.#tls);
    servers.add(standby);
    await standby.#follow(this, name);
    return standby;
  }

  /** Makes this server, whatever became of it, a running standby of another, which is restarted meanwhile. */
  async rejoin(primary: PostgresServer, name = "standby"): Promise<void> {
    this.#process.end();
    await this.#process.ended();
    await primary.stop();
    rmSync(this.#data, { recursive: true, force: true });
    await this.#follow(primary, name);
    await primary.start();
    await this.start();
  }

  /** Resolves when a standby has what this server has written; if commits are to wait for it, when they do. */
  async caughtUp(name = "standby", how: "async" | "sync" | "quorum" = "async"): Promise<void> {
    await untilAnswer(`${name} has caught up`, async () => {
      const found = await this.query(
        `SELECT FROM pg_stat_replication WHERE application_name = $1 AND state = 'streaming'
        AND sync_state = $2 AND replay_lsn >= pg_current_wal_lsn()`,
        [name, how],
      );
      return found.length > 0;
    });
  }

  /** Makes a standby a primary; resolves when it can be written to. */
  async promote(): Promise<void> {
    const [answer] = await this.query("SELECT pg_promote() AS promoted");
    assert.equal(answer?.promoted, true, this.log);
    this.#followed = undefined;
  }

  /** Ends the server, however it is, and removes its folder. */
  dispose(): void {
    this.#process.end();
    rmSync(this.#folder, { recursive: true, force: true });
    servers.delete(this);
    notAtEnd(this.#dispose);
  }

  async #follow(primary: PostgresServer, name: string): Promise<void> {
    assert.ok(primary.#process.stopped, "the server to copy was not stopped");
    await this.#installation.copyCluster(this.#data, primary.#data);
    this.#write("standby.signal", "");
    this.#followed = { primary, name };
  }

  #write(file: string, text: string): void {
    this.#installation.write(join(this.#data, file), text);
  }
}

function following({ primary, name }: { primary: PostgresServer; name: string }): string {
  const { user, password } = SUPERUSER;
  const connection = { host: HOST, port: primary.port, user, password, application_name: name };
  const words = Object.entries(connection).map(([key, value]) => `${key}='${value}'`);
  return setting("primary_conninfo", words.join(" ")) + setting("wal_retrieve_retry_interval", "100ms");
}

/** A line of a file of settings. */
function setting(name: string, value: string): string {
  return `${name} = '${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'\n`;
}

async function untilAnswer(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, `waited for half a minute: ${what}`);
    await pause(10);
  }
}
