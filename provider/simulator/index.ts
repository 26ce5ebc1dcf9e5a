import { CONTOSO, CONTOSO_CUTOVER } from "./contoso";
import type { WorldInput } from "./world";

export type { Slowness } from "./shell";
export { type Streams, simulate } from "./simulator";
export { WorldFile } from "./world-file";
export { WorldError } from "./world-text";

/** Worlds to begin with, by their names. */
export const SAMPLES: Readonly<Record<string, WorldInput>> = {
  contoso: CONTOSO,
  "contoso-cutover": CONTOSO_CUTOVER,
};
