/** Most bytes of a line that are kept. */
const LONGEST = 4_096;
const LINE_FEED = 0x0a;

/** Cuts a stream of bytes into lines of text, whatever the pieces in which it comes; the rest of a long line is left out. */
export class TextLines {
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.#add(chunk.subarray(start, end));
      this.#tell();
      start = end + 1;
    }
    this.#add(chunk.subarray(start));
  }

  /** The stream has ended; a last line needs no end. */
  end(): void {
    if (this.#length > 0) this.#tell();
  }

  #add(piece: Buffer): void {
    const kept = piece.subarray(0, LONGEST - this.#length);
    if (kept.length === 0) return;
    // A copy, so that a large chunk is not held for a piece of it.
    this.#pieces.push(Buffer.from(kept));
    this.#length += kept.length;
  }

  #tell(): void {
    const line = Buffer.concat(this.#pieces).toString("utf8");
    this.#pieces = [];
    this.#length = 0;
    this.onLine(line.replace(/\r$/, ""));
  }
}
