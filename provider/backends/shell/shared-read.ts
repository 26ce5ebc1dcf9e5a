/**
 * Something that is read as a whole and asked for in parts: callers that come before the read begins share it, and what it
 * gave serves until somebody writes.
 */
export class SharedRead<T> {
  #latest: Promise<T> | undefined;
  /** The read that has not begun yet. */
  #joinable: Promise<T> | undefined;

  /** `read` calls `onBegin` as soon as what it gives may be older than who asks now. */
  constructor(private readonly read: (onBegin: () => void) => Promise<T>) {}

  /** As it was when it was last read since the last write. */
  known(): Promise<T> {
    return this.#latest ?? this.fresh();
  }

  /** As it is, not as it was before this call. */
  fresh(): Promise<T> {
    if (this.#joinable) {
      this.#latest = this.#joinable;
      return this.#joinable;
    }
    const reading: Promise<T> = this.read(() => {
      if (this.#joinable === reading) this.#joinable = undefined;
    });
    this.#joinable = reading;
    this.#latest = reading;
    reading.catch(() => {
      if (this.#joinable === reading) this.#joinable = undefined;
      if (this.#latest === reading) this.#latest = undefined;
    });
    return reading;
  }

  /** Whatever was read is not known any more: something was written. */
  forget(): void {
    this.#latest = undefined;
  }
}
