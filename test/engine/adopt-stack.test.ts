import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { crashedUp } from "../support/crash";
import { BY_HAND, makePools } from "../support/topology";
import { Workspace } from "../support/workspace";

const CHAT = "sip:ocschat@contoso.com";

describe("persistentchat adopt, into a stack that has something", function () {
  this.timeout(120_000);
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
    await makePools(workspace);
    await workspace.registry((registry) =>
      registry.create("endpoint", { sipAddress: CHAT, poolFqdn: "p1.contoso.com" }, BY_HAND),
    );
  });
  afterEach(() => workspace?.dispose());

  const run = (...more: string[]) => workspace.persistentchat(["adopt", "--stack", "test", ...more]);
  const file = (name: string) => join(workspace.folder, "adopted", name);

  it("claims nothing while an update is at work or was killed, and tells apart what that has claimed", async () => {
    workspace.program(
      `new LegacyEndpoint("made", { sipAddress: "made@contoso.com", poolFqdn: "p1.contoso.com" });`,
    );
    await crashedUp(
      workspace,
      { victim: "engine", when: "after" },
      { action: "create", key: "sip:made@contoso.com" },
    );
    const refused = async () => {
      const { code, stderr } = await run("--only", "*@contoso.com", "--yes");
      assert.deepEqual([code, existsSync(file("index.ts"))], [1, false]);
      return stderr;
    };
    assert.match(
      await refused(),
      /^persistentchat: stack 'test' is locked by a run; 'persistentchat recover --stack test' tells /,
    );
    await workspace.ok("cancel", "--yes");
    assert.match(await refused(), /^persistentchat: a run of stack 'test' was killed, and operations of it /);
    const chat = await workspace.registry((registry) => registry.get("endpoint", CHAT));
    assert.equal(chat?.managedBy, undefined);
    await workspace.persistentchat(["recover", "--stack", "test", "--yes"]);
    const { code, stdout } = await run("--only", "*@contoso.com");
    assert.equal(code, 0);
    assert.match(
      stdout,
      /ocschat\n\nWOULD BE ADOPTED AGAIN {2}KEY {19}NAME\nlegacy endpoint {9}sip:made@contoso.com {2}made\n\n/,
    );
    assert.match(stdout, /^What is adopted again this stack has claimed, .* 'pulumi up' recognises it; /m);
  });

  it("takes from the registry that the last update wrote to, where the configuration names none any more", async () => {
    workspace.program('new SipDomain("own", { domain: "own.com" });');
    await workspace.up();
    rmSync(join(workspace.folder, "Pulumi.test.yaml"));
    const { code, stdout } = await run("--only", "own.com", "--only", CHAT, "--json");
    const { adopted, leftOut } = JSON.parse(stdout) as { adopted: { key: string }[]; leftOut: object[] };
    assert.equal(code, 0);
    assert.equal(adopted.at(-1)?.key, CHAT);
    assert.deepEqual(leftOut, [{ kind: "sip-domain", key: "own.com", reason: "this stack has it already" }]);
  });

  it("has the SIP domain of another stack looked up, and is the default in one place only", async () => {
    await workspace.registry(async (registry) => {
      const contoso = await registry.get("sip-domain", "contoso.com");
      const by = { operator: "bob@admin02", managedBy: "chat/prod/contoso" };
      await registry.claim("sip-domain", "contoso.com", contoso?.revision ?? "", by);
    });
    const own = 'new SipDomain("own", { domain: "own.com", isDefault: true });';
    workspace.program(own);
    await workspace.up();
    await workspace.registry((registry) =>
      registry.create("sip-domain", { domain: "default.com", isDefault: true }, BY_HAND),
    );
    const { code, stdout } = await run("--only", CHAT, "--only", "default.com", "--yes");
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^SIP domain +default\.com +isDefault +this stack declares 'own\.com'/m);
    assert.match(stdout, /^Only looked up by the program, for its endpoints: contoso\.com\.$/m);
    const imported = ["--file", "adopted/import.json", "--generate-code=false", "--protect=false", "--yes"];
    await workspace.ok("import", ...imported);
    workspace.program(`${own}\nrequire("./adopted/index.ts");`);
    await workspace.ok("preview", "--expect-no-changes");
  });
});
