/** How long what was read serves. */
export interface ReadAge {
  /** Milliseconds since it was last asked for; 0 where every read is to be as new as its question. */
  readAge: number;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** So many times `readAge` is the most that anything is kept, however often it is asked for. */
const MOST_TURNS = 30;

/**
 * Something that is read as a whole and asked for in parts: callers that come before the read begins share it, and what it
 * gave serves those who come soon after, until somebody writes.
 */
export class SharedRead<T> {
  #latest: Promise<T> | undefined;
  /** The read that has not begun yet. */
  #joinable: Promise<T> | undefined;
  /** When the latest read ended, and when it was asked for last; neither counts while it is under way. */
  #ended: number | undefined;
  #asked = 0;

  /** `read` calls `onBegin` as soon as what it gives may be older than who asks now. */
  constructor(
    private readonly read: (onBegin: () => void) => Promise<T>,
    private readonly age: ReadAge,
  ) {}

  /** As it was a short while ago, or is. */
  known(): Promise<T> {
    const { now, readAge } = this.age;
    const isOld =
      this.#ended !== undefined &&
      (now() - this.#asked > readAge || now() - this.#ended > readAge * MOST_TURNS);
    if (this.#latest === undefined || isOld || readAge === 0) return this.fresh();
    this.#asked = now();
    return this.#latest;
  }

  /** As it is, not as it was before this call. */
  fresh(): Promise<T> {
    const reading = this.#joinable ?? this.#begin();
    this.#latest = reading;
    this.#asked = this.age.now();
    return reading;
  }

  /** Whatever was read is not known any more: something was written. */
  forget(): void {
    this.#latest = undefined;
  }

  #begin(): Promise<T> {
    let hasBegun = false;
    const reading: Promise<T> = this.read(() => {
      hasBegun = true;
      this.#joinable = undefined;
    });
    if (!hasBegun) this.#joinable = reading;
    this.#ended = undefined;
    const end = () => {
      if (this.#joinable === reading) this.#joinable = undefined;
      return this.#latest === reading;
    };
    reading.then(
      () => {
        if (end()) this.#ended = this.#asked = this.age.now();
      },
      () => {
        if (end()) this.#latest = undefined;
      },
    );
    return reading;
  }
}
