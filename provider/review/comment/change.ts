import type { TopologyKind } from "../../registry/records";
import type { Phrase } from "../phrase";

/** What becomes of something, in one word. */
export type Effect =
  | "new"
  | "imported"
  | "repointed"
  | "changed"
  | "replaced"
  | "removed"
  | "forgotten"
  | "cutover";

/** A row of the table of changes. */
export interface Change {
  effect: Effect;
  kind: TopologyKind | "cutover" | "provider" | "other";
  /** The logical name of the resource; absent where the row is about several. */
  name?: string;
  /** The explicit provider in whose registry it is. */
  provider?: string;
  /** What will happen, in one sentence without a full stop. */
  words: Phrase;
  /** How many resources it is about, where that is not one. */
  count?: number;
}
