const LINE_FEED = 0x0a;

/** Cuts a stream of bytes into lines, whatever the pieces in which it comes. */
export class Lines {
  #pieces: Buffer[] = [];
  #length = 0;

  /** `onLine` gets each line that has ended, without its end. */
  push(chunk: Buffer, onLine: (line: Buffer) => void): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.#add(chunk.subarray(start, end));
      onLine(this.take());
      start = end + 1;
    }
    this.#add(chunk.subarray(start));
  }

  /** How long the line is that has not ended yet. */
  get openLength(): number {
    return this.#length;
  }

  /** The beginning of the line that has not ended yet. */
  openHead(length: number): Buffer {
    const [first] = this.#pieces;
    if (first !== undefined && first.length >= length) return first.subarray(0, length);
    return Buffer.concat(this.#pieces).subarray(0, length);
  }

  /** Takes the line that has not ended yet, so that the next one begins. */
  take(): Buffer {
    const line = this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    return line;
  }

  #add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#length += piece.length;
  }
}
