import { resolve } from "node:path";
import { UsageError } from "./command";

/** What `simulate-shell` is given. */
export interface Simulation {
  world: string;
  /** The sample to begin with; then nothing is simulated yet. */
  init?: string;
  latencyMs: number;
  startMs: number;
  importMs: number;
}

const SLOWNESS = ["latency", "start", "import"] as const;

/** Reads the operands and options of `simulate-shell`. Fails with `UsageError`. */
export function simulationOf(
  operands: readonly string[],
  options: { init?: string } & { [K in (typeof SLOWNESS)[number]]?: string },
): Simulation {
  const [world, ...rest] = operands;
  if (!world || rest.length > 0) throw new UsageError("simulate-shell takes the file of a world");
  for (const name of SLOWNESS)
    if (!/^\d{1,9}$/.test(options[name] ?? "0")) throw new UsageError(`--${name} takes milliseconds`);
  const [latencyMs = 0, startMs = 0, importMs = 0] = SLOWNESS.map((name) => Number(options[name] ?? 0));
  return { world, init: options.init, latencyMs, startMs, importMs };
}

/**
 * `simulate-shell <world.json>`: stands for a management shell, whose streams are those of this process; `--init <sample>`
 * writes the file of a world and ends. Gives the exit code. Fails with `UsageError`, or with `WorldError`, whose message is
 * for people.
 */
export async function simulateShell(
  { world, init, ...slowness }: Simulation,
  folder: string,
  out: { write(text: string): unknown },
): Promise<number> {
  // Most runs simulate nothing; what they load is most of the time that they take.
  const { SAMPLES, simulate, WorldFile } = await import("../simulator/index.js");
  const file = new WorldFile(resolve(folder, world));
  if (init === undefined)
    return simulate(file, slowness, { input: process.stdin, output: process.stdout, errors: process.stderr });
  const sample = Object.hasOwn(SAMPLES, init) ? SAMPLES[init] : undefined;
  if (sample === undefined)
    throw new UsageError(`'${init}' is no sample; the samples are ${Object.keys(SAMPLES).join(", ")}`);
  file.create(sample);
  out.write(`wrote the world '${world}'; 'persistentchat simulate-shell ${world}' is its management shell\n`);
  return 0;
}
