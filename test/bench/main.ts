import { writeFileSync } from "node:fs";
import { PostgresServer } from "../support/postgres-server";
import { type EngineFigures, measureEngine } from "./engine-bench";
import { type Options, parseOptions, USAGE } from "./options";
import { measurePostgresql } from "./postgresql-bench";
import { measureRegistry } from "./registry-bench";
import { goalsOf, type Report, tableOf } from "./report";
import { versions } from "./versions";
import { removeWorkspaces } from "./workspaces";

async function bench({ rounds, sizes, out }: Options, date: string): Promise<void> {
  const say = (line: string) => console.error(line);
  const registry = await measureRegistry(rounds, say);
  const server = await PostgresServer.create();
  await server.start();
  const postgresql = await measurePostgresql(server, rounds, say);
  const engine: EngineFigures[] = [];
  for (const size of sizes) engine.push(await measureEngine(size, rounds, server, say));
  server.dispose();
  const figures = { engine, registry, postgresql };
  const report: Report = { date, versions: await versions(), rounds, ...figures, goals: goalsOf(figures) };
  writeFileSync(out, `${JSON.stringify(report, undefined, 2)}\n`);
  console.log(`${tableOf(report)}\n\nwritten to ${out}`);
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
