import { type ChildProcess, spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause, setImmediate } from "node:timers/promises";
import { textIfThere, writeWhole } from "../cutover/files";
import { lockFile } from "../registry/file-lock";
import { type GuardReport, type GuardRequest, guardRequest, REPORTS } from "./guard-request";
import { endTree, groupIsLeft, markOf, processMark } from "./process-group";

// The program of a guard: it runs one command, and ends it, with all that it started, when standard input ends, which is when
// the process that asked for it is gone, in whatever way. It leads a process group of its own, in which the command runs:
// when the guard is killed itself, whoever asked ends the group.

/** Milliseconds between two looks at what another process has to end first. */
const LOOK_AGAIN = 20;
/** Milliseconds for which a killed process may take to be gone. */
const PATIENCE = 30_000;

let child: ChildProcess | undefined;
let asked = "";

process.stdin.setEncoding("utf8").on("data", (text: string) => {
  if (child !== undefined || asked.endsWith("\n")) return;
  asked += text;
  if (asked.endsWith("\n")) void run(guardRequest.parse(JSON.parse(asked))).catch(fail);
});
process.stdin.once("end", giveUp).once("error", giveUp);
// Whoever asked decides: an interrupt at the terminal is for that process.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

async function run({ argv: [program = "", ...args], input, folder }: GuardRequest): Promise<void> {
  await hold(join(folder, "guard.lock"));
  await endLeftOver(join(folder, "guard.json"));
  writeWhole(join(folder, "guard.json"), JSON.stringify(markOf(process.pid)));
  // A whole turn of the event loop: an end of standard input that came meanwhile is seen before the command begins.
  await setImmediate();
  await setImmediate();
  child = spawn(program, args, { stdio: ["pipe", "inherit", "inherit"], windowsHide: true });
  child.once("error", (error) => fail(new Error(`'${program}' cannot be started: ${error.message}`)));
  child.once("exit", (code, signal) => end({ code, signal }));
  if (child.pid !== undefined) report({ pid: child.pid });
  child.stdin?.on("error", () => {}); // it may end without reading
  child.stdin?.end(input);
}

async function hold(path: string): Promise<void> {
  let release = await lockFile(path);
  for (; release === undefined; release = await lockFile(path)) await pause(LOOK_AGAIN);
  // By the end of this process, and so never before that of the command; a lock that nobody knows of any more would be let go.
  process.once("exit", release);
}

/** What an earlier guard left that was killed together with whoever asked for it. */
async function endLeftOver(file: string): Promise<void> {
  const text = textIfThere(file);
  if (text === undefined) return;
  const earlier = processMark.parse(JSON.parse(text));
  const deadline = Date.now() + PATIENCE;
  while (groupIsLeft(earlier)) {
    if (Date.now() > deadline)
      throw new Error(`process group ${earlier.pid} of an earlier run does not end; end it by hand`);
    endTree(earlier.pid);
    await pause(LOOK_AGAIN);
  }
}

function giveUp(): void {
  // Elsewhere this process is in the group that ends.
  if (process.platform !== "win32") endTree(process.pid);
  else if (child?.pid !== undefined) endTree(child.pid);
  process.exit(1);
}

function fail(error: Error): void {
  end({ problem: error.message });
}

function end(last: GuardReport): void {
  report(last);
  process.exit(0);
}

function report(reported: GuardReport): void {
  writeSync(REPORTS, `${JSON.stringify(reported)}\n`);
}
