import { type Comparison, compare, type Pair } from "./measure";
import type { Cost } from "./run-cost";

/** One comparison of runs: on a machine that others use, processor time says more than the clock. */
export interface Runs {
  time: Comparison;
  /** Processor time of the engine and everything that it started. */
  cpu: Comparison;
}

export class RunPairs {
  readonly #time: Pair[] = [];
  readonly #cpu: Pair[] = [];

  add(ours: Cost, reference: Cost): void {
    this.#time.push({ ours: ours.time, reference: reference.time });
    this.#cpu.push({ ours: ours.cpu, reference: reference.cpu });
  }

  compared(): Runs {
    return { time: compare(this.#time), cpu: compare(this.#cpu) };
  }
}
