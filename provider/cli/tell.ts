import { printable } from "../registry/printable";
import type { Surroundings } from "./command";

/** Says something to people beside what a command prints; nothing in it may move the cursor. */
export function tell({ err }: Pick<Surroundings, "err">, sentence: string): void {
  err.write(`persistentchat: ${sentence.split("\n").map(printable).join("\n")}\n`);
}
