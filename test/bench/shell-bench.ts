import { openRegistry } from "../../provider/backends/index";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { parseRegistrySettings } from "../../provider/registry/settings";
import type { Slowness } from "../../provider/simulator/shell";
import { type Comparison, compare, type Pair, type Spread, spreadOf, timed } from "./measure";
import { BY, recordOf } from "./records";
import { measureShellRuns, type ShellRuns } from "./shell-engine-bench";
import { createByProcess, readByProcess, repeatCalls } from "./shell-processes";
import { type CountedWorld, type Counts, callsIn, withWorlds } from "./shell-world";

/** Operations that are under way at a time. */
const WIDTH = 16;
/** Operations that are done one after the other, a process each; all of them would take minutes. */
const SAMPLE = 5;
/** Calls that a refresh may make beside one for each pool. */
const READS = 8;
const NOT_SLOW: Slowness = { startMs: 0, importMs: 0, latencyMs: 0 };

export const BATCHES = ["create", "refresh"] as const;

/** One batch: as many creates or reads as there are endpoints, in a session that begins and ends with them. */
export interface BatchFigures {
  /** Against what the slowness of the shell and the simulator's own work come to. */
  budget: Comparison;
  /** Against a process for each operation, as many of them at a time as operations of ours. */
  processes: Comparison;
  /** Against a process for each operation, one after the other; told from the first ones. */
  processesInTurn: Comparison;
  /** The simulator's own work, in milliseconds: the same calls in a shell that is not slow. */
  simulator: Spread;
  /** Of the last round. */
  calls: Counts;
}

export type ShellFigures = {
  endpoints: number;
  pools: number;
  width: number;
  slowness: Slowness;
  /** A simulator that is not slow, from its start to its end with nothing but a hello, in milliseconds. */
  start: Spread;
  runs: ShellRuns;
} & Record<(typeof BATCHES)[number], BatchFigures>;

type Endpoint = ReturnType<typeof recordOf>;

interface Batch {
  ours(registry: TopologyRegistry, endpoint: Endpoint): Promise<unknown>;
  byProcess(world: string, endpoint: Endpoint): Promise<void>;
  /** The calls that it may take; a create may take those that it made. */
  budget(calls: number, pools: number): number;
}

const WORK: Record<(typeof BATCHES)[number], Batch> = {
  create: {
    ours: (registry, endpoint) => registry.create("endpoint", endpoint, BY),
    byProcess: createByProcess,
    budget: (calls) => calls,
  },
  refresh: {
    ours: (registry, { sipAddress }) => registry.get("endpoint", sipAddress),
    byProcess: (world, { sipAddress }) => readByProcess(world, sipAddress),
    budget: (_, pools) => pools + READS,
  },
};

/** Measures the registry in a simulated shell against its budget, and against programs that keep no shell. */
export async function measureShell(
  endpoints: number,
  slowness: Slowness,
  rounds: number,
  say: (line: string) => void,
): Promise<ShellFigures> {
  const all = Array.from({ length: endpoints }, (_, i) => recordOf(i));
  const figures = { create: new Batches(), refresh: new Batches() };
  const starts: number[] = [];
  let pools = 0;
  for (let round = 1; round <= rounds; round++) {
    say(`registry in a shell, round ${round} of ${rounds}`);
    await withWorlds([slowness, slowness, slowness, NOT_SLOW], async ([ours, processes, inTurn, idle]) => {
      // The first session loads the code.
      if (round === 1) await inSession(idle, all.slice(0, 1), WORK.refresh.ours);
      pools = ours.pools;
      starts.push(await timed(() => repeatCalls(idle.start(), {}, [])));
      for (const name of BATCHES) {
        const { budget, byProcess, ...work } = WORK[name];
        const time = await timed(() => inSession(ours, all, work.ours));
        ours.assertEndpoints(endpoints);
        const calls = ours.takeCounts();
        const some = all.slice(0, SAMPLE);
        const sample = await timed(() => atOnce(1, some, (each) => byProcess(inTurn.path, each)));
        figures[name].add(calls, {
          ours: time,
          simulator: await timed(() => repeatCalls(idle.start(), calls, all)),
          slowness: slowness.startMs + slowness.importMs + slowness.latencyMs * budget(callsIn(calls), pools),
          processes: await timed(() => atOnce(WIDTH, all, (each) => byProcess(processes.path, each))),
          processesInTurn: (sample / some.length) * all.length,
        });
      }
    });
  }
  return {
    endpoints,
    pools,
    width: WIDTH,
    slowness,
    start: spreadOf(starts),
    create: figures.create.figures(),
    refresh: figures.refresh.figures(),
    runs: await measureShellRuns(endpoints, slowness, rounds, say),
  };
}

/** The milliseconds of one batch, and of what it is compared with. */
interface Times {
  ours: number;
  simulator: number;
  slowness: number;
  processes: number;
  processesInTurn: number;
}

class Batches {
  readonly #times: Times[] = [];
  #calls: Counts = {};

  add(calls: Counts, times: Times): void {
    this.#calls = calls;
    this.#times.push(times);
  }

  figures(): BatchFigures {
    const against = (reference: (times: Times) => number) =>
      compare(this.#times.map((times): Pair => ({ ours: times.ours, reference: reference(times) })));
    return {
      budget: against(({ slowness, simulator }) => slowness + simulator),
      processes: against(({ processes }) => processes),
      processesInTurn: against(({ processesInTurn }) => processesInTurn),
      simulator: spreadOf(this.#times.map(({ simulator }) => simulator)),
      calls: this.#calls,
    };
  }
}

async function inSession(world: CountedWorld, all: readonly Endpoint[], work: Batch["ours"]): Promise<void> {
  const registry = openRegistry(parseRegistrySettings(world.registry, world.folder));
  try {
    await atOnce(WIDTH, all, (endpoint) => work(registry, endpoint));
  } finally {
    await registry.close();
  }
}

/** Works on all items, on so many of them at a time. */
async function atOnce<T>(
  width: number,
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
