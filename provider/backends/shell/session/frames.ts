import { Lines } from "./lines";
import { Tail } from "./tail";

// How a management shell is talked to over its standard streams, which others write to, too: modules, hosts, ssh.

const MARK = "#PC1";
// Says what is wrong, not what is right: a repetition of megabytes would exceed the stack of the expression.
const NOT_BASE64 = /[^A-Za-z0-9+/]/;
const NUMBER = /^[0-9]{1,15}$/;
/** A line is no frame, or one, at the latest after so many bytes: a mark, a nonce, and room for what is stripped. */
const DECISIVE = 256;

/** What one side says to the other: the number of a request, and what is asked or answered. */
export interface Frame {
  id: number;
  body: unknown;
}

/** The line that asks for something. Every string of JavaScript travels, lone surrogates and NUL too. */
export function encodeRequest(id: number, body: unknown): string {
  return `${id} ${encoded(body)}\n`;
}

/** What is to be written, at once, as an answer. The line feed before it ends the half line of somebody else. */
export function encodeReply(nonce: string, id: number, body: unknown): string {
  const data = encoded(body);
  return `\n${MARK} ${nonce} ${id} ${data.length} ${data}\n`;
}

/** Finds the replies in what a shell writes. Whatever is none is noise: a damaged reply, too, and one of another nonce. */
export class ReplyReader {
  readonly #prefix: string;
  readonly #lines = new Lines();
  readonly #noise = new Tail();
  #inNoise = false;

  constructor(nonce: string) {
    this.#prefix = `${MARK} ${nonce} `;
  }

  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    this.#lines.push(chunk, (line) => {
      const frame = this.#inNoise ? undefined : this.#frameOf(line);
      if (frame) frames.push(frame);
      else this.#keep(line, true);
      this.#inNoise = false;
    });
    // A line without an end must not be collected for ever.
    if (this.#lines.openLength > DECISIVE && !this.#opensFrame()) this.#setOpenAside();
    return frames;
  }

  /** The last 64 kB of everything that was no reply. */
  get noise(): string {
    const open = this.#lines.openHead(DECISIVE);
    return this.#noise.text + (this.#opensFrame() ? "" : open.toString("utf8"));
  }

  /** What `noise` has, which then is empty: so that noise belongs to the request during which it came. */
  takeNoise(): string {
    if (!this.#opensFrame()) this.#setOpenAside();
    const { text } = this.#noise;
    this.#noise.clear();
    return text;
  }

  #setOpenAside(): void {
    this.#keep(this.#lines.take(), false);
    this.#inNoise = true;
  }

  #opensFrame(): boolean {
    if (this.#inNoise) return false;
    const head = textOf(this.#lines.openHead(DECISIVE));
    return head.startsWith(this.#prefix) || this.#prefix.startsWith(head);
  }

  #frameOf(line: Buffer): Frame | undefined {
    const text = textOf(line);
    if (!text.startsWith(this.#prefix)) return undefined;
    const [id = "", length = "", data = "", ...more] = text.slice(this.#prefix.length).split(" ");
    if (more.length > 0 || Number(length) !== data.length) return undefined;
    return frameOf(id, data);
  }

  #keep(line: Buffer, ended: boolean): void {
    if (!this.#inNoise && textOf(line) === "") return;
    this.#noise.push(ended ? Buffer.concat([line, Buffer.from("\n")]) : line);
  }
}

/** Finds the requests in what a client writes. A line that is none is skipped: the first one of a session, the script. */
export class RequestReader {
  readonly #lines = new Lines();

  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    this.#lines.push(chunk, (line) => {
      const [id = "", data, ...more] = textOf(line).split(" ");
      const frame = data === undefined || more.length > 0 ? undefined : frameOf(id, data);
      if (frame) frames.push(frame);
    });
    return frames;
  }
}

function encoded(body: unknown): string {
  const json = JSON.stringify(body).replaceAll(/[\u007f-\uffff]+/g, escaped);
  return Buffer.from(json, "latin1").toString("base64");
}

const escapes: string[] = [];

function escaped(characters: string): string {
  let text = "";
  for (let index = 0; index < characters.length; index += 1) {
    const code = characters.charCodeAt(index);
    escapes[code] ??= `\\u${code.toString(16).padStart(4, "0")}`;
    text += escapes[code];
  }
  return text;
}

function frameOf(id: string, data: string): Frame | undefined {
  if (!NUMBER.test(id) || !isBase64(data)) return undefined;
  try {
    return { id: Number(id), body: JSON.parse(Buffer.from(data, "base64").toString("utf8")) };
  } catch {
    return undefined;
  }
}

function isBase64(data: string): boolean {
  return data.length % 4 === 0 && !NOT_BASE64.test(data.replace(/={1,2}$/, ""));
}

/** A line byte for byte, but for what a host may add to it. */
function textOf(line: Buffer): string {
  return line
    .toString("latin1")
    .replaceAll("\r", "")
    .replace(/^(?:\u00ef\u00bb\u00bf)+/, "");
}
