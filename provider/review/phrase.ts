import { printable } from "../registry/printable";

/** A name or a value, which is somebody else's text; everything else in a phrase is the program's own words. */
export interface Quoted {
  readonly quoted: string;
  /** How much of it is shown, in characters; left out, 200. */
  readonly longest?: number;
}

/** A piece of a sentence, which is written as Markdown or as plain text only at the end. */
export type Phrase = readonly (string | Quoted)[];

const LONGEST = 200;

export function quoted(text: string): Phrase {
  return [{ quoted: text }];
}

/** A sentence with phrases and numbers in it. */
export function say(words: TemplateStringsArray, ...inner: readonly (Phrase | number)[]): Phrase {
  return words.flatMap((word, index) => {
    const next = inner[index];
    return [word, ...(typeof next === "number" ? [String(next)] : (next ?? []))];
  });
}

/** A sentence of plain text, of which what stands in quotes, and what is no ordinary word, is somebody else's. */
export function sentence(text: string): Phrase {
  return text.split(/('[^']*')/).flatMap((piece): Phrase => {
    if (/^'.*'$/s.test(piece)) return quoted(piece.slice(1, -1));
    return piece.replace(/\s+/g, " ").split(/( )/).flatMap(wordPhrase);
  });
}

function wordPhrase(word: string): Phrase {
  const isOrdinary = /^(?: ?|\(?[\p{L}\p{N}][\p{L}\p{N}.,;:!?’-]*\)?[.,;:]?)$/u.test(word);
  if (isOrdinary && !/^www\./i.test(word)) return [word];
  const [end = ""] = /[.,;:]$/.exec(word) ?? [];
  return [{ quoted: word.slice(0, word.length - end.length) }, end];
}

/** Phrases one after the other. */
export function joined(phrases: readonly Phrase[], separator: string): Phrase {
  return phrases.flatMap((phrase, index) => (index === 0 ? phrase : [separator, ...phrase]));
}

/** Phrases as one reads them out, the first few of many. */
export function enumerated(phrases: readonly Phrase[], most = 8): Phrase {
  if (phrases.length > most)
    return say`${joined(phrases.slice(0, most), ", ")} and ${phrases.length - most} more`;
  const last = phrases.at(-1) ?? [];
  return phrases.length < 2 ? last : say`${joined(phrases.slice(0, -1), ", ")} and ${last}`;
}

/** How a text of somebody else is shown: without control characters, and no more than its beginning. */
export function shownText(text: string, longest = LONGEST): string {
  const characters = [...printable(text)];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join("")}…` : characters.join("");
}

export function plainText(phrase: Phrase): string {
  return phrase
    .map((part) => (typeof part === "string" ? part : shownText(part.quoted, part.longest)))
    .join("");
}

/** `1 change`, `2 changes`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}
