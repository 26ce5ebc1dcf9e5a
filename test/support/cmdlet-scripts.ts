import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(__dirname, "..", "..", "..");

const FOLDER = join(ROOT, "provider", "steps", "cmdlets");

/** The scripts of the steps as they are shipped, by name without ending. */
export const SCRIPTS: ReadonlyMap<string, string> = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(".ps1"))
    .map((file) => [file.slice(0, -4), readFileSync(join(FOLDER, file), "utf8")]),
);

/** The names of the scripts that a script takes in. */
export function takenIn(text: string): string[] {
  return [...text.matchAll(/^\. \(Join-Path \$PSScriptRoot '([a-z-]+)\.ps1'\)$/gm)].map(
    ([, name = ""]) => name,
  );
}

/** A script with what it takes in, as PowerShell runs it. */
export function whole(name: string): string {
  const text = SCRIPTS.get(name) ?? "";
  return [...takenIn(text).map((part) => SCRIPTS.get(part) ?? ""), text].join("\n");
}

/** The scripts that a step runs; the others are taken in. */
export const ENTRIES = [...SCRIPTS.keys()].filter((name) => takenIn(SCRIPTS.get(name) ?? "").length > 0);
