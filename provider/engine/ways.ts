import type { Voice } from "./voice";

/** Ways to one thing, of which each says on the terminal what it answered. */
export class Ways<T> {
  readonly #answers = new Map<string, string>();

  constructor(
    private readonly voice: Voice,
    private readonly signal: AbortSignal,
    /** What is set up, such as `the engine`. */
    private readonly what: string,
    /** What was found, in a few words. */
    private readonly describe: (thing: T) => string,
  ) {}

  /** What the way led to; undefined where it led nowhere. Fails when it was interrupted. */
  async attempt(way: string, get: () => Promise<T>): Promise<T | undefined> {
    try {
      return this.say(way, await get());
    } catch (error) {
      this.failIfInterrupted();
      this.fail(way, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  say(way: string, thing: T): T {
    this.voice.say(`${way}: ${this.describe(thing)}`);
    return thing;
  }

  fail(way: string, answer: string): void {
    this.#answers.set(way, answer);
    this.voice.say(`${way}: ${answer}`);
  }

  failIfInterrupted(): void {
    if (this.signal.aborted)
      throw new Error(`cannot set up ${this.what}: interrupted; nothing of it is left, so run it again`);
  }

  /** What the ways answered that led nowhere, one a line. */
  get answers(): string {
    return [...this.#answers].map(([way, answer], index) => `  ${index + 1}. ${way}: ${answer}`).join("\n");
  }
}
