import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HeldMoment } from "./cutover-moments";
import { until } from "./until";
import type { Result, Workspace } from "./workspace";

/** A point of the plugin's work on the registry. */
export interface FaultPoint {
  /** What a transaction writes, by the word that the history has for it, or the read of one record outside of any. */
  action: "read" | "create" | "update" | "claim" | "remove";
  /** Before or after its commit, or its read. */
  when: "before" | "after";
  /** The record; any, where it is absent. */
  key?: string;
  /** Which time the point is met, counted from 1. */
  occurrence?: number;
}

/** A run of the CLI whose plugin stands still at a point of its work. */
export class HeldRun {
  #output = "";

  private constructor(
    private readonly workspace: Workspace,
    private readonly folder: string,
    private readonly engine: ChildProcess,
    readonly result: Promise<Result>,
  ) {
    for (const stream of [engine.stdout, engine.stderr])
      stream?.on("data", (text: string) => {
        this.#output += text;
      });
  }

  get pluginPid(): number {
    return Number(readFileSync(join(this.folder, "held"), "utf8"));
  }

  /** Starts the CLI, and waits until a process of it has come to the point, as `preload` finds it. */
  static async start(
    workspace: Workspace,
    point: FaultPoint | HeldMoment,
    args: readonly string[],
    preload = "fault-preload.js",
  ): Promise<HeldRun> {
    const folder = mkdtempSync(join(workspace.folder, "fault-"));
    writeFileSync(join(folder, "point.json"), JSON.stringify(point));
    const { child, result } = workspace.start(args, {
      NODE_OPTIONS: `--require ${JSON.stringify(join(__dirname, preload))}`,
      FAULT_FOLDER: folder,
    });
    const run = new HeldRun(workspace, folder, child, result);
    const place = JSON.stringify(point);
    await until(`the run comes to ${place}`, () => {
      if (existsSync(join(folder, "held"))) return true;
      if (child.exitCode === null) return false;
      throw new Error(`the engine ended before it came to ${place}: ${run.#output}`);
    });
    return run;
  }

  /** As `kill -9`. The held plugin of a killed engine lives on. */
  kill(victim: "plugin" | "engine"): void {
    if (victim === "engine") this.engine.kill("SIGKILL");
    else process.kill(this.pluginPid, "SIGKILL");
  }

  /** As Ctrl-C, once; resolves when the CLI has said that it heard. */
  async interrupt(): Promise<void> {
    this.engine.kill("SIGINT");
    await until("the engine says that it stops", () => /cancell?ing/i.test(this.#output));
  }

  /** Lets the plugin go on. */
  release(): void {
    writeFileSync(join(this.folder, "released"), "");
  }

  /** Waits until the CLI and the plugin have ended, each by itself. */
  async end(): Promise<Result> {
    const result = await this.result;
    await until("the plugin ends", () => plugins(this.workspace).length === 0);
    return result;
  }
}

/** The plugin processes that run in a workspace's folder. */
export function plugins(workspace: Workspace): { pid: number; command: string }[] {
  return workspace.processes().filter(({ command }) => command.includes("dynamic-provider"));
}
