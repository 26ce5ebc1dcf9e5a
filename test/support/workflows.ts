import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { ROOT } from "./workspace";

/** Where workflows are: those of this repository, and those to copy, as in the folder that they are copied to. */
export const OWN = ".github/workflows";
export const TO_COPY = "examples/ci";

const step = z.object({
  id: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
  env: z.record(z.string(), z.string()).default({}),
});
const concurrency = z.object({ group: z.string(), "cancel-in-progress": z.boolean() }).optional();
const job = z.object({
  if: z.string().optional(),
  outputs: z.record(z.string(), z.string()).default({}),
  needs: z.string().optional(),
  permissions: z.record(z.string(), z.string()).optional(),
  "timeout-minutes": z.number().optional(),
  concurrency,
  strategy: z.object({ matrix: z.record(z.string(), z.array(z.string())) }).optional(),
  uses: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
  steps: z.array(step).default([]),
});
const workflow = z.object({
  name: z.string(),
  on: z.union([z.string(), z.record(z.string(), z.unknown())]),
  permissions: z.unknown().optional(),
  concurrency,
  jobs: z.record(z.string(), job),
});

export type WorkflowStep = z.infer<typeof step>;
export type Job = z.infer<typeof job>;
export type Workflow = z.infer<typeof workflow>;

/** A file of GitHub Actions. */
export interface WorkflowFile {
  folder: string;
  name: string;
  text: string;
}

/** All workflow files of a folder of this repository. */
export function workflowFiles(folder: string): WorkflowFile[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".yml"))
    .map((name) => ({ folder, name, text: readFileSync(join(ROOT, folder, name), "utf8") }));
}

/** One file of them. */
export function workflowFile(folder: string, name: string): WorkflowFile {
  const file = workflowFiles(folder).find((each) => each.name === name);
  if (file === undefined) throw new Error(`there is no workflow ${folder}/${name}`);
  return file;
}

/** What a file says, as far as tests look at it. */
export function readWorkflow({ text }: WorkflowFile): Workflow {
  return workflow.parse(parse(text));
}

/** Every step of a workflow, with its job. */
export function stepsOf({ jobs }: Workflow): { job: string; step: WorkflowStep }[] {
  return Object.entries(jobs).flatMap(([name, { steps }]) =>
    steps.map((each) => ({ job: name, step: each })),
  );
}

/**
 * Each command line that the steps give to `persistentchat`, as its arguments: with `npx` in a project of somebody's own, with
 * `npm run` in this clone. What a shell would put in for a variable is the variable's name.
 */
export function toolLines(file: WorkflowFile): string[][] {
  return stepsOf(readWorkflow(file))
    .flatMap(({ step: { run = "" } }) => run.split("\n"))
    .flatMap((line) => {
      const [, tail] =
        /^\s*(?:npx --no-install persistentchat|npm run --silent persistentchat --) (.*)$/.exec(line) ?? [];
      return tail === undefined ? [] : [words(tail)];
    });
}

/** The words of a plain command line, up to where its output goes. */
function words(tail: string): string[] {
  const [command = ""] = tail.split(/ (?:>>?|\|\|) /, 1);
  return command.split(" ").map((word) => word.replace(/^"\$(\w+)"$/, "$1"));
}
