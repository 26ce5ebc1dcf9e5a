import { z } from "zod";
import { CUTOVER_STAGES } from "../registry/cutover-record";

// What is in the files of a cutover's folder.

const json: z.ZodType<Json> = z.json();

/** A value of JSON. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const run = z.object({
  by: z.string(),
  begunAt: z.string(),
  doneAt: z.string().optional(),
  /** How long all tries together took, as far as they came to an end; notes of earlier versions have none. */
  milliseconds: z.number().optional(),
  /** What a person is told of the last attempt that failed. */
  failure: z.string().optional(),
  result: json.optional(),
  /** What the command was given. */
  values: json.optional(),
});

export const note = z.object({
  before: z.object({ at: z.string(), image: json }).optional(),
  do: run.optional(),
  undo: run.optional(),
});

export const entry = z.object({
  at: z.string(),
  by: z.string(),
  step: z.string(),
  attempt: z.number(),
  direction: z.enum(["before", "do", "undo"]),
  event: z.enum(["begun", "done", "failed", "said"]),
  text: z.string().optional(),
});

const turn = z.object({
  stage: z.enum(CUTOVER_STAGES),
  plan: z.array(z.string()),
  attempts: z.object({ migrate: z.number(), handover: z.number() }),
});

export const marker = z.object({
  cutover: z.string(),
  id: z.string(),
  lease: z.string().nullable(),
  /** Which resource in state stands for the cutover. */
  instance: z.string().optional(),
  turn: turn.optional(),
});

/** One direction of a step: begun, perhaps done, perhaps failed and to be done again. Times are ISO 8601, UTC. */
export type Run = z.infer<typeof run>;
/** What is known of a step in one attempt of its stage. */
export type StepNote = z.infer<typeof note>;
/** To where a cutover was turned: what a step may do by then. */
export type Turn = z.infer<typeof turn>;
export type Marker = z.infer<typeof marker>;
/** One line of the journal. */
export type JournalEntry = z.infer<typeof entry>;

/** Which cutover a folder belongs to, and who may go on with it. */
export interface Holder {
  /** The name of the cutover. */
  cutover: string;
  /** The incarnation of its record. */
  id: string;
  /** The token of its lease. */
  lease: string;
}
