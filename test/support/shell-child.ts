import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, closeSync, writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { CMDLETS } from "../../provider/backends/shell/session/cmdlets";
import { encodeReply, RequestReader } from "../../provider/backends/shell/session/frames";

// A process that answers like a management shell, and misbehaves as it is told: at its start by its first argument, in a call
// by the LdapFilter, both of them JSON.

export interface StartPlan {
  /** A file to which it writes a line for whatever happens. */
  log?: string;
  /** Milliseconds before it reads anything. */
  delay?: number;
  /** What it writes before anything else. */
  stdout?: string;
  stderr?: string;
  /** Ends with this code instead of saying hello. */
  exit?: number;
  /** Never says hello. */
  mute?: boolean;
  /** Says hello so many milliseconds late. */
  slow?: number;
  /** Stays when its input ends. */
  stays?: boolean;
  /** In place of what it would say. */
  hello?: Record<string, unknown>;
  /** What becomes of values that it is to give back: they lose what is not ASCII, all become texts, or it ends instead. */
  echo?: "ascii" | "texts" | "crash";
}

export interface CallPlan {
  do:
    | "answer"
    | "twice"
    | "other-id-first"
    | "half-frame"
    | "silent"
    | "time-out"
    | "crash"
    | "unreadable"
    | "leave-a-holder"
    | "end-after"
    | "deaf"
    | "deaf-after";
  /** What it writes before its answer. */
  stdout?: string;
  stderr?: string;
  /** What it writes after its answer. */
  after?: string;
  /** How often it writes what comes before. */
  times?: number;
  /** A frame of another nonce before the answer. */
  foreignFrame?: boolean;
  /** Writes the answer byte by byte. */
  slowly?: boolean;
  /** Milliseconds before the answer. */
  delay?: number;
  /** Whether the effect is there before it goes wrong. */
  effect?: boolean;
  exit?: number;
  reply?: Record<string, unknown>;
  name?: string;
}

const plan = JSON.parse(process.argv[2] ?? "{}") as StartPlan;
const requests = new RequestReader();
let scriptHash = "";
let nonce = "";
let head: Buffer | undefined = Buffer.alloc(0);
let work = Promise.resolve();

function log(line: string): void {
  if (plan.log) appendFileSync(plan.log, `${line}\n`);
}

