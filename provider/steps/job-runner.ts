import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { appendLine, writeWhole } from "../cutover/files";
import { type Json, Notes } from "../cutover/notes";
import { lockFile } from "../registry/file-lock";
import { answerOf, StepFailure } from "./answer";
import { Guarded } from "./guarded";
import { type JobRequest, type JobResult, jobFiles, jobRequest } from "./job-request";
import { markOf } from "./process-group";

// The program of a job: it runs the command of a long step, whoever else ends meanwhile, and writes down by itself what the
// command says and how it ended. Standard error is the log of the job.

/** Milliseconds between two tries at the lock, which others take for a moment to see whether it is held. */
const LOOK_AGAIN = 20;
const TRIES = 250;

let asked = "";
process.stdin.setEncoding("utf8").on("data", (text: string) => {
  asked += text;
});
process.stdin.once("end", () => {
  // Cut off where whoever asked was killed; then nothing begins.
  if (asked.endsWith("\n")) void run(jobRequest.parse(JSON.parse(asked)));
});

async function run(request: JobRequest): Promise<void> {
  const files = jobFiles(request.folder);
  if (!(await hold(files.lock)) || existsSync(files.result)) return;
  writeWhole(files.runner, JSON.stringify(markOf(process.pid)));
  // In this order: whoever gives a job up looks for its runner afterwards.
  if (existsSync(files.givenUp)) return;
  writeWhole(files.begun, "");
  const begunAt = Date.now();
  const { argv, input, guardFolder } = request;
  const guarded = new Guarded({ argv, input }, guardFolder, (line) => say(request, line));
  const ending = await guarded.ended;
  const result: JobResult = { ...resultOf(() => answerOf(ending)), milliseconds: Date.now() - begunAt };
  writeWhole(files.result, JSON.stringify(result));
}

async function hold(path: string): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const release = await lockFile(path);
    // Not before the end of this process; and a lock that nobody knows of any more would be let go.
    if (release) return process.once("exit", release) !== undefined;
    await pause(LOOK_AGAIN);
  }
  return false;
}

function say({ folder, journal }: JobRequest, line: string): void {
  const { folder: notes, ...about } = journal;
  try {
    // In this order: what the log tells a screen is in the journal.
    new Notes(notes).record({ at: new Date().toISOString(), ...about, event: "said", text: line });
    appendLine(jobFiles(folder).log, line);
  } catch {
    // What was said is lost; the work goes on.
  }
}

function resultOf(answer: () => Json): JobResult {
  try {
    return { answer: answer() };
  } catch (error) {
    if (error instanceof StepFailure) return { reason: error.reason, cure: error.cure };
    throw error;
  }
}
