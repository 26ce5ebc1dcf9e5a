/** Most bytes that are kept of what nobody reads. */
const KEPT = 65_536;

/** The last 64 kB of a stream of bytes. */
export class Tail {
  #chunks: Buffer[] = [];
  #length = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    // Now and then only, so that many small chunks do not cost more than one large one.
    if (this.#length > 2 * KEPT || this.#chunks.length > KEPT) this.#trim();
  }

  /** Bytes that are no UTF-8 come as U+FFFD: the code page of the other side is unknown. */
  get text(): string {
    this.#trim();
    return this.#chunks[0]?.toString("utf8") ?? "";
  }

  clear(): void {
    this.#chunks = [];
    this.#length = 0;
  }

  #trim(): void {
    // A copy, so that a large chunk is not held for its end.
    const kept = Buffer.from(Buffer.concat(this.#chunks).subarray(-KEPT));
    this.#chunks = [kept];
    this.#length = kept.length;
  }
}
