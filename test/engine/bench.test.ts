import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Comparison, Spread } from "../bench/measure";
import type { Report } from "../bench/report";
import { ROOT } from "../support/workspace";

const MAIN = join(ROOT, "build", "test", "bench", "main.js");
const RUNS = [
  "up",
  "preview",
  "previewOfOwnProviders",
  "refresh",
  "upWithoutCheckpoints",
  "upOnPostgresql",
] as const;
const SMALL = [
  "--sizes",
  "3",
  "--endpoints",
  "3",
  "--start",
  "9",
  "--import",
  "9",
  "--latency",
  "9",
  "--rounds",
  "1",
];
const run = promisify(execFile);

describe("the bench", function () {
  this.timeout(600_000);

  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "persistentchat-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("writes every figure, and says the ratios in a table", async () => {
    const out = join(folder, "bench.json");
    const { stdout } = await run(process.execPath, [MAIN, ...SMALL, "--out", out]);
    const report = JSON.parse(readFileSync(out, "utf8")) as Report;

    assert.ok(Math.abs(Date.parse(report.date) - Date.now()) < 3_600_000, report.date);
    for (const name of ["package", "node", "engine", "sdk", "sqlite"] as const)
      assert.match(report.versions[name], /^\d+\.\d+/, name);
    assert.equal(report.rounds, 1);

    const { engine: engines, registry, postgresql, shell } = report;
    assert.ok(engines && registry && postgresql && shell);
    assert.equal(engines.length, 1);
    const [engine] = engines;
    assert.ok(engine);
    assert.equal(engine.size, 3);
    for (const figure of RUNS)
      for (const measure of ["time", "cpu"] as const) {
        assertMeasured(engine[figure][measure], `${figure} ${measure}`);
        assert.equal(engine[figure][measure].pairs, 1);
      }
    for (const side of ["ours", "dynamicResource"] as const)
      for (const [what, bytes] of Object.entries(engine.state[side]))
        assert.ok(Number.isInteger(bytes) && bytes > 0, `${side} ${what}: ${bytes}`);

    for (const figure of ["create", "get"] as const) {
      assertMeasured(registry[figure], figure);
      assert.ok(registry.calls[figure] > 0);
    }
    for (const figure of ["create", "get", "resolve", "list"] as const) {
      assertMeasured(postgresql[figure], figure);
      assert.ok(postgresql.calls[figure] > 0);
    }
    for (const batch of ["create", "refresh"] as const) {
      const { budget, processes, processesInTurn, simulator } = shell[batch];
      for (const measured of [budget, processes, processesInTurn]) assertMeasured(measured, batch);
      assertOrdered(simulator, batch);
    }
    assert.equal(shell.create.calls["New-CsPersistentChatEndpoint"], 3);
    const { up, refresh, upOfCommands, calls } = shell.runs;
    for (const runs of [up, refresh, ...(upOfCommands ? [upOfCommands] : [])])
      for (const measure of ["time", "cpu"] as const) assertMeasured(runs[measure], measure);
    const sessions = [shell.create.calls, shell.refresh.calls, calls.up, calls.refresh];
    assert.deepEqual(
      sessions.map(({ hello }) => hello),
      [1, 1, 1, 1],
      "one process does all",
    );
    assert.deepEqual(
      report.goals.map(({ what, most }) => [what, most]),
      [
        ["up, 3 resources", 1],
        ["preview, 3 resources", 0.7],
        ["registry create", 1.3],
        ["registry get", 1.3],
        ["PostgreSQL create", 1.3],
        ["PostgreSQL get", 1.3],
        ["PostgreSQL resolve", 1.3],
        ["PostgreSQL list", 1.3],
        ["shell create batch, its budget", 1.1],
        ["shell refresh batch, its budget", 1.3],
      ],
    );
    for (const { what } of report.goals) assert.ok(stdout.includes(what), stdout);
  });

  it("measures one part by itself", async () => {
    const out = join(folder, "part.json");
    const { stdout } = await run(process.execPath, [
      MAIN,
      "--only",
      "registry",
      "--rounds",
      "1",
      "--out",
      out,
    ]);
    const { registry, engine, postgresql, shell } = JSON.parse(readFileSync(out, "utf8")) as Report;
    assert.ok(registry);
    assert.deepEqual([engine, postgresql, shell], [undefined, undefined, undefined]);
    assert.match(stdout, /^registry get/m);
    assert.doesNotMatch(stdout, /PostgreSQL|shell|dynamic/);
  });

  it("refuses what it does not understand with its usage", async () => {
    for (const args of [["--sizes", "3,x"], ["--rounds", "0"], ["--only", "sqlite"], ["--fast"]])
      await assert.rejects(run(process.execPath, [MAIN, ...args]), { code: 2, stderr: /npm run bench -- / });
  });
});

function assertMeasured({ ratio, ours, reference }: Comparison, what: string): void {
  for (const spread of [ratio, ours, reference]) assertOrdered(spread, what);
}

function assertOrdered({ min, median, max }: Spread, what: string): void {
  assert.ok(0 < min && min <= median && median <= max && max < Infinity, `${what}: ${min} ${median} ${max}`);
}
