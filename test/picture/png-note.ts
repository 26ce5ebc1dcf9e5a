import { crc32 } from "node:zlib";

const SIGNATURE = 8;
const KEY = "Comment";

/** A PNG with a note in it, which no viewer shows (https://www.w3.org/TR/png-3/#11tEXt). */
export function withNote(png: Buffer, note: string): Buffer {
  const [header] = chunksOf(png);
  if (header?.type !== "IHDR") throw new Error("it is no PNG");
  const data = Buffer.from(`tEXt${KEY}\0${note}`, "latin1");
  const chunk = Buffer.alloc(4 + data.length + 4);
  chunk.writeUInt32BE(data.length - 4, 0);
  data.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(data), 4 + data.length);
  return Buffer.concat([png.subarray(0, header.end), chunk, png.subarray(header.end)]);
}

/** The note in a PNG. */
export function noteOf(png: Buffer): string | undefined {
  const texts = chunksOf(png).filter(({ type }) => type === "tEXt");
  const notes = texts.map(({ data }) => data.toString("latin1").split("\0"));
  return notes.find(([key]) => key === KEY)?.[1];
}

function chunksOf(png: Buffer): { type: string; data: Buffer; end: number }[] {
  const chunks = [];
  for (let start = SIGNATURE; start < png.length; ) {
    const dataStart = start + 8;
    const dataEnd = dataStart + png.readUInt32BE(start);
    chunks.push({
      type: png.toString("latin1", start + 4, dataStart),
      data: png.subarray(dataStart, dataEnd),
      end: dataEnd + 4,
    });
    start = dataEnd + 4;
  }
  return chunks;
}
