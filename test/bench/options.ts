import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../support/workspace";

export interface Options {
  rounds: number;
  sizes: number[];
  out: string;
}

export const USAGE = "npm run bench -- [--rounds 5] [--sizes 100,300] [--out bench.json]";

export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: "string", default: "5" },
      sizes: { type: "string", default: "100,300" },
      out: { type: "string", default: join(ROOT, "bench.json") },
    },
  });
  return {
    rounds: positive("--rounds", values.rounds),
    sizes: values.sizes.split(",").map((size) => positive("--sizes", size)),
    out: values.out,
  };
}

function positive(option: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new TypeError(`${option} '${text}' is not a whole number above 0`);
}
