import type { Comparison } from "./measure";
import type { Runs } from "./run-pairs";

export interface Goal {
  what: string;
  /** The median ratio is not to be above this. */
  most: number;
  median: number;
  met: boolean;
}

export function goal(what: string, most: number, { ratio }: Comparison): Goal {
  return { what, most, median: ratio.median, met: ratio.median <= most };
}

export function runsRow(what: string, { time, cpu }: Runs, goals: readonly Goal[]): string[] {
  return [...ratioCells(what, time, seconds), cpu.ratio.median.toFixed(2), goalCell(what, goals)];
}

export function batchRow(what: string, time: Comparison, goals: readonly Goal[]): string[] {
  return [...ratioCells(what, time, seconds), "", goalCell(what, goals)];
}

export function callsRow(what: string, time: Comparison, calls: number, goals: readonly Goal[]): string[] {
  const each = (milliseconds: number) => `${((milliseconds * 1000) / calls).toFixed(1)} µs`;
  return [...ratioCells(what, time, each), "", goalCell(what, goals)];
}

function ratioCells(
  what: string,
  { ratio, ours, reference, pairs }: Comparison,
  show: (milliseconds: number) => string,
): string[] {
  const ratios = [ratio.median, ratio.min, ratio.max].map((figure) => figure.toFixed(2));
  return [what, ...ratios, String(pairs), show(ours.median), show(reference.median)];
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

function goalCell(what: string, goals: readonly Goal[]): string {
  const goal = goals.find((each) => each.what === what);
  return goal ? `${goal.most.toFixed(1)} ${goal.met ? "met" : "missed"}` : "";
}

/** The first column to the left, the others to the right. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0));
  return rows.map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(width(column)) : cell.padStart(width(column))))
      .join("  ")
      .trimEnd(),
  );
}
