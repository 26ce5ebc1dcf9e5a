import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { EngineFailure } from "../../engine/project-engine";
import type { Surroundings } from "../command";

/** The largest preview that is read, in bytes: that of some 20,000 resources. */
export const LARGEST_PREVIEW = 100_000_000;

/** What a file, or for `-` the standard input, holds, without a byte order mark. Fails with `EngineFailure` where that is too much. */
export async function givenText(
  name: string,
  surroundings: Pick<Surroundings, "folder" | "in">,
): Promise<string> {
  const source =
    name === "-" ? (surroundings.in ?? []) : createReadStream(resolve(surroundings.folder(), name));
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source as AsyncIterable<Uint8Array | string>) {
    const piece = Buffer.from(chunk as string);
    chunks.push(piece);
    bytes += piece.length;
    if (bytes > LARGEST_PREVIEW) throw tooLarge(name === "-" ? "standard input" : `'${name}'`);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

export function tooLarge(source: string): EngineFailure {
  return new EngineFailure(
    `cannot read the preview in ${source}: it is larger than 100 MB; preview fewer resources, with --target`,
  );
}
