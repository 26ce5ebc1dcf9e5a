import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GitHub } from "../support/github";
import { type JobResult, WorkflowRunner } from "../support/workflow-runner";
import { readWorkflow, TO_COPY, workflowFile } from "../support/workflows";
import { ROOT, Workspace } from "../support/workspace";

const STACK = "staging";
const ADDRESS = "sip:ocschat@contoso.com";

const program = (pool: string) => `
  const contoso = new SipDomain("contoso", { domain: "contoso.com" });
  for (const name of ["pcpool", "pcpool2"])
    new PersistentChatPool(name, { poolFqdn: name + ".contoso.com", shape: "single" });
  new LegacyEndpoint("ocschat", { sipAddress: "sip:ocschat@contoso.com", poolFqdn: "${pool}.contoso.com" });
`;

describe("workflows to copy, their jobs run as a runner runs them", function () {
  this.timeout(300_000);
  let workspace: Workspace;
  let github: GitHub;
  let artifacts: string;

  beforeEach(async () => {
    github = await GitHub.start();
    artifacts = mkdtempSync(join(tmpdir(), "persistentchat-artifacts-"));
    workspace = await Workspace.create({ stack: STACK });
    workspace.program(program("pcpool"));
    installTool(workspace.folder);
    mkdirSync(join(workspace.folder, ".github", "persistentchat"), { recursive: true });
    cpSync(join(ROOT, TO_COPY, "post.mjs"), join(workspace.folder, ".github", "persistentchat", "post.mjs"));
  });
  afterEach(async () => {
    workspace.dispose();
    rmSync(artifacts, { recursive: true, force: true });
    await github.stop();
  });

  /** Runs a job for an event, with the secrets of its environment or without any. */
  async function run(
    file: string,
    job: string,
    event: object,
    secrets: Record<string, string> = secretsOf(workspace),
  ): Promise<JobResult> {
    const eventFile = join(artifacts, "event.json");
    writeFileSync(eventFile, JSON.stringify(event));
    const { GITHUB_TOKEN: token, ...variables } = github.environment(eventFile);
    const { PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE: _, ...env } = workspace.environment(variables);
    const found = readWorkflow(workflowFile(TO_COPY, file)).jobs[job];
    assert.ok(found, `${file} has a job ${job}`);
    const runner = new WorkflowRunner(workspace.folder, artifacts, env, {
      github: { token, event },
      matrix: { stack: STACK },
      inputs: { stack: STACK },
      secrets,
      vars: Object.keys(secrets).length > 0 ? { PULUMI_BACKEND_URL } : {},
    });
    return runner.run(found);
  }

  /** What somebody does past the program. */
  const editByHand = (poolFqdn: string) =>
    workspace.registry(async (registry) => {
      const { revision } = (await registry.get("endpoint", ADDRESS)) ?? { revision: "" };
      await registry.update("endpoint", ADDRESS, { poolFqdn }, revision, { operator: "anna" });
    });

  function succeeded(result: JobResult): JobResult {
    assert.ok(result.succeeded, result.log);
    return result;
  }

  const commentsOn = (number: number) => (github.comments.get(number) ?? []).map(({ body }) => body);

  it("preview keeps one comment up to date, and fails after it has said why", async () => {
    const event = { pull_request: { number: 7 } };
    await workspace.up();
    workspace.program(program("pcpool2"));
    succeeded(await run("preview.yml", "preview", event));
    const [first = "", ...more] = commentsOn(7);
    assert.deepEqual(more, []);
    assert.match(first, /^<!-- pulumi-persistentchat comment chat\/staging -->\n/);
    assert.match(
      first,
      /`sip:ocschat@contoso\.com` will lead to `pcpool2\.contoso\.com` instead of `pcpool\.contoso\.com`/,
    );

    workspace.program('throw new Error("boom");');
    const failing = await run("preview.yml", "preview", event);
    assert.equal(failing.succeeded, false);
    assert.equal(commentsOn(7).length, 1);
    assert.match(commentsOn(7)[0] ?? "", /boom/);
  });

  it("preview of a fork needs no secret, and its words are quoted by the workflow that follows", async () => {
    commit(workspace.folder);
    workspace.program(program("pcpool2"));
    commit(workspace.folder);
    succeeded(await run("preview.yml", "fork", { pull_request: { number: 9 } }, {}));
    assert.deepEqual(github.writes, []);

    const sha = "a".repeat(40);
    github.pulls.push({ number: 9, state: "open", head: { label: "mallory:topic", sha, repo: { id: 6 } } });
    const follows = {
      workflow_run: {
        id: 5,
        html_url: "https://github.test/runs/5",
        head_sha: sha,
        head_branch: "topic",
        head_repository: { id: 6, owner: { login: "mallory" } },
      },
    };
    succeeded(await run("preview-of-forks.yml", "quote", follows, {}));
    const [comment = ""] = commentsOn(9);
    assert.match(comment, /^<!-- pulumi-persistentchat comment fork\/staging -->\n/);
    assert.match(comment, /^> .*`sip:ocschat@contoso\.com` will lead to `pcpool2\.contoso\.com`/m);
  });

  it("drift opens one issue, keeps it up to date, closes it, and fails where nothing can be read", async () => {
    await workspace.up();
    succeeded(await run("drift.yml", "drift", {}));
    assert.equal(github.issues.length, 0);

    await editByHand("pcpool2.contoso.com");
    succeeded(await run("drift.yml", "drift", {}));
    succeeded(await run("drift.yml", "drift", {}));
    const [issue, ...more] = github.issues;
    assert.deepEqual(more, []);
    assert.equal(issue?.title, "Drift in chat/staging");
    assert.match(issue?.body ?? "", /^<!-- pulumi-persistentchat drift chat\/staging -->\n/);
    assert.match(issue?.body ?? "", /anna/);

    const unreadable = { ...secretsOf(workspace), PERSISTENTCHAT_REGISTRY: "sqlite:none/registry.db" };
    const { succeeded: read, log } = await run("drift.yml", "drift", {}, unreadable);
    assert.equal(read, false);
    assert.match(log, /cannot tell whether the stack drifted/);
    assert.equal(issue?.state, "open");

    await editByHand("pcpool.contoso.com");
    succeeded(await run("drift.yml", "drift", {}));
    assert.equal(issue?.state, "closed");
    assert.equal(commentsOn(issue?.number ?? 0).length, 1);
  });

  it("apply does what was planned, and nothing where somebody was faster", async () => {
    const planned = succeeded(await run("apply-stack.yml", "plan", {}));
    assert.match(planned.outputs.changes ?? "", /^[1-9]/);
    assert.match(planned.summary, /`sip:ocschat@contoso\.com` will lead to `pcpool\.contoso\.com`/);
    succeeded(await run("apply-stack.yml", "apply", {}));
    assert.equal(workspace.resource("ocschat").inputs.poolFqdn, "pcpool.contoso.com");
    assert.equal(succeeded(await run("apply-stack.yml", "plan", {})).outputs.changes, "0");

    // Of which the preview itself does not tell.
    workspace.program(`${program("pcpool")}exports.answer = 42;`);
    assert.equal(succeeded(await run("apply-stack.yml", "plan", {})).outputs.changes, "1");
    succeeded(await run("apply-stack.yml", "apply", {}));
    assert.equal((await workspace.ok("stack", "output", "answer")).stdout.trim(), "42");

    workspace.program(program("pcpool2"));
    succeeded(await run("apply-stack.yml", "plan", {}));
    await editByHand("pcpool2.contoso.com");
    const refused = await run("apply-stack.yml", "apply", {});
    assert.equal(refused.succeeded, false);
    assert.match(refused.log, /anna/);
    assert.equal(workspace.resource("ocschat").inputs.poolFqdn, "pcpool.contoso.com");
  });
});

/** The command line tool, where `npx` finds that of a package which is installed. */
function installTool(folder: string): void {
  const tool = join(folder, "node_modules", ".bin", "persistentchat");
  mkdirSync(join(folder, "node_modules", ".bin"));
  writeFileSync(tool, `#!/bin/sh\nexec node "${join(ROOT, "build", "provider", "cli", "index.js")}" "$@"\n`);
  chmodSync(tool, 0o755);
}

function secretsOf(workspace: Workspace): Record<string, string> {
  return {
    PULUMI_CONFIG_PASSPHRASE: "test",
    PERSISTENTCHAT_REGISTRY: `sqlite:${workspace.registryFile}`,
  };
}

/** A repository as a checkout leaves it, with all that is there but state, in one more commit. */
function commit(folder: string): void {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder });
  writeFileSync(join(folder, ".gitignore"), "node_modules\nstate\nhome\n*.db*\n");
  git("init", "--quiet");
  git("add", "--all");
  git("-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message=work");
}
