import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { TextLines } from "./text-lines";

/** Reads the lines that come to a file from now on. */
export class LogReader {
  #position: number;
  readonly #lines: TextLines;

  constructor(
    private readonly path: string,
    onLine: (line: string) => void,
  ) {
    this.#position = existsSync(path) ? statSync(path).size : 0;
    this.#lines = new TextLines(onLine);
  }

  /** Tells the lines that have come since the last call. */
  tell(): void {
    if (!existsSync(this.path)) return;
    const file = openSync(this.path, "r");
    try {
      const chunk = Buffer.alloc(65_536);
      for (;;) {
        const length = readSync(file, chunk, 0, chunk.length, this.#position);
        if (length === 0) return;
        this.#position += length;
        this.#lines.push(chunk.subarray(0, length));
      }
    } finally {
      closeSync(file);
    }
  }
}
