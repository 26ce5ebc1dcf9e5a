import { batchRow, type Goal, goal, runsRow, seconds } from "./report-rows";
import { BATCHES, type ShellFigures } from "./shell-bench";
import { callsIn } from "./shell-world";

const GOALS = { create: 1.1, refresh: 1.3 };

export function shellGoals(shell: ShellFigures): Goal[] {
  return BATCHES.map((batch) => goal(budgetName(batch), GOALS[batch], shell[batch].budget));
}

export function shellLegend({ endpoints, pools, width, slowness, runs }: ShellFigures): string[] {
  const { startMs, importMs, latencyMs } = slowness;
  return [
    `shell: ${endpoints} endpoints and ${pools} pools in a simulated shell that takes ${startMs} ms to start, ${importMs} ms to load its module`,
    `and ${latencyMs} ms a call; a batch is at the registry, ${width} operations at a time, and an up or a refresh with the engine;`,
    "its budget: start, module and so many calls as it made (a refresh: one for each pool and 8), and the simulator's own work;",
    "a process each: a program that starts a shell for each operation, for one call; a command each: command.local.Command,",
    runs.upOfCommands ? "which reads nothing in a refresh" : "left out, as its plugin is not at hand",
  ];
}

export function shellRows(shell: ShellFigures, goals: readonly Goal[]): string[][] {
  const { width, runs } = shell;
  const batches = BATCHES.flatMap((batch) => {
    const { budget, processes, processesInTurn } = shell[batch];
    return [
      batchRow(budgetName(batch), budget, goals),
      batchRow(`shell ${batch} batch, a process each, ${width} at a time`, processes, goals),
      batchRow(`shell ${batch} batch, a process each, in turn`, processesInTurn, goals),
    ];
  });
  return [
    ...batches,
    runsRow("shell up, a process each", runs.up, goals),
    ...(runs.upOfCommands ? [runsRow("shell up, a command each", runs.upOfCommands, goals)] : []),
    runsRow("shell refresh, a process each", runs.refresh, goals),
  ];
}

/** The calls of the last round, and of what the budgets are made. */
export function shellCallRows({ create, refresh, runs, start }: ShellFigures): string[][] {
  const columns = [create.calls, refresh.calls, runs.calls.up, runs.calls.refresh];
  const names = [...new Set(columns.flatMap((counts) => Object.keys(counts)))].sort();
  const cells = (work: (batch: ShellFigures["create"]) => number) =>
    [create, refresh].map((batch) => seconds(work(batch)));
  return [
    ["calls of the shell", "create batch", "refresh batch", "up", "refresh"],
    ...names.map((name) => [name, ...columns.map((counts) => String(counts[name] ?? 0))]),
    ["all but hello", ...columns.map((counts) => String(callsIn(counts)))],
    [
      "budget without the simulator's own work",
      ...cells(({ budget, simulator }) => budget.reference.median - simulator.median),
    ],
    ["the simulator's own work", ...cells(({ simulator }) => simulator.median)],
    ["of that its start and end", ...cells(() => start.median)],
  ];
}

function budgetName(batch: (typeof BATCHES)[number]): string {
  return `shell ${batch} batch, its budget`;
}
