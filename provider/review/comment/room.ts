/** What GitHub takes as a comment, in characters; bytes are counted, which are never fewer. */
export const LARGEST_COMMENT = 65_536;

/** As many of some pieces as there is room for, each of them whole. */
export interface Fitted {
  taken: readonly string[];
  /** How many there was no room for. */
  left: number;
  /** What those that are taken need. */
  bytes: number;
}

/** Takes pieces, one a line or more, until one has no room any more. */
export function fitted(pieces: readonly string[], room: number): Fitted {
  let bytes = 0;
  let count = 0;
  for (const piece of pieces) {
    const needed = bytesOf(piece) + 1;
    if (bytes + needed > room) break;
    bytes += needed;
    count += 1;
  }
  return { taken: pieces.slice(0, count), left: pieces.length - count, bytes };
}

export function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}
