import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeReply } from "../backends/shell/session/frames";
import { refusals } from "./closed-list";
import { echo } from "./echo";
import type { Plan } from "./faults";
import { guesses } from "./knobs";
import { failure, refused, TIMED_OUT } from "./replies";
import { type Frame, type Request, Requests, requestSchema } from "./requests";
import { Shell, type Slowness } from "./shell";
import type { WorldFile } from "./world-file";
import { WorldError } from "./world-text";

/** The streams of the process. */
export interface Streams {
  input: Readable;
  output: NodeJS.WritableStream;
  errors: NodeJS.WritableStream;
}

const LIMITS =
  "a green run proves your program's logic, not the product: there are no access control lists here, no SQL Server, no SIP and no certificates";
const ENDED = 0;
const KILLED = 1;
const OTHER_NONCE = "0".repeat(32);

type Hello = Extract<Request, { op: "hello" }>;
type Call = Extract<Request, { op: "call" }>;

/**
 * Speaks for a management shell until its input ends, `bye` comes, or a deadline or a fault ends it, and says with which exit
 * code the process ends. Fails with `WorldError` where the world cannot be read at the start.
 */
export async function simulate(file: WorldFile, slowness: Slowness, streams: Streams): Promise<number> {
  const { shell, knobs } = file.read();
  streams.errors.write(
    `persistentchat: a simulated management shell; ${LIMITS}\n${guesses(knobs)
      .map((guess) => `persistentchat: guess: ${guess}\n`)
      .join("")}`,
  );
  await sleep(shell.startMs + slowness.startMs);
  return new Simulator(new Shell(file, slowness), streams, shell.closedList).run();
}

class Simulator {
  readonly #shell: Shell;
  readonly #streams: Streams;
  readonly #requests: Requests;
  readonly #hasClosedList: boolean;
  #nonce: string | undefined;

  constructor(shell: Shell, streams: Streams, hasClosedList: boolean) {
    this.#shell = shell;
    this.#hasClosedList = hasClosedList;
    this.#streams = streams;
    this.#requests = new Requests(streams.input);
  }

  async run(): Promise<number> {
    try {
      for (let frame = await this.#requests.next(); frame; frame = await this.#requests.next()) {
        const exitCode = await this.#answer(frame);
        if (exitCode !== undefined) return exitCode;
      }
      return ENDED;
    } finally {
      this.#requests.close();
    }
  }

  /** Answers a request; with an exit code where that was the last one. */
  async #answer({ id, body }: Frame): Promise<number | undefined> {
    const parsed = requestSchema.safeParse(body);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      this.#tell(`request ${id} makes no sense: ${issue?.path.join(".")}: ${issue?.message}`);
      return KILLED;
    }
    const request = parsed.data;
    if (request.op === "bye") return ENDED;
    if (request.op === "hello") this.#nonce = request.nonce;
    if (this.#nonce === undefined) {
      this.#tell("the first request is not a hello");
      return KILLED;
    }
    if (request.op === "echo") {
      await this.#reply(id, echo(request.p));
      return undefined;
    }
    const errors = request.op === "call" && this.#hasClosedList ? refusals(request) : [];
    if (errors.length > 0) {
      await this.#reply(id, refused(errors));
      return undefined;
    }
    try {
      return await this.#befallen(id, request);
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      await this.#reply(id, failure(request.op, error.message));
      return undefined;
    }
  }

  async #befallen(id: Frame["id"], request: Hello | Call): Promise<number | undefined> {
    const name = request.op === "hello" ? "hello" : request.cmdlet;
    const { plan, delay } = this.#shell.begin(name, request.op === "hello");
    const { deadlineMs } = request;

    if (plan.has("crash-before")) return crash();
    const hang = plan.first("hang");
    if (hang) {
      await (hang.ignoresDeadline ? this.#requests.ended : sleep(deadlineMs));
      if (!hang.ignoresDeadline) await this.#reply(id, TIMED_OUT);
      return KILLED;
    }
    const late = plan.first("effect-after-timeout");
    if (late && request.op === "call") {
      this.#shell.later({ cmdlet: name, p: request.p }, deadlineMs + late.ms);
      await sleep(deadlineMs);
      if (late.answers) await this.#reply(id, TIMED_OUT);
      return KILLED;
    }
    await sleep(Math.min(delay, deadlineMs));
    // No cmdlet is done within a millisecond.
    if (Math.max(delay, 1) >= deadlineMs) {
      await this.#reply(id, TIMED_OUT);
      return KILLED;
    }

    await this.#beNoisy(id, plan);
    const reply =
      request.op === "hello"
        ? this.#shell.hello({ modules: request.modules, script: this.#requests.script }, plan)
        : await this.#called(request, plan);
    if (plan.has("crash-after")) return crash();
    if (plan.has("lost-reply")) return undefined;
    const half = plan.first("half-reply");
    if (half === undefined) {
      await this.#reply(id, reply);
      return undefined;
    }
    const text = encodeReply(this.#nonce ?? "", id, reply);
    await this.#write(text.slice(0, Math.floor(text.length / 2)));
    return half.goesOn ? undefined : KILLED;
  }

  async #called(request: Call, plan: Plan): Promise<unknown> {
    const { reply, printed, events } = this.#shell.call(request, plan);
    for (const event of events) this.#tell(`event: ${event}`);
    if (printed) await this.#write(`${printed}\r\n`);
    return reply;
  }

  async #beNoisy(id: Frame["id"], plan: Plan): Promise<void> {
    for (const { bytes } of plan.all("stderr-flood"))
      await written(this.#streams.errors, "#< CLIXML ".repeat(Math.ceil(bytes / 10)).slice(0, bytes));
    for (const { text } of plan.all("noise")) await this.#write(text);
    if (plan.has("frame-noise"))
      await this.#write(encodeReply(OTHER_NONCE, id, { ...TIMED_OUT, ok: true, timedOut: undefined }));
  }

  #reply(id: Frame["id"], reply: unknown): Promise<void> {
    return this.#write(encodeReply(this.#nonce ?? "", id, reply));
  }

  #write(text: string): Promise<void> {
    return written(this.#streams.output, text);
  }

  #tell(sentence: string): void {
    this.#streams.errors.write(`persistentchat: ${sentence}\n`);
  }
}

function written(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
}

function crash(): number {
  process.kill(process.pid, "SIGKILL");
  return KILLED;
}
