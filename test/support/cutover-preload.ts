import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { basename, dirname, join, sep } from "node:path";
import type { HeldMoment } from "./cutover-moments";

// Loaded with `--require` into every Node process of an engine run; holds the one that comes first to a moment of a cutover
// until the test lets it go. The held process does nothing at all meanwhile. It loads nothing that takes long: a run has many
// processes.

/** The program of a command step, the plugin, and what changes the stand-in world. */
const RELAY = join("provider", "cli", "index.js");
const PLUGIN = join("cmd", "dynamic-provider", "index.js");
const COMMAND = join("stand-in", "step.mjs");

/** The kind of record that a step of the plugin writes. */
const WRITTEN: Readonly<Record<string, string>> = {
  stage: "cutover",
  release: "sip-user",
  endpoint: "endpoint",
};

interface Run {
  doneAt?: string;
  failure?: string;
}

interface Note {
  before?: object;
  do?: Run;
  undo?: Run;
}

const { FAULT_FOLDER } = process.env;
if (FAULT_FOLDER !== undefined) install(FAULT_FOLDER);

function install(folder: string): void {
  const moment = JSON.parse(readFileSync(join(folder, "point.json"), "utf8")) as HeldMoment;
  const hold = () => {
    if (existsSync(join(folder, "held"))) return;
    writeFileSync(join(folder, "held.new"), String(process.pid));
    renameSync(join(folder, "held.new"), join(folder, "held"));
    const clock = new Int32Array(new SharedArrayBuffer(4));
    while (!existsSync(join(folder, "released"))) Atomics.wait(clock, 0, 0, 5);
  };
  if (moment.when !== "inside") {
    if (isProgram(RELAY) || isProgram(PLUGIN)) holdAtFiles(moment, hold);
  } else if (isProgram(PLUGIN)) holdAtCommits(moment, hold);
  else if (isProgram(COMMAND)) holdAtEffects(moment, hold);
}

function isProgram(program: string): boolean {
  return process.argv[1]?.endsWith(sep + program) === true;
}

/** Before the file that says that a step begins, or after the one that says that it is done. */
function holdAtFiles(moment: HeldMoment, hold: () => void): void {
  const fs = require("node:fs") as typeof import("node:fs");
  const rename = fs.renameSync;
  fs.renameSync = (from, to) => {
    const isMeant = isOfMoment(moment, String(from), String(to));
    if (isMeant && moment.when === "before") hold();
    rename(from, to);
    if (isMeant && moment.when === "after") hold();
  };
}

function isOfMoment(moment: HeldMoment, from: string, to: string): boolean {
  const { step, direction, when, notes } = moment;
  if (dirname(to) !== join(notes, "steps")) return to === join(notes, fileOf(step));
  if (!isNoteOf(step, basename(to))) return false;
  const note = JSON.parse(readFileSync(from, "utf8")) as Note;
  if (direction === "before") return note.do === undefined && note.before !== undefined;
  const run = note[direction];
  if (run === undefined || (direction === "do" && note.undo !== undefined)) return false;
  return when === "after" ? run.doneAt !== undefined : run.doneAt === undefined && run.failure === undefined;
}

/** What stands for a step of which there is no note: the stage, and the snapshot of a user. */
function fileOf(step: string): string {
  return step === "stage" ? "cutover.json" : join("snapshots", `${encodeURIComponent(step)}.json`);
}

function isNoteOf(step: string, fileName: string): boolean {
  const start = `${encodeURIComponent(step)}.`;
  return fileName.startsWith(start) && /^\d+\.json$/.test(fileName.slice(start.length));
}

/** After the registry took what the step writes in it. */
function holdAtCommits({ step }: HeldMoment, hold: () => void): void {
  const { DatabaseSync } = require("node:sqlite") as typeof import("node:sqlite");
  const { exec, prepare } = DatabaseSync.prototype;
  let kinds: unknown[] = [];
  DatabaseSync.prototype.exec = function (sql) {
    if (sql.startsWith("BEGIN")) kinds = [];
    exec.call(this, sql);
    if (sql === "COMMIT" && kinds.includes(WRITTEN[definitionOf(step)])) hold();
  };
  DatabaseSync.prototype.prepare = function (sql, ...rest) {
    const statement = prepare.call(this, sql, ...rest);
    const columns = /^INSERT INTO history \((.*?)\)/.exec(sql)?.[1]?.split(", ");
    if (columns === undefined) return statement;
    const run = statement.run.bind(statement);
    statement.run = (...values: unknown[]) => {
      kinds.push(values[columns.indexOf("kind")]);
      return Reflect.apply(run, statement, values);
    };
    return statement;
  };
}

/** After the first thing that the command of the step changed; where it changes nothing, at its end. */
function holdAtEffects({ step, direction }: HeldMoment, hold: () => void): void {
  if (process.env.FRAGILE_STEP !== `${direction} ${definitionOf(step)}`) return;
  const fs = require("node:fs") as typeof import("node:fs");
  const append = fs.appendFileSync;
  fs.appendFileSync = (path, ...rest) => {
    append(path, ...rest);
    if (basename(String(path)) === "effects.log") hold();
  };
  syncBuiltinESMExports();
  process.on("exit", hold);
}

/** A step per address or wave has that behind a colon. */
function definitionOf(step: string): string {
  return step.replace(/:.*/, "");
}
