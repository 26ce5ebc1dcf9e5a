import type { z } from "zod";
import type { Kind, RecordOf } from "../registry/records";
import type { Properties } from "./properties";

/** Something wrong with an argument, in words that follow its path. */
export interface Problem {
  path: string;
  problem: string;
}

/**
 * A kind of resource, as data: all that the lifecycle needs to know of it. The arguments have the names of the record's
 * fields, so that no mapping stands between them.
 */
export interface ResourceKind<K extends Kind = Kind> {
  readonly kind: K;
  /** The arguments that describe the record; each schema also normalises. */
  readonly fields: z.ZodObject;
  /** The argument that identifies the record: another value is another record. */
  readonly identity: string;
  /** Arguments said at creation and never changed afterwards. */
  readonly fixed: readonly string[];
  /** Paths of the arguments that may change; one that the program leaves out is not managed. */
  readonly managed: readonly string[];
  /** Paths whose values are free text, which may be a secret of the program: no message repeats them. */
  readonly freeText: readonly string[];
  /** Rules over several arguments, given normalised; an argument not known yet is absent. */
  problems(inputs: Properties): Problem[];
  /** Outputs beside the arguments that follow from the record. */
  computed(record: RecordOf<K>): Properties;
}
