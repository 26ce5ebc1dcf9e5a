import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { z } from "zod";
import { RequestReader } from "../backends/shell/session/frames";
import { callSchema } from "./fault-schema";

/** A request line, with what is in it not yet looked at. */
export type Frame = ReturnType<RequestReader["push"]>[number];

const deadlineMs = z.int().min(1).max(2147483647);

/** What a request may ask for. */
export const requestSchema = z.discriminatedUnion("op", [
  z.object({
    op: z.literal("hello"),
    protocol: z.literal(1),
    nonce: z.string().regex(/^[0-9a-f]{32}$/),
    modules: z.array(z.string()),
    deadlineMs,
  }),
  callSchema.extend({
    op: z.literal("call"),
    select: z.array(z.string()).default([]),
    deadlineMs,
    max: z.int().min(0).default(2147483647),
  }),
  z.object({ op: z.literal("echo"), p: callSchema.shape.p, deadlineMs }),
  z.object({ op: z.literal("bye") }),
]);

export type Request = z.infer<typeof requestSchema>;

const NEWLINE = 10;

/** The shell's input: the line with the script that a shell would run, then requests. */
export class Requests {
  /** Resolves when nothing more can come. */
  readonly ended: Promise<void>;
  readonly #input: Readable;
  readonly #reader = new RequestReader();
  readonly #waiting: Frame[] = [];
  #scriptLine: Buffer[] | undefined = [];
  #script = "";
  #isEnded = false;
  #wake = () => {};

  constructor(input: Readable) {
    this.#input = input;
    input.on("data", (chunk: Buffer) => this.#take(chunk));
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.#isEnded = true;
        this.#wake();
        resolve();
      };
      input.once("end", end).once("error", end).once("close", end);
    });
  }

  /** The SHA-256 of the script, in hexadecimal digits; empty as long as it has not come. */
  get script(): string {
    return this.#script;
  }

  /** The next request, or nothing after the last one. */
  async next(): Promise<Frame | undefined> {
    while (this.#waiting.length === 0 && !this.#isEnded)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return this.#waiting.shift();
  }

  /** Stops listening, so that the process can end. */
  close(): void {
    this.#input.destroy();
  }

  #take(chunk: Buffer): void {
    const rest = this.#scriptLine === undefined ? chunk : this.#takeScript(this.#scriptLine, chunk);
    this.#waiting.push(...this.#reader.push(rest));
    this.#wake();
  }

  #takeScript(line: Buffer[], chunk: Buffer): Buffer {
    const end = chunk.indexOf(NEWLINE);
    line.push(end < 0 ? chunk : chunk.subarray(0, end));
    if (end < 0) return Buffer.alloc(0);
    const text = Buffer.concat(line)
      .toString("latin1")
      .replace(/^\xef\xbb\xbf|\r$/g, "");
    this.#script = createHash("sha256").update(Buffer.from(text, "base64")).digest("hex");
    this.#scriptLine = undefined;
    return chunk.subarray(end + 1);
  }
}
