import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Json, Notes, type StepKey, type StepNote } from "../cutover/notes";
import { assertMay, before, type Performer, perform, undo } from "../cutover/perform";
import { definitionOf } from "../cutover/progress";
import { isRegistryError, RegistryError } from "../registry/errors";
import { answerOf, StepFailure } from "./answer";
import { Guarded } from "./guarded";
import { type InnerCommand, innerCommand, type StepAction } from "./inner-command";
import { Job } from "./job";
import type { StepDocument } from "./step-document";

/** What a step takes from its surroundings. */
export interface StepSurroundings {
  clock: () => Date;
  /** The person or job. */
  by: string;
  /** Gets each line of progress. */
  say(line: string): void;
  /** Resolves where somebody still waits for the answer, and never where nobody does. */
  callerIsThere(): Promise<void>;
  /** Gets each command that runs no longer than this process. */
  onGuarded(guarded: Guarded): void;
}

const WORDS: Readonly<Record<StepAction, string>> = {
  before: "look before",
  do: "do",
  undo: "take back",
};

/** One command step of a cutover. Everything fails with `RegistryError`; what the folder keeps says the same sentence. */
export class CommandStep {
  readonly #notes: Notes;
  readonly #key: StepKey;
  readonly #folder: string;
  readonly #performer: Performer;

  constructor(
    private readonly document: StepDocument,
    private readonly surroundings: StepSurroundings,
  ) {
    const { folder, step, attempt } = document;
    this.#notes = new Notes(folder);
    this.#key = { step, attempt };
    this.#folder = this.#notes.folderOf(this.#key);
    this.#performer = {
      notes: this.#notes,
      holder: document,
      values: document.values,
      clock: surroundings.clock,
      by: surroundings.by,
      onWait: () => surroundings.say(`another process is at step '${step}'; waiting for its end`),
    };
  }

  before(): Promise<Json> {
    return before(this.#performer, this.#key, () =>
      this.#told("before", () => this.#answer("before", false, () => {})),
    );
  }

  do(): Promise<Json> {
    return perform(this.#performer, this.#key, (begun, took) =>
      this.#told("do", () => this.#answer("do", begun, took, this.#notes.read(this.#key))),
    );
  }

  async undo(): Promise<Json> {
    this.#notes.assertOwn(this.document);
    // First: whoever waits for the job has the step until it ends.
    const answered = await this.#told("undo", () => this.#giveUp());
    return undo(this.#performer, this.#key, (note, begun, took) =>
      this.#told("undo", () => this.#answer("undo", begun, took, note, answered)),
    );
  }

  /** Ends the job of a step that is not taken back yet. */
  async #giveUp(): Promise<Json | undefined> {
    if (this.#notes.read(this.#key).undo?.doneAt !== undefined) return undefined;
    assertMay(this.#performer, this.#key, "undo");
    return this.#job("do").giveUp();
  }

  /** What the step answered: the way back, where it was taken, else the way forward. Changes nothing, and needs no lease. */
  keep(): Json {
    this.#notes.assertOwn(this.document);
    const note = this.#notes.read(this.#key);
    const run = note.undo?.doneAt === undefined ? note.do : note.undo;
    if (run?.doneAt !== undefined) return run.result ?? null;
    throw new RegistryError(
      "not-found",
      `cannot keep what step '${this.#key.step}' answered: the folder '${this.#notes.folder}' has no answer of attempt ${this.#key.attempt}; every step must see the folder in which the cutover was prepared`,
    );
  }

  async #answer(
    action: StepAction,
    begun: boolean,
    took: (milliseconds: number) => void,
    note: StepNote = {},
    answered?: Json,
  ): Promise<Json> {
    const { surroundings, document } = this;
    // A run that was killed meanwhile begins nothing any more.
    await surroundings.callerIsThere();
    const command = (again: boolean) => this.#command(action, again, note, answered);
    if (document.long && action !== "before")
      return this.#job(action).run((earlier) => required(command(begun || earlier)), surroundings.say, took);
    const inner = command(begun);
    if (inner === undefined) return null;
    const guarded = new Guarded(inner, this.#folder, (line) => this.#say(action, line));
    surroundings.onGuarded(guarded);
    return answerOf(await guarded.ended);
  }

  /** Makes the folders that the command and its guard have. The lease is looked at again, since waiting may have been long. */
  #command(
    action: StepAction,
    begun: boolean,
    note: StepNote,
    answered: Json | undefined,
  ): InnerCommand | undefined {
    this.#notes.assertHeld(this.document);
    const { cutover, step, attempt, values } = this.document;
    const folder = join(this.#folder, "command");
    mkdirSync(folder, { recursive: true });
    const result = note.do?.result ?? answered;
    return innerCommand(this.document, {
      cutover,
      step: definitionOf(step)?.name ?? step,
      action,
      attempt,
      begun,
      values: action === "undo" ? merged(note.do?.values, values) : values,
      ...(note.before && { image: note.before.image }),
      ...(action === "undo" && result !== undefined && { result }),
      folder,
    });
  }

  #job(direction: "do" | "undo"): Job {
    const journal = { folder: this.#notes.folder, by: this.surroundings.by, ...this.#key, direction };
    return new Job(join(this.#folder, direction), this.#folder, journal);
  }

  /** In this order: what stands on the screen is in the journal. */
  #say(direction: StepAction, text: string): void {
    const { say, clock, by } = this.surroundings;
    try {
      this.#notes.record({ at: clock().toISOString(), by, ...this.#key, direction, event: "said", text });
    } catch {
      // It is said, if not written down; the work goes on.
    }
    say(text);
  }

  async #told<T>(action: StepAction, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isRegistryError(error)) throw error;
      const cause =
        error instanceof StepFailure
          ? error.message
          : `${error instanceof Error ? error.message : String(error)}; put that right, then run 'pulumi up' again`;
      throw new RegistryError(
        "unavailable",
        `cannot ${WORDS[action]} step '${this.#key.step}'${this.#isFinal() ? ", asked again now that the new services are stopped and nothing is written any more" : ""}: ${cause}`,
        { cause: error },
      );
    }
  }

  /** Whether it is the gate of a way back, and what it counts stays as it is. */
  #isFinal(): boolean {
    const { step, attempt } = this.#key;
    if (definitionOf(step)?.wayBack !== "gate") return false;
    return this.#notes.read({ step: "start-persistent-chat", attempt }).undo?.doneAt !== undefined;
  }
}

/** What a step was done with, and over it what is decided only when it is taken back. */
function merged(done: Json | undefined, decided: Json): Json {
  return isObject(done) && isObject(decided) ? { ...done, ...decided } : decided;
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function required(command: InnerCommand | undefined): InnerCommand {
  if (command === undefined) throw new StepFailure("it has no command", "give it one");
  return command;
}
