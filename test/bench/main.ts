import { writeFileSync } from "node:fs";
import { PostgresServer } from "../support/postgres-server";
import { type EngineFigures, measureEngine } from "./engine-bench";
import { type Options, parseOptions, USAGE } from "./options";
import { measurePostgresql } from "./postgresql-bench";
import { measureRegistry } from "./registry-bench";
import { type Figures, goalsOf, type Report, tableOf } from "./report";
import { measureShell } from "./shell-bench";
import { versions } from "./versions";
import { removeWorkspaces } from "./workspaces";

async function bench(options: Options, date: string): Promise<void> {
  const { rounds, out } = options;
  const figures = await measure(options, (line) => console.error(line));
  const report: Report = { date, versions: await versions(), rounds, ...figures, goals: goalsOf(figures) };
  writeFileSync(out, `${JSON.stringify(report, undefined, 2)}\n`);
  console.log(`${tableOf(report)}\n\nwritten to ${out}`);
}

async function measure(options: Options, say: (line: string) => void): Promise<Figures> {
  const { parts, rounds, sizes, endpoints, slowness } = options;
  const figures: Figures = {};
  if (parts.includes("registry")) figures.registry = await measureRegistry(rounds, say);
  if (parts.includes("postgresql") || parts.includes("engine")) {
    const server = await PostgresServer.create();
    await server.start();
    if (parts.includes("postgresql")) figures.postgresql = await measurePostgresql(server, rounds, say);
    const engine: EngineFigures[] = [];
    if (parts.includes("engine"))
      for (const size of sizes) engine.push(await measureEngine(size, rounds, server, say));
    if (engine.length > 0) figures.engine = engine;
    server.dispose();
  }
  if (parts.includes("shell")) figures.shell = await measureShell(endpoints, slowness, rounds, say);
  return figures;
}

function optionsOrExit(): Options {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    process.exit(2);
  }
}

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)
  process.once(signal, () => {
    removeWorkspaces();
    process.exit(code);
  });

bench(optionsOrExit(), new Date().toISOString()).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
