import { readWorkflow, stepsOf, type WorkflowFile, type WorkflowStep } from "./workflows";

/** What changes a stack, as the beginning of a line of a shell. */
const CHANGES =
  /^\s*(?:npm run (?:--silent )?(?:up|refresh|destroy)\b(?!.*--preview-only)|pulumi (?:up|refresh|destroy|import)\b(?!.*--preview-only)|(?:npx --no-install persistentchat|npm run --silent persistentchat --) (?:up|recover|adopt)\b)/m;

/** What text of others an expression can hold: a shell would run it. Nothing else has to stand there either. */
const EXPRESSION = /\$\{\{/;

/** What every workflow here keeps to, beside what GitHub asks: each sentence is a breach of it. */
export function breaches(file: WorkflowFile): string[] {
  const workflow = readWorkflow(file);
  const events = typeof workflow.on === "string" ? [workflow.on] : Object.keys(workflow.on);
  const { permissions } = workflow;
  const kept = workflow.concurrency?.["cancel-in-progress"] === false;
  const found = [
    // Which runs what a stranger wrote, with the rights of the repository.
    ...events.filter((event) => event === "pull_request_target").map((event) => `runs on ${event}`),
    ...(JSON.stringify(permissions) === "{}" ? [] : ["does not take all permissions away first"]),
    ...stepsOf(workflow).flatMap(({ step }) => breachesOfStep(step, events)),
  ];
  for (const [name, job] of Object.entries(workflow.jobs)) {
    if (job.permissions === undefined) found.push(`job ${name} does not say its permissions`);
    if (job.uses === undefined && job["timeout-minutes"] === undefined)
      found.push(`job ${name} may run for hours`);
    const changes = job.steps.some(({ run = "" }) => CHANGES.test(run));
    if (changes && !kept && job.concurrency?.["cancel-in-progress"] !== false)
      found.push(`job ${name} changes a stack, and another one may at the same time`);
    const rights = Object.entries(job.permissions ?? {}).filter(([, right]) => right === "write");
    if (rights.length > 0 && changes) found.push(`job ${name} changes a stack and writes to the repository`);
  }
  return found;
}

function breachesOfStep(step: WorkflowStep, events: readonly string[]): string[] {
  const { uses, run = "", env } = step;
  const found = EXPRESSION.test(run) ? [`'${run.trim()}' has an expression in it`] : [];
  // The engine and the packages of a program get no token of the repository.
  if ("GITHUB_TOKEN" in env && !/^node \S+\/post\.mjs /.test(run))
    found.push(`'${run.trim()}' gets the token`);
  if (uses === undefined || uses.startsWith("./")) return found;
  if (!uses.startsWith("actions/")) found.push(`${uses} is of somebody else`);
  if (!/@[0-9a-f]{40}$/.test(uses)) found.push(`${uses} may change`);
  if (uses.startsWith("actions/checkout@")) {
    if (step.with["persist-credentials"] !== false) found.push("a checkout keeps the token");
    if (events.includes("workflow_run") && step.with.ref !== undefined)
      found.push("a checkout takes what others wrote");
  }
  return found;
}
