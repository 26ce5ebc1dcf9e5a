import assert from "node:assert/strict";
import { isRegistryError } from "../../provider/registry/errors";
import type { TopologyRegistry } from "../../provider/registry/registry";
import type { RegistrySettings } from "../../provider/registry/settings";
import type { SipAddress } from "../../provider/registry/sip-address";
import { RegistryProcess } from "./registry-process";

const DOMAIN = "contoso.com";
const POOL = "chat1.contoso.com";
const OWNER = { managedBy: "chat/prod/writers", operator: "anna@admin01" };
const UNKNOWN = "it may have been done or not, so run it again";

/** The processes, how many creates each has under way, and how many it does in all. */
export interface Size {
  processes: number;
  lanes: number;
  each?: number;
}

/** Processes that create endpoints while the server fails, and what became of each create. `endProcesses` ends them. */
export class Writers {
  readonly acknowledged = new Set<string>();
  /** Made by a create that failed, as the next one found. */
  readonly found = new Set<string>();
  /** What was said of each create that failed. */
  readonly failures = new Map<string, string[]>();
  /** How many lanes wait for the end of an outage. */
  #held = 0;
  #working = 0;
  #stopping = false;
  #running: Promise<unknown> = Promise.resolve();
  #outage: Promise<void> | undefined;
  #endOutage: () => void = () => undefined;
  readonly #again: SipAddress[][];
  readonly #begun: number[];
  readonly #changes = new Set<() => void>();

  private constructor(
    private readonly processes: readonly RegistryProcess[],
    private readonly size: Size,
  ) {
    this.#again = processes.map(() => []);
    this.#begun = processes.map(() => 0);
  }

  static async start(settings: RegistrySettings, size: Size): Promise<Writers> {
    const start = () => RegistryProcess.start({ settings });
    const processes = await Promise.all(Array.from({ length: size.processes }, start));
    const [first] = processes;
    await first?.call("create", "sip-domain", { domain: DOMAIN }, OWNER);
    await first?.call("create", "pool", { poolFqdn: POOL, shape: "single" }, OWNER);
    return new Writers(processes, size);
  }

  /** How many creates failed, and how many of them said that they may have been done. */
  get failed(): { total: number; unknown: number } {
    const said = [...this.failures.values()].flat();
    return { total: said.length, unknown: said.filter((message) => message.includes(UNKNOWN)).length };
  }

  /** Lets all begin. */
  begin(): void {
    this.#stopping = false;
    const lanes = this.processes.flatMap((_, index) =>
      Array.from({ length: this.size.lanes }, () => this.#lane(index)),
    );
    this.#running = Promise.all(lanes);
    // Told to whoever waits next.
    this.#running.catch(() => this.#changed());
  }

  /** From now on, whoever fails waits for the end of the outage. */
  outageBegins(): void {
    this.#outage = new Promise((resolve) => {
      this.#endOutage = resolve;
    });
  }

  outageEnds(): void {
    this.#endOutage();
  }

  /** Resolves when so many creates were acknowledged. */
  hasAcknowledged(count: number): Promise<void> {
    return this.#until(() => this.acknowledged.size >= count);
  }

  /** Resolves when each lane has failed or is through. */
  allHeld(): Promise<void> {
    return this.#until(() => this.#held === this.#working);
  }

  /** Resolves when every create that was begun is done, also those that failed. */
  async end(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  /** Resolves when each process has done all its creates. */
  async done(): Promise<void> {
    await this.#running;
  }

  /**
   * Fails unless the registry has everything that was acknowledged, each once, and nothing by halves; and unless a create that
   * failed and took effect said that it may have. Answers with how many of those that failed are there.
   */
  async verify(registry: TopologyRegistry): Promise<number> {
    const { records, history } = await registry.contents();
    const there = new Set(records.filter(({ kind }) => kind === "endpoint").map(({ key }) => key));
    const entries = history.filter(({ kind }) => kind === "endpoint");
    assert.deepEqual(new Set(entries.map(({ change }) => change.action)), new Set(["create"]));
    assert.deepEqual(entries.map(({ key }) => key).sort(), [...there].sort());
    for (const key of [...this.acknowledged, ...this.found]) assert.ok(there.has(key), `${key} is lost`);
    const doubtful = [...there].filter((key) => !this.acknowledged.has(key));
    for (const key of doubtful) this.#assertUnknown(key);
    return doubtful.length;
  }

  async #lane(index: number): Promise<void> {
    this.#working += 1;
    for (let sipAddress = this.#next(index); sipAddress; sipAddress = this.#next(index)) {
      try {
        await this.processes[index]?.call("create", "endpoint", { sipAddress, poolFqdn: POOL }, OWNER);
        this.acknowledged.add(sipAddress);
      } catch (error) {
        await this.#failed(index, sipAddress, error);
      }
      this.#changed();
    }
    this.#working -= 1;
    this.#changed();
  }

  #next(index: number): SipAddress | undefined {
    const again = this.#again[index]?.shift();
    if (again) return again;
    const begun = this.#begun[index] ?? 0;
    if (this.#stopping || begun === this.size.each) return undefined;
    this.#begun[index] = begun + 1;
    return `sip:writer${index}-${begun}@${DOMAIN}`;
  }

  async #failed(index: number, key: SipAddress, error: unknown): Promise<void> {
    assert.ok(isRegistryError(error), String(error));
    if (error.code === "already-exists") {
      assert.ok(error.message.includes(OWNER.managedBy), error.message);
      this.#assertUnknown(key);
      this.found.add(key);
      return;
    }
    assert.equal(error.code, "unavailable", error.message);
    this.failures.set(key, [...(this.failures.get(key) ?? []), error.message]);
    this.#held += 1;
    this.#changed();
    await this.#outage;
    this.#held -= 1;
    this.#again[index]?.push(key);
  }

  #assertUnknown(key: string): void {
    const said = this.failures.get(key) ?? [];
    assert.ok(
      said.some((message) => message.includes(UNKNOWN)),
      `${key} is there, of which was said: ${said.join("; ") || "nothing"}`,
    );
  }

  async #until(condition: () => boolean): Promise<void> {
    let look: () => void = () => undefined;
    const met = new Promise<void>((resolve) => {
      look = () => condition() && resolve();
      this.#changes.add(look);
      look();
    });
    const ended = this.#running.then(() => assert.ok(condition(), "the writers are through already"));
    await Promise.race([met, ended]).finally(() => this.#changes.delete(look));
  }

  #changed(): void {
    for (const look of this.#changes) look();
  }
}
