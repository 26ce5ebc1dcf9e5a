import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Json } from "../../provider/cutover/notes";
import type { CommandStepName } from "../../provider/cutover/runbook";
import { atEnd, notAtEnd } from "./at-end";
import { processesIn } from "./processes";
import { type Result, resultOf } from "./result";
import { ROOT } from "./workspace";

/** The commands of the stand-in world. */
export const STAND_IN = join(ROOT, "examples", "cutover", "stand-in");

/** What a command of a step is told on standard input, beside what is the same each time. */
export interface StepOrder {
  step: CommandStepName;
  action: "before" | "do" | "undo";
  values: object;
  attempt?: number;
  begun?: boolean;
  image?: Json;
  result?: Json;
}

/** All of a world that a way back gives back. Two that are equal hold the same. */
export interface WorldDescription {
  /** `<server>/<service>` with startup type and state. */
  services: Record<string, string>;
  /** A hash of the rooms and messages of each database. */
  databases: Record<string, string>;
  /** The folders of the shares and exports, and a hash of each file. Backups are kept by every way back, and are not here. */
  files: Record<string, string>;
  /** What Compliance has to archive or has archived; it does so at any moment. */
  compliance: string[];
}

interface Pace {
  /** Milliseconds for which a step rests before each thing that it does. */
  pause?: number;
  /** Milliseconds between two messages of the users of Group Chat; 0 is none. */
  chat?: number;
}

/** A stand-in world of its own in a temporary folder, quick and silent unless a pace is given. */
export class StandInWorld {
  readonly #temporary = mkdtempSync(join(tmpdir(), "persistentchat-stand-in-"));
  readonly folder = join(this.#temporary, "world");
  /** Where steps keep what is theirs. */
  readonly work = join(this.#temporary, "work");
  /** A registry that `verify` may ask, as a setting; whoever wants one there makes it. */
  readonly registry = `sqlite:${join(this.#temporary, "registry.db")}`;
  readonly #dispose = () => this.dispose();

  private constructor({ pause = 0, chat = 0 }: Pace) {
    atEnd(this.#dispose);
    this.run("set-up.mjs", "--pause", String(pause), "--chat", String(chat));
  }

  static create(pace: Pace = {}): StandInWorld {
    return new StandInWorld(pace);
  }

  /** Ends the services, whatever state the world is in, and removes it. */
  dispose(): void {
    notAtEnd(this.#dispose);
    for (const { pid } of processesIn(this.#temporary)) process.kill(pid, "SIGKILL");
    rmSync(this.#temporary, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Runs another command of the world, and insists on success. */
  run(command: string, ...args: string[]): void {
    const { status, stderr } = this.tryRun(command, ...args);
    assert.equal(status, 0, `${command} ${args.join(" ")}\n${stderr}`);
  }

  tryRun(command: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(process.execPath, [join(STAND_IN, command), "--world", this.folder, ...args], {
      encoding: "utf8",
    });
  }

  /** Has the steps rest as long as that from now on, also one that runs. */
  pace(pause: number): void {
    writeFileSync(join(this.folder, "pace.json"), JSON.stringify({ pause, chat: 0 }));
  }

  /** Starts the command of a step. */
  start(order: StepOrder): { child: ChildProcess; result: Promise<Result> } {
    const folder = join(this.work, `${order.step}.${order.attempt ?? 1}`);
    mkdirSync(folder, { recursive: true });
    const child = spawn(process.execPath, [
      join(STAND_IN, "step.mjs"),
      "--world",
      this.folder,
      "--registry",
      this.registry,
    ]);
    // One that is killed does not read to the end.
    child.stdin.on("error", () => {});
    child.stdin.end(
      JSON.stringify({ cutover: "contoso", attempt: 1, begun: false, image: null, ...order, folder }),
    );
    return { child, result: resultOf(child) };
  }

  /** Runs the command of a step, insists on success, and gives its answer. */
  async step(order: StepOrder): Promise<Json> {
    const { code, stdout, stderr } = await this.start(order).result;
    assert.equal(code, 0, `${order.action} ${order.step}\n${stderr}`);
    return JSON.parse(stdout) as Json;
  }

  /** Runs the command of a step, insists on failure, and gives the cause that it names. */
  async fails(order: StepOrder): Promise<string> {
    const { code, stdout, stderr } = await this.start(order).result;
    assert.equal(code, 1, `${order.action} ${order.step} was to fail\n${stderr}`);
    assert.equal(stdout, "");
    return stderr.trimEnd().split("\n").at(-1) ?? "";
  }

  /** Works with a database of the world, as an administrator would by hand. */
  inDatabase<T>(name: string, work: (database: DatabaseSync) => T): T {
    const file = filesBelow(join(this.folder, "databases")).find(
      (path) => basename(path) === `${name}.sqlite`,
    );
    assert.ok(file, `there is a database ${name}`);
    return withDatabase(file, work);
  }

  /** All that was really changed so far. */
  effects(): string[] {
    return readFileSync(join(this.folder, "effects.log"), "utf8").trimEnd().split("\n");
  }

  describe(): WorldDescription {
    return {
      services: this.#services(),
      databases: Object.fromEntries(
        filesBelow(join(this.folder, "databases"))
          .filter((file) => file.endsWith(".sqlite"))
          .map((file) => [basename(file, ".sqlite"), withDatabase(file, contentOf)]),
      ),
      files: Object.fromEntries(
        ["shares", "exports"]
          .flatMap((folder) => entriesBelow(join(this.folder, folder)))
          .map(({ path, isFile }) => [
            relative(this.folder, path),
            isFile ? hash(readFileSync(path)) : "folder",
          ]),
      ),
      compliance: [
        // In this order: what is moved meanwhile is seen twice, and never not at all.
        ...new Set(
          ["queues", "archive"]
            .flatMap((folder) => filesBelow(join(this.folder, folder)))
            .map((file) => basename(file)),
        ),
      ].sort(),
    };
  }

  #services(): Record<string, string> {
    const running = new Set(processesIn(this.folder).map(({ pid }) => pid));
    const definitions = filesBelow(join(this.folder, "servers")).filter((file) =>
      file.endsWith("definition.json"),
    );
    return Object.fromEntries(
      definitions.map((file) => {
        const folder = join(file, "..");
        const { startup } = JSON.parse(readFileSync(file, "utf8")) as { startup: string };
        const { pid } = JSON.parse(readFileSync(join(folder, "process.json"), "utf8")) as { pid: number };
        return [
          relative(join(this.folder, "servers"), folder),
          `${startup}, ${running.has(pid) ? "Running" : "Stopped"}`,
        ];
      }),
    );
  }
}

function withDatabase<T>(file: string, work: (database: DatabaseSync) => T): T {
  // Services write in it meanwhile.
  const database = new DatabaseSync(file, { timeout: 10_000 });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

function contentOf(database: DatabaseSync): string {
  const rooms = database.prepare("SELECT id, name FROM rooms ORDER BY id").all();
  const messages = database.prepare("SELECT id, room, at, author, text FROM messages ORDER BY id").all();
  return hash(JSON.stringify([rooms, messages]));
}

function filesBelow(folder: string): string[] {
  return entriesBelow(folder)
    .filter(({ isFile }) => isFile)
    .map(({ path }) => path)
    .sort();
}

function entriesBelow(folder: string): { path: string; isFile: boolean }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => ({
    path: join(entry.parentPath, entry.name),
    isFile: entry.isFile(),
  }));
}

function hash(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
