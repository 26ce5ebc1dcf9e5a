import { z } from "zod";

/** What a guard is given: one line of JSON on standard input, which stays open for as long as the work may go on. */
export const guardRequest = z.object({
  argv: z.array(z.string()),
  input: z.string(),
  /** Where it keeps its lock, and the mark of its group. It is there. */
  folder: z.string(),
});
export type GuardRequest = z.infer<typeof guardRequest>;

/** The pipe on which a guard reports, beside the standard ones, which are those of its command. */
export const REPORTS = 3;

/** What a guard reports: one line of JSON each. */
export const guardReport = z.union([
  /** The command has begun. */
  z.object({ pid: z.number() }),
  /** It has ended. */
  z.object({ code: z.number().nullable(), signal: z.string().nullable() }),
  /** It never began. */
  z.object({ problem: z.string() }),
]);
export type GuardReport = z.infer<typeof guardReport>;
