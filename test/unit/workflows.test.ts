import assert from "node:assert/strict";
import { readArguments } from "../../provider/cli/arguments";
import { type Contexts, holds } from "../support/workflow-expressions";
import { workflowProblems } from "../support/workflow-language";
import { breaches } from "../support/workflow-rules";
import {
  OWN,
  readWorkflow,
  stepsOf,
  TO_COPY,
  toolLines,
  type WorkflowFile,
  workflowFile,
  workflowFiles,
} from "../support/workflows";

const FILES = [...workflowFiles(OWN), ...workflowFiles(TO_COPY)];

/** A copy of a workflow in which something is written otherwise, at its first place. */
function altered(name: string, from: string, to: string, folder = TO_COPY): WorkflowFile {
  const file = workflowFile(folder, name);
  assert.ok(file.text.includes(from), `${name} has '${from}'`);
  return { ...file, text: file.text.replace(from, () => to) };
}

describe("workflows", () => {
  it("are there, the repository's own and those to copy", () => {
    const names = FILES.map(({ folder, name }) => `${folder}/${name}`);
    for (const name of ["ci", "preview", "comment", "example"])
      assert.ok(names.includes(`${OWN}/${name}.yml`), name);
    for (const name of ["preview", "preview-of-forks", "apply", "apply-stack", "drift"])
      assert.ok(names.includes(`${TO_COPY}/${name}.yml`), name);
  });

  describe("GitHub's language service", function () {
    this.timeout(60_000);

    for (const file of FILES)
      it(`accepts ${file.folder}/${file.name}`, async () =>
        assert.deepEqual(await workflowProblems(file, workflowFiles(file.folder)), []));

    for (const [name, from, to, problem] of [
      ["preview.yml", "runs-on: ubuntu", "runs-onn: ubuntu", /Unexpected value 'runs-onn'/],
      ["preview.yml", "on: pull_request", "on: pull_requests", /pull_request/],
      ["preview.yml", "contents: read", "contents: reed", /Unexpected value 'reed'/],
      ["preview.yml", "== github.repository", "= github.repository", /Unexpected symbol: '='/],
      ["preview.yml", "== github.repository", "== github.repositry", /repositry/],
      ["preview.yml", "{{ matrix.stack", "{{ matrix.stak", /stak/],
      ["preview.yml", "!cancelled()", "!canceled()", /Unrecognized function: 'canceled'/],
      ["apply-stack.yml", "needs: plan", "needs: plann", /plann/],
      ["apply-stack.yml", "{{ inputs.stack", "{{ inputs.stck", /stck/],
      ["apply.yml", "stack: staging", "stak: staging", /stak/],
      ["drift.yml", "steps.drift.outputs", "steps.drfit.outputs", /drfit/],
      ["drift.yml", "17 3 * * *", "17 33 * * *", /Invalid cron expression/],
      ["preview-of-forks.yml", "types: [completed]", "types: [complete]", /./],
    ] as const)
      it(`finds '${to}' in ${name}`, async () => {
        const found = await workflowProblems(altered(name, from, to), workflowFiles(TO_COPY));
        assert.match(found.join("\n"), problem);
      });
  });

  describe("rules of our own", () => {
    for (const file of FILES)
      it(`are kept by ${file.folder}/${file.name}`, () => assert.deepEqual(breaches(file), []));

    const CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1";
    const POST = "node .github/persistentchat/post.mjs";
    for (const [name, from, to, breach] of [
      ["preview.yml", "on: pull_request", "on: pull_request_target", /runs on pull_request_target/],
      ["preview.yml", "permissions: {}", "permissions: read-all", /does not take all permissions away/],
      ["preview.yml", "permissions: {}\n", "", /does not take all permissions away/],
      [
        "drift.yml",
        "    permissions:\n      contents: read\n      issues: write\n",
        "",
        /drift does not say its perm/,
      ],
      ["drift.yml", "    timeout-minutes: 30\n", "", /job drift may run for hours/],
      ["preview.yml", '"$STACK"', `"\${{ github.head_ref }}"`, /has an expression in it/],
      ["preview.yml", CHECKOUT, "actions/checkout@v7", /may change/],
      ["preview.yml", CHECKOUT, CHECKOUT.replace("actions", "someone"), /is of somebody else/],
      ["preview.yml", "persist-credentials: false", "persist-credentials: true", /keeps the token/],
      ["preview.yml", POST, "npx post.mjs", /gets the token/],
      [
        "preview-of-forks.yml",
        "          persist",
        "          ref: refs/pull/1/head\n          persist",
        /what others wrote/,
      ],
      [
        "apply-stack.yml",
        "cancel-in-progress: false",
        "cancel-in-progress: true",
        /apply changes a stack, and/,
      ],
    ] as const)
      it(`find '${breach.source}'`, () => assert.match(breaches(altered(name, from, to)).join("\n"), breach));

    it("ask for one run at a time where a stack is changed", () => {
      const file = altered("example.yml", "cancel-in-progress: false", "cancel-in-progress: true", OWN);
      assert.match(breaches(file).join("\n"), /job dev changes a stack, and another one may/);
    });
  });

  it("name one commit and one version of each action", () => {
    const used = FILES.flatMap(({ text }) => [...text.matchAll(/uses: (actions\/\S+)@(.*)$/gm)]);
    const versions = new Map(used.map(([, action, version]) => [action, version]));
    assert.ok(versions.size >= 4);
    for (const [, action = "", version = ""] of used) {
      assert.match(version, /^[0-9a-f]{40} # v\d+\.\d+\.\d+$/, action);
      assert.equal(version, versions.get(action), action);
    }
  });

  describe("command lines", () => {
    it("are taken by persistentchat", () => {
      const lines = FILES.flatMap(toolLines);
      for (const line of lines) assert.equal(readArguments(line).ask, "stack", line.join(" "));
      assert.deepEqual([...new Set(lines.map(([command]) => command))].sort(), [
        "comment",
        "diff",
        "drift",
        "preview",
        "up",
      ]);
    });

    it("are all seen", () => {
      const count = (file: WorkflowFile) =>
        stepsOf(readWorkflow(file)).reduce(
          (sum, { step: { run = "" } }) =>
            sum + [...run.matchAll(/(?<!\.github\/)persistentchat(?: --)? /g)].length,
          0,
        );
      for (const file of FILES) assert.equal(toolLines(file).length, count(file), file.name);
    });

    it("that rot are found", () => {
      const [line] = toolLines(altered("drift.yml", "--markdown", "--mark-down"));
      assert.throws(() => readArguments(line ?? []), /mark-down/);
    });
  });

  describe("conditions", () => {
    const github = (head: string, actor: string) => ({
      repository: "contoso/chat",
      actor,
      event: {
        pull_request: { head: { repo: { full_name: head } } },
        workflow_run: {
          event: "pull_request",
          head_repository: { full_name: head },
          actor: { login: actor },
        },
      },
    });
    const jobs = Object.entries({
      ...readWorkflow(workflowFile(TO_COPY, "preview.yml")).jobs,
      ...readWorkflow(workflowFile(TO_COPY, "preview-of-forks.yml")).jobs,
    });
    const begun = async (contexts: Contexts) => {
      const each = jobs.map(async ([name, { if: condition = "true" }]) =>
        (await holds(condition, contexts)) ? [name] : [],
      );
      return (await Promise.all(each)).flat();
    };

    for (const [whose, head, actor, expected] of [
      ["a branch", "contoso/chat", "anna", ["preview"]],
      ["a fork", "mallory/chat", "mallory", ["fork", "quote"]],
      ["Dependabot", "contoso/chat", "dependabot[bot]", ["fork", "quote"]],
      ["Dependabot of a fork", "mallory/chat", "dependabot[bot]", ["fork", "quote"]],
    ] as const)
      it(`give secrets to no pull request but that of a branch: ${whose}`, async () =>
        assert.deepEqual(await begun({ github: github(head, actor) }), expected));

    it("begin nothing for a run that was for no pull request", async () => {
      const other = github("mallory/chat", "mallory");
      other.event.workflow_run.event = "push";
      assert.deepEqual(await begun({ github: other }), ["fork"]);
    });

    it("ask nobody to approve nothing", async () => {
      const { apply } = readWorkflow(workflowFile(TO_COPY, "apply-stack.yml")).jobs;
      const asked = (changes: string) =>
        holds(apply?.if ?? "true", { needs: { plan: { outputs: { changes } } } });
      assert.deepEqual([await asked("0"), await asked("3")], [false, true]);
    });

    it("end a workflow that changes a stack where its steps fail", () => {
      const { apply, plan } = readWorkflow(workflowFile(TO_COPY, "apply-stack.yml")).jobs;
      for (const { if: condition } of [...(apply?.steps ?? []), ...(plan?.steps ?? [])])
        assert.equal(condition, undefined);
    });
  });

  describe("fit together:", () => {
    const jobsOf = (name: string, folder = TO_COPY) =>
      Object.values(readWorkflow(workflowFile(folder, name)).jobs);
    const artifacts = (name: string, action: string, folder?: string) =>
      jobsOf(name, folder)
        .flatMap(({ steps }) => steps)
        .filter(({ uses }) => uses?.startsWith(`actions/${action}@`))
        .map((step) => step.with.name);

    for (const [follower, folder] of [
      ["preview-of-forks.yml", TO_COPY],
      ["comment.yml", OWN],
    ] as const)
      it(`${folder}/${follower} follows a workflow that is there, and takes what that leaves`, () => {
        const { on } = readWorkflow(workflowFile(folder, follower));
        const { name } = readWorkflow(workflowFile(folder, "preview.yml"));
        assert.deepEqual(on, { workflow_run: { workflows: [name], types: ["completed"] } });
        const [taken, ...more] = artifacts(follower, "download-artifact", folder);
        assert.deepEqual(more, []);
        assert.ok(artifacts("preview.yml", "upload-artifact", folder).includes(taken));
      });

    it("all of them know the same stacks", () => {
      const stacks = ["preview.yml", "preview-of-forks.yml", "drift.yml"]
        .flatMap((name) => jobsOf(name))
        .map(({ strategy }) => strategy?.matrix.stack);
      for (const each of stacks) assert.deepEqual(each, ["staging", "prod"]);
      assert.deepEqual(Object.keys(readWorkflow(workflowFile(TO_COPY, "apply.yml")).jobs), [
        "staging",
        "prod",
      ]);
    });

    it("what is applied is what was planned", () =>
      assert.deepEqual(
        artifacts("apply-stack.yml", "download-artifact"),
        artifacts("apply-stack.yml", "upload-artifact"),
      ));
  });
});
