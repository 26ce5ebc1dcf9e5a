import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Slowness } from "../../provider/simulator/shell";
import { ROOT } from "../support/workspace";

/** What can be measured by itself. */
export const PARTS = ["registry", "postgresql", "engine", "shell"] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  parts: Part[];
  rounds: number;
  /** Resources of the part `engine`. */
  sizes: number[];
  /** Endpoints of the part `shell`, and how slow its simulated shell is. */
  endpoints: number;
  slowness: Slowness;
  out: string;
}

export const USAGE = `npm run bench -- [--only ${PARTS.join(",")}] [--rounds 5] [--sizes 100,300] [--out bench.json]
  shell: [--endpoints 50] [--start 300] [--import 1000] [--latency 50]`;

export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string", default: PARTS.join(",") },
      rounds: { type: "string", default: "5" },
      sizes: { type: "string", default: "100,300" },
      endpoints: { type: "string", default: "50" },
      start: { type: "string", default: "300" },
      import: { type: "string", default: "1000" },
      latency: { type: "string", default: "50" },
      out: { type: "string", default: join(ROOT, "bench.json") },
    },
  });
  return {
    parts: values.only.split(",").map(partNamed),
    rounds: positive("--rounds", values.rounds),
    sizes: values.sizes.split(",").map((size) => positive("--sizes", size)),
    endpoints: positive("--endpoints", values.endpoints),
    slowness: {
      startMs: positive("--start", values.start),
      importMs: positive("--import", values.import),
      latencyMs: positive("--latency", values.latency),
    },
    out: values.out,
  };
}

function partNamed(text: string): Part {
  const part = PARTS.find((known) => known === text);
  if (part) return part;
  throw new TypeError(`--only '${text}' is no part of the bench`);
}

function positive(option: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new TypeError(`${option} '${text}' is not a whole number above 0`);
}
