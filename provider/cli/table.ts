import { printable } from "../registry/printable";

const GAP = "  ";

/** Rows in aligned columns below their headings; nothing stands after the last one. Names are safe to print. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return aligned([headings, ...rows]);
}

/** Names and what they are, one a line; what is empty is left out. */
export function sheet(entries: Readonly<Record<string, string | undefined>>): string {
  return aligned(Object.entries(entries).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

function aligned(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of cells)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, width(cell));
    });
  return cells
    .map((row) => row.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell))))
    .map((row) => row.join(GAP).trimEnd())
    .join("\n");
}

function width(text: string): number {
  return [...text].length;
}
