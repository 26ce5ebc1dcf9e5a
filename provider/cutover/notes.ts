import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { RegistryError } from "../registry/errors";
import { isFileLocked, lockFile } from "../registry/file-lock";
import { appendLine, namesIn, textIfThere, writeWhole } from "./files";
import {
  entry,
  type Holder,
  type JournalEntry,
  type Marker,
  marker,
  note,
  type StepNote,
  type Turn,
} from "./note-forms";
import { fileNameOf, keyOf, type StepKey } from "./step-key";

export type { Holder, JournalEntry, Json, Run, StepNote, Turn } from "./note-forms";
export type { StepKey };

/** What is known of a step, with the step and the attempt. */
export type KnownNote = StepKey & { note: StepNote };

const MARKER = "cutover.json";
const STEPS = "steps";
const WORK = "work";
const JOURNAL = "journal.jsonl";
/** The file in the folder of a job that its runner holds for as long as it lives. */
export const JOB_LOCK = "job.lock";

/**
 * The folder of a cutover: what each step found before it began, how far it came, and what it answered. It outlives state,
 * so that a step whose resource was lost is not done a second time; every host on which a step runs must see the same folder.
 * Fails with `unavailable` where it cannot be read or written, or is that of another cutover.
 */
export class Notes {
  constructor(readonly folder: string) {}

