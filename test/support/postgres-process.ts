import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { HOST } from "./postgres-client";
import type { PostgresInstallation } from "./postgres-installation";
import { processesIn } from "./processes";
import { until } from "./until";

/** The processes of a server, which all work in its data folder. */
export class PostgresProcess {
  #child: ChildProcess | undefined;
  #port: number | undefined;

  constructor(
    private readonly installation: PostgresInstallation,
    private readonly data: string,
    private readonly logFile: string,
  ) {}

  get running(): boolean {
    return this.#child !== undefined;
  }

  /** That of the last start and of each further one. */
  get port(): number {
    assert.ok(this.#port, "the server was never started");
    return this.#port;
  }

  get log(): string {
    return readFileSync(this.logFile, "utf8");
  }

  /** Resolves when the server accepts connections. */
  async start(): Promise<void> {
    assert.ok(!this.running, "the server runs already");
    if (this.#port) return this.#start(this.#port);
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      try {
        await this.#start(port);
        this.#port = port;
        return;
      } catch (error) {
        if (attempt === 5 || !/Address already in use/.test(String(error))) throw error;
      }
    }
  }

  /** A fast shutdown. */
  async stop(): Promise<void> {
    const child = this.#child;
    assert.ok(child, "the server does not run");
    child.kill("SIGINT");
    await this.ended();
    assert.equal(child.exitCode, 0, this.log);
  }

  /** As `kill -9` of all processes; resolves when they are gone. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await until("the killed server is gone", () => this.#signalAll("SIGKILL") === 0 && !this.running);
  }

  /** Ends the server however it is, without the event loop, and leaves no memory that it shared. */
  end(): void {
    const clock = new Int32Array(new SharedArrayBuffer(4));
    const patience = Date.now() + 5000;
    if (this.#child?.pid) send(this.#child.pid, "SIGQUIT");
    while (processesIn(this.data).length > 0) {
      if (Date.now() > patience) this.#signalAll("SIGKILL");
      Atomics.wait(clock, 0, 0, 5);
    }
    const segment = this.#status()[6]?.split(/\s+/)[1];
    if (segment) spawnSync("ipcrm", ["-m", segment]);
  }

  /** Resolves when this process has heard that the server ended. */
  async ended(): Promise<void> {
    await until("the server is gone", () => !this.running);
  }

  /** Whether the data folder is that of a server that was stopped, and not killed. */
  get stopped(): boolean {
    return !this.running && this.#status().length === 0;
  }

  async #start(port: number): Promise<void> {
    const log = openSync(this.logFile, "a");
    const child = spawn(this.installation.program("postgres"), ["-D", this.data, "-p", String(port)], {
      ...this.installation.options,
      detached: true, // Ctrl-C is for the tests, which end the server
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    child.unref();
    this.#child = child;
    let failure: unknown;
    child.once("exit", () => {
      this.#child = undefined;
    });
    child.once("error", (error) => {
      this.#child = undefined;
      failure = error;
    });
    try {
      await until("the server accepts connections", () => {
        assert.ok(this.running, "the server ended");
        return this.#isReady(child.pid);
      });
    } catch (error) {
      throw new Error(`PostgreSQL does not start: ${this.log.slice(-2000)}`, { cause: failure ?? error });
    }
  }

  #isReady(pid: number | undefined): boolean {
    const lines = this.#status();
    return lines[0] === String(pid) && lines[7] === "ready";
  }

  /** The lines that the server writes about itself; they stay when it is killed. */
  #status(): string[] {
    try {
      const text = readFileSync(join(this.data, "postmaster.pid"), "utf8");
      return text.split("\n").map((line) => line.trim());
    } catch {
      return [];
    }
  }

  /** Sends a signal to each process, and tells how many there were. */
  #signalAll(signal: NodeJS.Signals): number {
    const found = processesIn(this.data);
    for (const { pid } of found) send(pid, signal);
    return found.length;
  }
}

/** A port below those that the system gives to outgoing connections, so that none takes it while a server is down. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, HOST, () => resolve(true));
    });
    if (!free) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it ended meanwhile
  }
}
