import { cellOf, codeBlock, markdownOf } from "../markdown";
import { counted, type Phrase, quoted, say, sentence } from "../phrase";
import type { Change } from "./change";
import type { Picture } from "./picture";
import { LONGEST_MESSAGE, type ToldProblem } from "./problems";
import type { Risk } from "./risks";
import { bytesOf, type Fitted, fitted, LARGEST_COMMENT } from "./room";

/** All that a comment says. */
export interface Contents {
  marker: string;
  /** `project/stack`. */
  subject: string;
  failed: boolean;
  notes: readonly string[];
  problems: readonly ToldProblem[];
  changes: readonly Change[];
  risks: readonly Risk[];
  picture: Picture;
  diff: readonly (readonly string[])[];
  wholeFile?: string;
}

/** The most that some sections take of a comment that is cut; the table of changes gets what they leave, the diff what it leaves. */
const SHARES = { notes: 4_000, problems: 8_000, risks: 16_000 };
/** What the fences of the diff may take, if all of a value of it is backticks. */
const FENCES = 1_000;
const TABLE = ["| | What will happen | Resource |", "|---|---|---|"];

/** Sets the sections of a comment one below the other: whole, or cut at rows to what GitHub takes. */
export class Layout {
  readonly #rows: readonly string[];
  readonly #risks: readonly string[];
  readonly #problems: readonly string[];
  readonly #notes: readonly string[];
  readonly #picture: string;
  readonly #entries: readonly string[];

  constructor(private readonly contents: Contents) {
    const { changes, risks, problems, notes, picture, diff } = contents;
    this.#rows = changes.map(rowOf);
    this.#risks = risks.map(({ words }) => `- ${markdownOf(words)}.`);
    this.#problems = problems.map(problemOf);
    this.#notes = notes.map((note) => `- ${markdownOf(sentence(note))}`);
    this.#picture = picture.lines.length === 0 ? "" : codeBlock("mermaid", picture.lines);
    this.#entries = diff.map((lines) => lines.join("\n"));
  }

  whole(): string {
    const { length } = this.#entries;
    return this.#text(all(this.#notes), all(this.#problems), all(this.#risks), all(this.#rows), length);
  }

  cut(): string {
    const empty = this.#text(none(this.#notes), none(this.#problems), none(this.#risks), none(this.#rows), 0);
    let room = LARGEST_COMMENT - FENCES - bytesOf(empty);
    const take = (pieces: readonly string[], share = room) => {
      const fit = fitted(pieces, Math.min(share, room));
      room -= fit.bytes;
      return fit;
    };
    const notes = take(this.#notes, SHARES.notes);
    const problems = take(this.#problems, SHARES.problems);
    const risks = take(this.#risks, SHARES.risks);
    const rows = take(this.#rows);
    return this.#text(notes, problems, risks, rows, take(this.#entries).taken.length);
  }

  #text(notes: Fitted, problems: Fitted, risks: Fitted, rows: Fitted, entries: number): string {
    const { marker, subject } = this.contents;
    const title =
      subject === "" ? say`Persistent Chat topology` : say`Persistent Chat topology: ${quoted(subject)}`;
    const sections = [
      `${marker}\n### ${markdownOf(title)}`,
      `**${this.#summary()}**`,
      ...this.#cutNotice([notes, problems, risks, rows], entries),
      ...listed(notes, "note"),
      ...titled("Why it failed", listed(problems, "problem")),
      ...titled(
        "Changes",
        rows.taken.length + rows.left === 0
          ? []
          : [[...TABLE, ...rows.taken].join("\n"), ...leftOut(rows, "change")],
      ),
      ...titled("Risks", listed(risks, "risk")),
      ...titled("Picture", this.#drawing()),
      ...this.#diff(entries),
    ];
    return `${sections.join("\n\n")}\n`;
  }

  /** Said first: `2 changes, 1 risk.` */
  #summary(): string {
    const { changes, risks, failed } = this.contents;
    const own = changes.filter(({ kind }) => kind !== "other").length;
    const others = changes.reduce((sum, { count = 0 }) => sum + count, 0);
    const parts = [
      ...(own > 0 ? [counted(own, "change")] : []),
      ...(others > 0 ? [`${counted(others, "change")} of other providers`] : []),
      ...(risks.length > 0 ? [counted(risks.length, "risk")] : []),
    ];
    const found = parts.length === 0 ? "No changes" : parts.join(", ");
    return failed
      ? `The preview failed. What it reached: ${found.charAt(0).toLowerCase()}${found.slice(1)}.`
      : `${found}.`;
  }

  #cutNotice(sections: readonly Fitted[], entries: number): string[] {
    if (entries === this.#entries.length && sections.every(({ left }) => left === 0)) return [];
    const { wholeFile } = this.contents;
    const where: Phrase =
      wholeFile === undefined
        ? []
        : say` The file ${quoted(wholeFile)} of the run that wrote it has all of it.`;
    return [markdownOf(say`This comment is cut to what GitHub takes.${where}`)];
  }

  #drawing(): string[] {
    const { nodes, edges } = this.contents.picture.left;
    if (this.#picture === "") return [];
    const absent = [
      ...(nodes > 0 ? [counted(nodes, "more part")] : []),
      ...(edges > 0 ? [counted(edges, "more connection")] : []),
    ];
    if (absent.length === 0) return [this.#picture];
    return [this.#picture, `${absent.join(" and ")} of the topology ${be(nodes + edges)} not drawn.`];
  }

  #diff(count: number): string[] {
    if (this.#entries.length === 0) return [];
    const taken = this.#entries.slice(0, count);
    const left = { taken, left: this.#entries.length - count };
    return [
      "<details>\n<summary>The engine's own diff</summary>",
      ...(count === 0 ? [] : [codeBlock("diff", taken)]),
      ...leftOut(left, "resource"),
      "</details>",
    ];
  }
}

function rowOf({ effect, words, name }: Change): string {
  return `| ${effect} | ${cellOf(words)} | ${name === undefined ? "" : cellOf(quoted(name))} |`;
}

function problemOf({ name, message }: ToldProblem): string {
  const told = [{ quoted: message, longest: LONGEST_MESSAGE }];
  return `- ${markdownOf(name === undefined ? told : say`${quoted(name)}: ${told}`)}`;
}

function titled(title: string, sections: readonly string[]): string[] {
  return sections.length === 0 ? [] : [`#### ${title}`, ...sections];
}

function listed(items: Fitted, noun: string): string[] {
  return [...(items.taken.length === 0 ? [] : [items.taken.join("\n")]), ...leftOut(items, noun)];
}

function leftOut({ taken, left }: Pick<Fitted, "taken" | "left">, noun: string): string[] {
  const what = taken.length === 0 ? noun : `more ${noun}`;
  return left === 0 ? [] : [`${counted(left, what)} ${be(left)} left out here.`];
}

function be(count: number): string {
  return count === 1 ? "is" : "are";
}

function all(pieces: readonly string[]): Fitted {
  return { taken: [...pieces], left: 0, bytes: 0 };
}

function none(pieces: readonly string[]): Fitted {
  return { taken: [], left: pieces.length, bytes: 0 };
}
