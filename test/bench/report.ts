import type { EngineFigures, Runs } from "./engine-bench";
import type { Comparison } from "./measure";
import type { PostgresqlFigures } from "./postgresql-bench";
import type { RegistryFigures } from "./registry-bench";
import type { Versions } from "./versions";

export interface Report {
  /** When the bench was started, ISO 8601. */
  date: string;
  versions: Versions;
  rounds: number;
  engine: EngineFigures[];
  registry: RegistryFigures;
  postgresql: PostgresqlFigures;
  goals: Goal[];
}

export interface Goal {
  what: string;
  /** The median ratio is not to be above this. */
  most: number;
  median: number;
  met: boolean;
}

export function goalsOf({
  engine,
  registry,
  postgresql,
}: Pick<Report, "engine" | "registry" | "postgresql">): Goal[] {
  return [
    ...engine.flatMap(({ size, up, preview }) => [
      goal(`up, ${size} resources`, 1, up.time),
      goal(`preview, ${size} resources`, 0.7, preview.time),
    ]),
    goal("registry create", 1.3, registry.create),
    goal("registry get", 1.3, registry.get),
    ...POSTGRESQL_ROWS.map((of) => goal(`PostgreSQL ${of}`, 1.3, postgresql[of])),
  ];
}

function goal(what: string, most: number, { ratio }: Comparison): Goal {
  return { what, most, median: ratio.median, met: ratio.median <= most };
}

const ENGINE_ROWS = [
  { what: "up", of: "up" },
  { what: "preview", of: "preview" },
  { what: "preview, own providers", of: "previewOfOwnProviders" },
  { what: "refresh", of: "refresh" },
  { what: "up without checkpoints", of: "upWithoutCheckpoints" },
  { what: "up on PostgreSQL", of: "upOnPostgresql" },
] as const satisfies { what: string; of: keyof EngineFigures }[];

const POSTGRESQL_ROWS = ["create", "get", "resolve", "list"] as const;

/** The report for people. */
export function tableOf({ date, versions, engine, registry, postgresql, goals }: Report): string {
  const { calls } = registry;
  const runs = engine.flatMap(({ size, ...figures }) =>
    ENGINE_ROWS.map(({ what, of }) => runsRow(`${what}, ${size} resources`, figures[of], goals)),
  );
  const ratios = [
    ["ratio, median of pairs", "median", "min", "max", "pairs", "ours", "other", "cpu", "goal"],
    ...runs,
    callsRow("registry create", registry.create, calls.create, goals),
    callsRow("registry get", registry.get, calls.get, goals),
    ...POSTGRESQL_ROWS.map((of) => callsRow(`PostgreSQL ${of}`, postgresql[of], postgresql.calls[of], goals)),
  ];
  const bytes = [
    ["bytes", "ours", "dynamic.Resource"],
    ...engine.flatMap(({ size, state: { ours, dynamicResource } }) => [
      [`provider text of a resource, ${size}`, `${ours.providerText}`, `${dynamicResource.providerText}`],
      [`state of a resource, ${size}`, `${ours.resource}`, `${dynamicResource.resource}`],
      [`checkpoint file, ${size}`, `${ours.checkpoint}`, `${dynamicResource.checkpoint}`],
    ]),
  ];
  const made = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${date}, ${made.join(", ")}`,
    "up, preview, refresh: against as many no-op dynamic.Resource that share one provider object (own providers: with one",
    "each); up without checkpoints: against up with them; up on PostgreSQL: against up on SQLite; registry: against the bare",
    "node:sqlite statements; PostgreSQL: against the same statements of the bare driver, where a list is one of 1,000 endpoints;",
    "cpu: the ratio of processor times",
    "",
    ...aligned(ratios),
    "",
    ...aligned(bytes),
  ].join("\n");
}

function runsRow(what: string, { time, cpu }: Runs, goals: readonly Goal[]): string[] {
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;
  return [...ratioCells(what, time, seconds), cpu.ratio.median.toFixed(2), goalCell(what, goals)];
}

function callsRow(what: string, time: Comparison, calls: number, goals: readonly Goal[]): string[] {
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

function goalCell(what: string, goals: readonly Goal[]): string {
  const goal = goals.find((each) => each.what === what);
  return goal ? `${goal.most.toFixed(1)} ${goal.met ? "met" : "missed"}` : "";
}

/** The first column to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0));
  return rows.map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(width(column)) : cell.padStart(width(column))))
      .join("  ")
      .trimEnd(),
  );
}
