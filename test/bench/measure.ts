/** The middle of several figures, with the ends of their range. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** Two ways to do the same, measured in turn. */
export interface Comparison {
  /** What `ours` takes in parts of what `reference` takes, pair by pair. */
  ratio: Spread;
  /** Milliseconds. */
  ours: Spread;
  /** Milliseconds. */
  reference: Spread;
  pairs: number;
}

/** The milliseconds that one pair took. */
export interface Pair {
  ours: number;
  reference: number;
}

/** Both numbers of a pair come from the same minute of the machine, so a ratio bears more noise than either of them. */
export function compare(pairs: readonly Pair[]): Comparison {
  return {
    ratio: spreadOf(pairs.map(({ ours, reference }) => ours / reference)),
    ours: spreadOf(pairs.map(({ ours }) => ours)),
    reference: spreadOf(pairs.map(({ reference }) => reference)),
    pairs: pairs.length,
  };
}

export function spreadOf(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((a, b) => a - b);
  const at = (place: number) => sorted[place] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}

/** The milliseconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
