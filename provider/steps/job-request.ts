import { join } from "node:path";
import { z } from "zod";
import { JOB_LOCK } from "../cutover/notes";

const json = z.json();

/** What the runner of a job is given: one line of JSON on standard input. */
export const jobRequest = z.object({
  argv: z.array(z.string()),
  input: z.string(),
  /** The folder of the job. It is there. */
  folder: z.string(),
  /** Where the guards of the step keep what they know of each other. */
  guardFolder: z.string(),
  /** What the lines of the journal say beside their text, and in which cutover's folder it is. */
  journal: z.object({
    folder: z.string(),
    by: z.string(),
    step: z.string(),
    attempt: z.number(),
    direction: z.enum(["do", "undo"]),
  }),
});
export type JobRequest = z.infer<typeof jobRequest>;

const ending = z.object({
  /** How long the job ran; a runner of an earlier version does not say it. */
  milliseconds: z.number().optional(),
});

/** How a job ended, as its runner writes it down. */
export const jobResult = z.union([
  ending.extend({ answer: json }),
  ending.extend({ reason: z.string(), cure: z.string() }),
]);

export type JobResult = z.infer<typeof jobResult>;

/** The files of a job, in its folder. */
export function jobFiles(folder: string) {
  return {
    /** Held by the runner for as long as it lives. */
    lock: join(folder, JOB_LOCK),
    /** The mark of the runner that holds the lock. */
    runner: join(folder, "runner.json"),
    /** There as soon as the command may have begun. */
    begun: join(folder, "begun"),
    /** What the command says. */
    log: join(folder, "log"),
    /** There when the command has ended, all or nothing. */
    result: join(folder, "result.json"),
    /** There when the way back has begun: the job is not started again. */
    givenUp: join(folder, "given-up"),
  };
}
