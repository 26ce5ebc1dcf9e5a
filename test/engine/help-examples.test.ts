import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { HELP } from "../../provider/cli/help";
import { STACK_READERS } from "../../provider/cli/stacks/arguments";
import { commandLineOf } from "../support/command-line";
import { Workspace } from "../support/workspace";

const EXAMPLES = (/^Examples:\n((?: {2}.*\n)+)/m.exec(HELP)?.[1] ?? "")
  .split("\n")
  .map((line) => line.trim())
  .filter((line) => line !== "");

/** The topology of one environment; the settings say what differs between two. */
const PROGRAM = `
const domain = new pulumi.Config().require("domain");
new SipDomain("contoso", { domain });
const pool = new PersistentChatPool("pcpool", { poolFqdn: "pcpool." + domain, shape: "single" });
new LegacyEndpoint("ocschat", { sipAddress: "sip:ocschat@" + domain, poolFqdn: pool.poolFqdn });
`;

describe("the examples of the help", function () {
  this.timeout(300_000);
  let workspace: Workspace;
  let type: ReturnType<typeof commandLineOf>;

  before(async () => {
    workspace = await Workspace.create({ stack: "prod" });
    workspace.program(PROGRAM);
    await workspace.ok("config", "set", "domain", "contoso.com");
    await workspace.up();
    await workspace.ok("stack", "init", "staging", "--no-select");
    await workspace.ok("config", "set", "-s", "staging", "domain", "staging.contoso.com");
    const staging = `sqlite:${join(workspace.folder, "staging.db")}`;
    await workspace.ok("config", "set", "-s", "staging", "persistentchat:registry", staging);
    await workspace.up("-s", "staging");
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@contoso.com", ...args], {
        cwd: workspace.folder,
      });
    writeFileSync(join(workspace.folder, ".gitignore"), "node_modules\nhome\nstate\nbin\n*.db*\n");
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-q", "-m", "The topology of contoso");
    type = commandLineOf(workspace);
  });
  after(() => workspace?.dispose());

  it("have one for each command about stacks", () => {
    for (const command of Object.keys(STACK_READERS))
      assert.ok(
        EXAMPLES.some((line) => line.includes(`persistentchat ${command} `)),
        command,
      );
  });

  for (const line of EXAMPLES)
    it(line, async () => {
      const { code, output } = await type(line);
      assert.equal(code, 0, output);
      assert.doesNotMatch(output, /this is a defect/);
    });
});
