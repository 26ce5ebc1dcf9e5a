import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeRequest, ReplyReader } from "../../provider/backends/shell/session/frames";
import type { ShellSettings } from "../../provider/backends/shell/session/settings";
import { CONTOSO } from "../../provider/simulator/contoso";
import type { World, WorldInput } from "../../provider/simulator/world";

export const CLI = join(__dirname, "..", "..", "provider", "cli", "index.js");
export const SCRIPT = "# Grüße";

const NONCE = "0123456789abcdef0123456789abcdef";

/** The reply to a call, as its reader gets it. */
export interface CallReply {
  ok: boolean;
  type?: string;
  results: Record<string, unknown>[];
  missing: string[];
  truncated: boolean;
  timedOut?: true;
  warnings: string[];
  errors: { message: string; id: string; category: string; target: string; exceptions: string[] }[];
  names?: string[];
}

export interface Options {
  select?: string[];
  deadlineMs?: number;
  max?: number;
  /** Parameters with their tags, in the place of the others. */
  p?: [name: string, tag: string, value: unknown][];
}

type Parameters = Record<string, unknown>;

/** The file of a world in a folder of its own. */
export class WorldPlace {
  readonly folder = mkdtempSync(join(tmpdir(), "persistentchat-world-"));
  readonly path = join(this.folder, "world.json");
  readonly #shells = new Set<SimulatedShell>();
  readonly #shell: WorldInput["shell"];

  /** `shell` is what its shells are like where a world that it is filled with says nothing else. */
  constructor(shell: WorldInput["shell"] = {}) {
    this.#shell = shell;
  }

  /** The sample world, with other parts in the place of its own. */
  fill(parts: Partial<WorldInput> = {}): void {
    const shell = { ...this.#shell, ...parts.shell };
    writeFileSync(this.path, JSON.stringify({ ...CONTOSO, ...parts, shell }));
  }

  read(): World {
    return JSON.parse(readFileSync(this.path, "utf8"));
  }

  /** The bytes of the file. */
  text(): string {
    return readFileSync(this.path, "utf8");
  }

  /** Settings of a session with a shell on this world. */
  settings(more: Partial<ShellSettings> = {}): ShellSettings {
    return {
      command: [process.execPath, CLI, "simulate-shell", this.path],
      appendArguments: false,
      startTimeout: 20_000,
      idleTimeout: 20_000,
      ...more,
    };
  }

  /** A shell on this world, after its hello. */
  async shell(...args: string[]): Promise<SimulatedShell> {
    const shell = this.start(...args);
    await shell.hello();
    return shell;
  }

  start(...args: string[]): SimulatedShell {
    const shell = new SimulatedShell(this.path, args);
    this.#shells.add(shell);
    return shell;
  }

  async dispose(): Promise<void> {
    for (const shell of this.#shells) await shell.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A process of `persistentchat simulate-shell`. */
export class SimulatedShell {
  readonly child: ChildProcess;
  readonly #reader = new ReplyReader(NONCE);
  readonly #waiting = new Map<number, (body: unknown) => void>();
  readonly #closed: Promise<unknown>;
  #stdout = "";
  #stderr = "";
  #last = 0;

  constructor(world: string, args: readonly string[]) {
    this.child = spawn(process.execPath, [CLI, "simulate-shell", world, ...args]);
    this.#closed = once(this.child, "close");
    this.child.stdin?.on("error", () => {});
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
    });
    this.child.stdout?.on("data", (chunk: Buffer) => {
      this.#stdout += chunk.toString("latin1");
      for (const { id, body } of this.#reader.push(chunk)) this.#waiting.get(Number(id))?.(body);
    });
    this.write(`${Buffer.from(SCRIPT).toString("base64")}\n`);
  }

  get stderr(): string {
    return this.#stderr;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get noise(): string {
    return this.#reader.noise;
  }

  write(text: string): void {
    this.child.stdin?.write(text);
  }

  hello(more: object = {}): Promise<Record<string, unknown>> {
    const body = { op: "hello", protocol: 1, nonce: NONCE, modules: ["Lync", "SkypeForBusiness"] };
    return this.#ask({ ...body, deadlineMs: 20_000, ...more }) as Promise<Record<string, unknown>>;
  }

  /** Calls a cmdlet; the tags of the values are those that their types have. Fails when the process ends first. */
  call(cmdlet: string, parameters: Parameters = {}, options: Options = {}): Promise<CallReply> {
    const p = Object.entries(parameters).map(([name, value]) => [name, tagOf(value), value]);
    const { select = [], deadlineMs = 20_000, max = 1000 } = options;
    return this.#ask({ op: "call", cmdlet, p, select, deadlineMs, max, ...options }) as Promise<CallReply>;
  }

  /** Calls a cmdlet that must succeed, and gives what it put out. */
  async done(cmdlet: string, parameters: Parameters = {}, ...select: string[]): Promise<unknown[]> {
    const reply = await this.call(cmdlet, parameters, { select });
    assert.deepEqual([reply.ok, reply.errors], [true, []], cmdlet);
    return reply.results;
  }

  /** Calls a cmdlet that must fail, and gives the id of its error. */
  async fails(cmdlet: string, parameters: Parameters = {}): Promise<string> {
    const { ok, errors } = await this.call(cmdlet, parameters);
    assert.equal(ok, false, `${cmdlet} fails`);
    const [error] = errors;
    assert.ok(error?.message && error.category && error.exceptions.length > 0);
    assert.equal(error.id.split(",")[1], cmdlet);
    return error.id.split(",")[0] ?? "";
  }

  /** Waits for the end of the process. */
  async ended(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    await this.#closed;
    return { code: this.child.exitCode, signal: this.child.signalCode };
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.#closed;
  }

  #ask(body: object): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    const answered = new Promise<unknown>((resolve) => this.#waiting.set(id, resolve));
    this.write(encodeRequest(id, body));
    const over = this.#closed.then(() => {
      throw new Error("the shell ended without an answer");
    });
    return Promise.race([answered, over]);
  }
}

/** The tag of a value's type. */
export function tagOf(value: unknown): string {
  if (value === null) return "n";
  if (Array.isArray(value)) return "a";
  return { string: "s", boolean: "b", number: "i", object: "m" }[typeof value as string] ?? "s";
}