function write(text: string): void {
  for (let bytes: Buffer = Buffer.from(text); bytes.length > 0; ) {
    try {
      bytes = bytes.subarray(writeSync(1, bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") process.exit(0);
    }
  }
}

function hello(): Record<string, unknown> {
  return {
    ok: true,
    script: scriptHash,
    psVersion: "5.1.0",
    clr: "4.0.30319.42000",
    is64Bit: true,
    languageMode: "FullLanguage",
    user: "CONTOSO\\anna",
    elevated: true,
    groups: ["CONTOSO\\RTCUniversalServerAdmins"],
    module: { name: "SkypeForBusiness", path: "C:\\x.psd1", version: "7.0" },
    missingCmdlets: [],
    missingParameters: {},
    store: { ok: true },
    directory: { ok: true, domainController: "dc01.contoso.com" },
    clock: new Date(0).toISOString(),
    errors: [],
    ...plan.hello,
  };
}

interface Request {
  op: string;
  nonce: string;
  cmdlet: keyof typeof CMDLETS;
  p: [string, string, unknown][];
  deadlineMs: number;
}

const NET_TYPES: Record<string, string> = { s: "System.String", b: "System.Boolean", a: "System.String[]" };

function echo(id: number, { p }: Request): void {
  if (plan.echo === "crash") process.exit(3);
  const values = p.map(([, , value]) => {
    if (plan.echo === "texts") return String(value);
    const json = JSON.stringify(value);
    return JSON.parse(plan.echo === "ascii" ? json.replaceAll(/[^ -~]/g, "?") : json);
  });
  const types = p.map(([, tag]) => (plan.echo === "texts" ? "System.String" : NET_TYPES[tag]) ?? "");
  write(encodeReply(nonce, id, { ok: true, values, types, errors: [] }));
}

const EMPTY = { ok: true, results: [], missing: [], truncated: false, warnings: [], errors: [] };

async function answer(id: number, request: Request): Promise<void> {
  log(`${request.op} ${process.pid} ${JSON.stringify(request.p ?? [])}`);
  if (request.op === "hello") {
    if (plan.exit !== undefined) process.exit(plan.exit);
    if (plan.mute) return;
    if (plan.slow) await pause(plan.slow);
    nonce = request.nonce;
    write(encodeReply(nonce, id, hello()));
  } else if (request.op === "bye") {
    if (!plan.stays) process.exit(0);
  } else if (request.op === "echo") echo(id, request);
  else await call(id, request);
}

async function call(id: number, request: Request): Promise<void> {
  const filter = request.p.find(([name]) => name === "LdapFilter")?.[2];
  const told = (typeof filter === "string" ? JSON.parse(filter) : { do: "answer" }) as CallPlan;
  const reply = told.reply ?? { ...EMPTY, results: [{ Identity: JSON.stringify(request.p) }] };
  const frame = encodeReply(nonce, id, reply);
  for (let time = 0; time < (told.times ?? 1); time += 1) {
    if (told.stdout) write(told.stdout);
    if (told.stderr) writeSync(2, told.stderr);
  }
  if (told.foreignFrame) write(encodeReply("0".repeat(32), id, { ...EMPTY, warnings: ["foreign"] }));
  if (told.do === "deaf") goDeaf();
  if (told.delay) await pause(told.delay);
  if (told.do === "time-out") {
    await pause(request.deadlineMs);
    write(encodeReply(nonce, id, { ...EMPTY, ok: false, timedOut: true }));
    process.kill(process.pid, "SIGKILL");
  }
  if (told.do === "silent") {
    await pause(request.deadlineMs * 100);
    return;
  }
  if (told.effect) log(`effect ${told.name ?? ""}`);
  if (told.do === "crash") process.exit(told.exit ?? 3);
  if (told.do === "half-frame") {
    write(frame.slice(0, frame.length / 2));
    process.exit(3);
  }
  if (told.do === "leave-a-holder") {
    const holder = spawn(process.execPath, ["-e", "setTimeout(() => {}, 600000)"], { stdio: "inherit" });
    log(`holder ${holder.pid}`);
    process.exit(3);
  }
  if (told.do === "other-id-first") write(encodeReply(nonce, id - 1, { ...EMPTY, warnings: ["late"] }));
  if (told.do === "unreadable") write(encodeReply(nonce, id, { ok: "yes" }));
  else if (told.slowly) for (const byte of frame) write(byte);
  else write(frame);
  if (told.do === "twice") write(encodeReply(nonce, id, { ...EMPTY, warnings: ["second"] }));
  if (told.after) write(told.after);
  if (told.do === "deaf-after") goDeaf();
  if (told.do === "deaf" || told.do === "deaf-after") setTimeout(() => process.exit(255), 300);
  if (told.do === "end-after") process.exit(told.exit ?? 0);
}

/** Reads nothing any more, as a process whose input somebody closed. */
function goDeaf(): void {
  process.stdin.destroy();
  closeSync(0);
}

/** Takes the first line, which is the script, and gives what follows. */
function afterScript(chunk: Buffer): Buffer {
  if (head === undefined) return chunk;
  head = Buffer.concat([head, chunk]);
  const end = head.indexOf("\n");
  if (end < 0) return Buffer.alloc(0);
  const script = Buffer.from(head.subarray(0, end).toString("latin1"), "base64");
  scriptHash = createHash("sha256").update(script).digest("hex");
  const rest = head.subarray(end + 1);
  head = undefined;
  return rest;
}

async function main(): Promise<void> {
  log(`start ${process.pid}`);
  if (plan.stdout) write(plan.stdout);
  if (plan.stderr) writeSync(2, plan.stderr);
  if (plan.delay) await pause(plan.delay);
  process.stdin.on("data", (chunk: Buffer) => {
    for (const { id, body } of requests.push(afterScript(chunk)))
      work = work.then(() => answer(id, body as Request));
  });
  process.stdin.once("end", () => {
    log("input ended");
    if (plan.stays) setInterval(() => {}, 1000);
    else void work.then(() => process.exit(0));
  });
}

void main();
