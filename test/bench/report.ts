import type { EngineFigures } from "./engine-bench";
import type { PostgresqlFigures } from "./postgresql-bench";
import type { RegistryFigures } from "./registry-bench";
import { aligned, callsRow, type Goal, goal, runsRow } from "./report-rows";
import type { ShellFigures } from "./shell-bench";
import { shellCallRows, shellGoals, shellLegend, shellRows } from "./shell-report";
import type { Versions } from "./versions";

/** What the parts measured that were run. */
export interface Figures {
  engine?: EngineFigures[];
  registry?: RegistryFigures;
  postgresql?: PostgresqlFigures;
  shell?: ShellFigures;
}

export interface Report extends Figures {
  /** When the bench was started, ISO 8601. */
  date: string;
  versions: Versions;
  rounds: number;
  goals: Goal[];
}

const ENGINE_ROWS = [
  { what: "up", of: "up" },
  { what: "preview", of: "preview" },
  { what: "preview, own providers", of: "previewOfOwnProviders" },
  { what: "refresh", of: "refresh" },
  { what: "up without checkpoints", of: "upWithoutCheckpoints" },
  { what: "up on PostgreSQL", of: "upOnPostgresql" },
] as const satisfies { what: string; of: keyof EngineFigures }[];

const REGISTRY_ROWS = ["create", "get"] as const;
const POSTGRESQL_ROWS = ["create", "get", "resolve", "list"] as const;

const ENGINE_LEGEND = [
  "up, preview, refresh: against as many no-op dynamic.Resource that share one provider object (own providers: with one",
  "each); up without checkpoints: against up with them; up on PostgreSQL: against up on SQLite",
];
const REGISTRY_LEGEND = ["registry: against the bare node:sqlite statements"];
const POSTGRESQL_LEGEND = [
  "PostgreSQL: against the same statements of the bare driver, where a list is one of 1,000 endpoints",
];

export function goalsOf({ engine = [], registry, postgresql, shell }: Figures): Goal[] {
  return [
    ...engine.flatMap(({ size, up, preview }) => [
      goal(`up, ${size} resources`, 1, up.time),
      goal(`preview, ${size} resources`, 0.7, preview.time),
    ]),
    ...(registry ? REGISTRY_ROWS.map((of) => goal(`registry ${of}`, 1.3, registry[of])) : []),
    ...(postgresql ? POSTGRESQL_ROWS.map((of) => goal(`PostgreSQL ${of}`, 1.3, postgresql[of])) : []),
    ...(shell ? shellGoals(shell) : []),
  ];
}

/** The report for people. */
export function tableOf(report: Report): string {
  const { date, versions, engine = [], registry, postgresql, shell } = report;
  const made = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const legend = [
    ...(engine.length > 0 ? ENGINE_LEGEND : []),
    ...(registry ? REGISTRY_LEGEND : []),
    ...(postgresql ? POSTGRESQL_LEGEND : []),
    ...(shell ? shellLegend(shell) : []),
    "cpu: the ratio of processor times",
  ];
  const tables = [
    ratioRows(report),
    ...(engine.length > 0 ? [byteRows(engine)] : []),
    ...(shell ? [shellCallRows(shell)] : []),
  ];
  return [`${date}, ${made.join(", ")}`, ...legend, ...tables.flatMap((rows) => ["", ...aligned(rows)])].join(
    "\n",
  );
}

function ratioRows({ engine = [], registry, postgresql, shell, goals }: Report): string[][] {
  const runs = engine.flatMap(({ size, ...figures }) =>
    ENGINE_ROWS.map(({ what, of }) => runsRow(`${what}, ${size} resources`, figures[of], goals)),
  );
  const inSqlite = (figures: RegistryFigures) =>
    REGISTRY_ROWS.map((of) => callsRow(`registry ${of}`, figures[of], figures.calls[of], goals));
  const inPostgresql = (figures: PostgresqlFigures) =>
    POSTGRESQL_ROWS.map((of) => callsRow(`PostgreSQL ${of}`, figures[of], figures.calls[of], goals));
  return [
    ["ratio, median of pairs", "median", "min", "max", "pairs", "ours", "other", "cpu", "goal"],
    ...runs,
    ...(registry ? inSqlite(registry) : []),
    ...(postgresql ? inPostgresql(postgresql) : []),
    ...(shell ? shellRows(shell, goals) : []),
  ];
}

function byteRows(engine: readonly EngineFigures[]): string[][] {
  return [
    ["bytes", "ours", "dynamic.Resource"],
    ...engine.flatMap(({ size, state: { ours, dynamicResource } }) => [
      [`provider text of a resource, ${size}`, `${ours.providerText}`, `${dynamicResource.providerText}`],
      [`state of a resource, ${size}`, `${ours.resource}`, `${dynamicResource.resource}`],
      [`checkpoint file, ${size}`, `${ours.checkpoint}`, `${dynamicResource.checkpoint}`],
    ]),
  ];
}
