import { spawn } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { resultOf } from "./result";
import { type Contexts, holds, interpolated } from "./workflow-expressions";
import type { Job, WorkflowStep } from "./workflows";

/** How a job ended. */
export interface JobResult {
  succeeded: boolean;
  outputs: Record<string, string>;
  /** What it wrote for the summary of the run. */
  summary: string;
  /** What its steps said. */
  log: string;
}

/**
 * Does what a GitHub runner does with the steps of a job: runs each `run` with the shell of a runner, in the environment that
 * the workflow gives it, and keeps artifacts. The folder is checked out and its packages are installed.
 */
export class WorkflowRunner {
  readonly #scratch: string;

  /** `artifacts` is a folder that the jobs of several runners may share; `env` is what each step sees beside its own. */
  constructor(
    private readonly folder: string,
    private readonly artifacts: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly contexts: Contexts,
  ) {
    this.#scratch = mkdtempSync(join(artifacts, ".runner-"));
  }

  async run(job: Job): Promise<JobResult> {
    const steps: Record<string, { outputs: Record<string, string> }> = {};
    const contexts = { ...this.contexts, runner: { temp: this.#scratch }, steps };
    const summary = this.file("summary");
    let [succeeded, log] = [true, ""];
    for (const [index, step] of job.steps.entries()) {
      if (step.if === undefined ? !succeeded : !(await holds(step.if, contexts))) continue;
      const output = this.file(`output-${index}`);
      const env = {
        ...this.env,
        ...(await all(job.env, contexts)),
        ...(await all(step.env, contexts)),
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        RUNNER_TEMP: this.#scratch,
      };
      const said = step.run === undefined ? await this.use(step, contexts) : await this.shell(step.run, env);
      log += said.output;
      succeeded &&= said.code === 0;
      if (step.id) steps[step.id] = { outputs: outputsIn(readFileSync(output, "utf8")) };
    }
    const outputs = await all(job.outputs, contexts);
    return { succeeded, outputs, summary: readFileSync(summary, "utf8"), log };
  }

  private async shell(
    script: string,
    env: NodeJS.ProcessEnv,
  ): Promise<{ code: number | null; output: string }> {
    if (script.startsWith("npm ci ")) return { code: 0, output: "" };
    const file = this.file("script.sh", script);
    return resultOf(
      spawn("bash", ["-e", file], { cwd: this.folder, env, stdio: ["ignore", "pipe", "pipe"] }),
    );
  }

  private async use(step: WorkflowStep, contexts: Contexts): Promise<{ code: number; output: string }> {
    const [, action] = /^actions\/([a-z-]+)@/.exec(step.uses ?? "") ?? [];
    if (action === "checkout" || action === "setup-node") return { code: 0, output: "" };
    const given = Object.entries(step.with).map(([key, value]) => [key, String(value)]);
    const { name = "", path = ".", ...rest } = await all(Object.fromEntries(given), contexts);
    const kept = join(this.artifacts, name);
    if (action === "download-artifact") {
      if (!existsSync(kept)) return { code: 1, output: `there is no artifact ${name}\n` };
      cpSync(kept, resolve(this.folder, path), { recursive: true });
      return { code: 0, output: "" };
    }
    if (action !== "upload-artifact") throw new Error(`nobody plays ${step.uses}`);
    const files = globSync(path, { cwd: this.folder });
    if (files.length === 0) return { code: rest["if-no-files-found"] === "error" ? 1 : 0, output: "" };
    mkdirSync(kept, { recursive: true });
    for (const file of files) cpSync(resolve(this.folder, file), join(kept, basename(file)));
    return { code: 0, output: "" };
  }

  private file(name: string, text = ""): string {
    const file = join(this.#scratch, name);
    writeFileSync(file, text);
    return file;
  }
}

async function all(texts: Record<string, string>, contexts: Contexts): Promise<Record<string, string>> {
  const entries = Object.entries(texts).map(async ([name, text]) => [
    name,
    await interpolated(text, contexts),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

function outputsIn(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
}
