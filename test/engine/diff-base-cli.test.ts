import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GitProject } from "../support/git-project";

const declare = (pool: string) => `
  const pools = ["pcpool", "pcpool2"].map((name) =>
    new PersistentChatPool(name, { poolFqdn: name + ".contoso.com", shape: "single" }));
  new SipDomain("contoso", { domain: "contoso.com" });
  new LegacyEndpoint("ocschat", { sipAddress: "ocschat@contoso.com", poolFqdn: pools[${pool}].poolFqdn });
`;
const REPOINTED = "will lead to `pcpool2.contoso.com` instead of `pcpool.contoso.com`";

describe("persistentchat diff", function () {
  this.timeout(600_000);
  let project: GitProject;

  before(async () => {
    project = await GitProject.create();
    project.workspace.program(declare("0"));
    project.commit();
  });
  after(() => project?.dispose());

  const diff = (...args: string[]) =>
    project.workspace.persistentchat(["diff", "--stack=organization/chat/test", ...args], {
      PULUMI_CONFIG_PASSPHRASE: undefined,
      PULUMI_BACKEND_URL: undefined,
      PERSISTENTCHAT_REGISTRY: "postgresql://persistentchat_user@127.0.0.1:1/chat",
    });

  it("prints the comment, or JSON, or writes it", async () => {
    project.workspace.program(declare("1"));
    const text = await diff("--base=main");
    assert.equal(text.code, 0, text.output);
    assert.match(text.stdout, /^<!-- .* chat\/test -->\n/);
    assert.ok(text.stdout.includes(REPOINTED));
    assert.match(text.stdout, /It is no preview against what is deployed/);

    const json = JSON.parse((await diff("--base=HEAD", "--json")).stdout) as Record<string, unknown>;
    assert.equal(json.base, project.git("rev-parse", "HEAD").trim());
    assert.match(String(json.notes), /no preview against what is deployed/);
    assert.ok(String(json.text).includes(REPOINTED));

    const written = await diff("--base=main", "--output=comment.md");
    assert.equal(written.code, 0, written.output);
    assert.ok(readFileSync(join(project.folder, "comment.md"), "utf8").includes(REPOINTED));
  });

  it("ends with 1 where a program fails, 2 where the line is wrong, 3 where there is no repository", async () => {
    project.workspace.program('throw new Error("the pool is gone");');
    const failed = await diff("--base=main");
    assert.equal(failed.code, 1, failed.output);
    assert.match(failed.stdout, /the pool is gone/);
    const wrong = await diff("--base=nowhere");
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /^persistentchat: --base: this repository has no commit 'nowhere'; [^\n]*\n$/);
    const foreign = await diff("--base=main", "--stack=organization/other/test");
    assert.equal(foreign.code, 2);
    assert.match(foreign.stderr, /'organization\/other\/test' is no stack of this project, which is 'chat'/);
    project.git("config", "core.repositoryFormatVersion", "99");
    const none = await diff("--base=main");
    assert.equal(none.code, 3);
    assert.match(none.stderr, /^persistentchat: cannot compare '[^\n]*\n$/);
  });
});
