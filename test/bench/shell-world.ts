import { CMDLETS } from "../../provider/backends/shell/session/cmdlets";
import { CONTOSO } from "../../provider/simulator/contoso";
import type { Slowness } from "../../provider/simulator/shell";
import type { WorldInput } from "../../provider/simulator/world";
import { type SimulatedShell, WorldPlace } from "../support/simulated-shell";

/** How often each cmdlet was called, and `hello`; what was not called is left out. */
export type Counts = Record<string, number>;

/** The sample world, with the names that every part of the bench uses. */
const SAMPLE: WorldInput = JSON.parse(JSON.stringify(CONTOSO).replaceAll(".test", ".com"));
const { directory } = SAMPLE;

/** A world of one domain controller whose calls are counted, by faults that do nothing else. */
export class CountedWorld {
  readonly #place = new WorldPlace();

  constructor(slowness: Slowness) {
    this.#place.fill({
      ...SAMPLE,
      directory: {
        ...directory,
        domainControllers: directory.domainControllers.slice(0, 1),
        frontEnds: [],
      },
      shell: slowness,
      faults: counters(),
    });
  }

  get folder(): string {
    return this.#place.folder;
  }

  get path(): string {
    return this.#place.path;
  }

  /** The setting of a registry in this world. */
  get registry(): string {
    return `shell:?simulate=${encodeURIComponent(this.path)}`;
  }

  get pools(): number {
    return this.#place.read().pools.filter(({ persistentChat }) => persistentChat).length;
  }

  /** The calls since the last time, or since the beginning. */
  takeCounts(): Counts {
    const world = this.#place.read();
    const called = world.faults.filter(({ seen }) => seen > 0);
    this.#place.fill({ ...world, faults: counters() });
    return Object.fromEntries(called.map(({ cmdlet, seen }) => [cmdlet, seen]));
  }

  /** Fails unless so many endpoints were made, the last ones of which may be on their way: a run that did not do its work has no time worth telling. */
  assertEndpoints(count: number): void {
    const { contacts, changes } = this.#place.read();
    const made = contacts.filter(({ automatic }) => !automatic).length + changes.length;
    if (made !== count) throw new Error(`the simulated shell has ${made} endpoints, not ${count}`);
  }

  /** A shell, before its hello. */
  start(): SimulatedShell {
    return this.#place.start();
  }

  dispose(): Promise<void> {
    return this.#place.dispose();
  }
}

/** Makes worlds, lends them to `use`, and removes them whatever happens. */
export async function withWorlds<const S extends readonly Slowness[]>(
  slownesses: S,
  use: (worlds: { [I in keyof S]: CountedWorld }) => Promise<void>,
): Promise<void> {
  const worlds = slownesses.map((slowness) => new CountedWorld(slowness));
  try {
    await use(worlds as { [I in keyof S]: CountedWorld });
  } finally {
    for (const world of worlds) await world.dispose();
  }
}

/** Calls of cmdlets; the shell's start with its hello is none. */
export function callsIn(counts: Counts): number {
  return Object.entries(counts).reduce((sum, [name, count]) => (name === "hello" ? sum : sum + count), 0);
}

function counters(): NonNullable<WorldInput["faults"]> {
  return ["hello", ...Object.keys(CMDLETS)].map((cmdlet) => ({
    kind: "latency",
    cmdlet,
    occurrence: "every",
    ms: 0,
  }));
}