  /** Makes the folder where it is new. Fails where a cutover has it: none is begun there, since its record would name the folder for good. */
  assertFree(cutover: string): void {
    this.#with("write", () => {
      mkdirSync(join(this.folder, STEPS), { recursive: true });
      const found = this.#marker();
      if (found !== undefined) throw this.#foreign({ cutover }, found.cutover);
    });
  }

  /**
   * Makes the folder where it is new, and says whose it is from now on, which resource in state stands for the cutover, and to
   * where it was turned.
   */
  establish(holder: Holder, instance?: string, turn?: Turn): void {
    this.#with("write", () => {
      mkdirSync(join(this.folder, STEPS), { recursive: true });
      const found = this.#marker();
      if (found !== undefined && (found.cutover !== holder.cutover || found.id !== holder.id))
        throw this.#foreign(holder, found.cutover);
      writeWhole(
        join(this.folder, MARKER),
        JSON.stringify(marker.parse({ ...holder, instance, turn }), null, 2),
      );
    });
  }

  /** Lets the lease go, so that no step goes on with it. */
  release({ cutover, id }: Omit<Holder, "lease">): void {
    this.#with("write", () => {
      const found = this.#marker();
      if (found?.cutover !== cutover || found.id !== id) return;
      writeWhole(join(this.folder, MARKER), JSON.stringify({ ...found, lease: null }, null, 2));
    });
  }

  /** The resource in state that stands for a cutover; nothing where the folder is not that of the cutover. */
  instance({ cutover, id }: Omit<Holder, "lease">): string | undefined {
    const found = this.#with("read", () => this.#marker());
    return found?.cutover === cutover && found.id === id ? found.instance : undefined;
  }

  /** The name of the cutover whose folder it is; nothing where it is nobody's. */
  cutover(): string | undefined {
    return this.#with("read", () => this.#marker())?.cutover;
  }

  /** Gives the folder free for another cutover, where none of its steps has changed anything. The journal and the snapshots stay. */
  clear({ cutover, id }: Omit<Holder, "lease">): void {
    this.#with("write", () => {
      const found = this.#marker();
      if (found?.cutover !== cutover || found.id !== id) return;
      for (const name of [STEPS, WORK, MARKER])
        rmSync(join(this.folder, name), { recursive: true, force: true });
    });
  }

  /** Fails unless the folder is that of the cutover. */
  assertOwn(holder: Omit<Holder, "lease">): void {
    this.#own(holder);
  }

  /** To where the cutover was turned. Fails unless the folder is that of the cutover and the lease is still held. */
  assertHeld(holder: Holder): Turn | undefined {
    const { lease, turn } = this.#own(holder);
    if (lease === holder.lease) return turn;
    const cause = lease === null ? "its lease was given back" : "somebody else has taken its lease";
    throw new RegistryError(
      "conflict",
      `cannot go on with cutover '${holder.cutover}': ${cause}; 'persistentchat cutover status ${holder.cutover}' says who works on it`,
    );
  }

  #own(holder: Omit<Holder, "lease">): Marker {
    const found = this.#with("read", () => this.#marker());
    if (found === undefined)
      throw new RegistryError(
        "unavailable",
        `cannot use the folder '${this.folder}' of cutover '${holder.cutover}': it has no ${MARKER}; every step must see the folder in which the cutover was prepared`,
      );
    if (found.cutover !== holder.cutover || found.id !== holder.id)
      throw this.#foreign(holder, found.cutover);
    return found;
  }

  /**
   * Takes a step for one process alone. Gives what lets it go, or nothing while another one has it; one that ended, in whatever
   * way, has it no more.
   */
  take(key: StepKey): Promise<(() => void) | undefined> {
    const path = this.#file(key, "lock");
    return lockFile(path).catch((error) => {
      throw this.#failure("write", error);
    });
  }

  /** Whether a process is at a step, as far as that is seen from here. Takes nothing. */
  isTaken(key: StepKey): Promise<boolean> {
    return this.#isLocked(this.#file(key, "lock"));
  }

  /** Whether the job of a long step runs, with or without a process that waits for it. */
  async isJobRunning(key: StepKey): Promise<boolean> {
    for (const direction of ["do", "undo"])
      if (await this.#isLocked(join(this.folderOf(key), direction, JOB_LOCK))) return true;
    return false;
  }

  #isLocked(path: string): Promise<boolean> {
    return isFileLocked(path).catch((error) => {
      throw this.#failure("read", error);
    });
  }

  /** What is known of a step; of one that was never begun, nothing. */
  read(key: StepKey): StepNote {
    return this.#with("read", () => readIfThere(this.#file(key, "json"), note)) ?? {};
  }

  /** For whoever has taken the step. */
  write(key: StepKey, written: StepNote): void {
    this.#with("write", () => writeWhole(this.#file(key, "json"), JSON.stringify(written, null, 2)));
  }

  /** The notes of all steps. A folder that is not there has none. */
  all(): KnownNote[] {
    return this.#with("read", () =>
      namesIn(join(this.folder, STEPS)).flatMap((name) => {
        const key = keyOf(name);
        return key === undefined ? [] : [{ ...key, note: this.read(key) }];
      }),
    );
  }

  /** Adds a line to the journal. */
  record(recorded: JournalEntry): void {
    this.#with("write", () => appendLine(join(this.folder, JOURNAL), JSON.stringify(recorded)));
  }

  /** All lines of the journal; one that was cut off by a crash is left out. */
  journal(): JournalEntry[] {
    const text = this.#with("read", () => textIfThere(join(this.folder, JOURNAL))) ?? "";
    return text.split("\n").flatMap((line) => {
      try {
        return [entry.parse(JSON.parse(line))];
      } catch {
        return [];
      }
    });
  }

  /** A folder of its own for what a step keeps beside its note. */
  folderOf(key: StepKey): string {
    return join(this.folder, WORK, fileNameOf(key));
  }

  #marker(): Marker | undefined {
    return readIfThere(join(this.folder, MARKER), marker);
  }

  #file(key: StepKey, ending: "json" | "lock"): string {
    return join(this.folder, STEPS, `${fileNameOf(key)}.${ending}`);
  }

  #foreign({ cutover }: { cutover: string }, other: string): RegistryError {
    return new RegistryError(
      "unavailable",
      `cannot use the folder '${this.folder}' for cutover '${cutover}': it is that of ${other === cutover ? "an earlier cutover of this name" : `cutover '${other}'`}; name another folder`,
    );
  }

  #with<T>(verb: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw error instanceof RegistryError ? error : this.#failure(verb, error);
    }
  }

  #failure(verb: string, error: unknown): RegistryError {
    const cause = error instanceof Error ? error.message : String(error);
    return new RegistryError(
      "unavailable",
      `cannot ${verb} the folder '${this.folder}' of the cutover: ${cause}; make it readable and writable for whoever runs the steps`,
      { cause: error },
    );
  }
}

function readIfThere<T>(path: string, schema: z.ZodType<T>): T | undefined {
  const text = textIfThere(path);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    // What the parsers say is long, and may quote what was found.
    throw new RegistryError(
      "unavailable",
      `cannot read '${path}': it is damaged; put it back as it was, from a copy of the cutover's folder`,
      { cause: error },
    );
  }
}
