import assert from "node:assert/strict";
import { useShellWorkspaces } from "../support/shell-workspace";
import { BRANCH, HEADQUARTERS, NEW, REMOVE } from "../support/test-world";
import type { Workspace } from "../support/workspace";

const address = (name: string) => `sip:${name}@contoso.test`;

describe("a stack behind a management shell, which keeps neither owners nor history", function () {
  this.timeout(180_000);
  const newShellWorkspace = useShellWorkspaces();

  const endpoint = (name: string) =>
    `new LegacyEndpoint("${name}", { sipAddress: "${address(name)}", poolFqdn: "${HEADQUARTERS}" });`;

  /** A stack with endpoints of which a second administrator has repointed one and removed one, and made one beside them. */
  async function changed(): Promise<Workspace> {
    const { workspace, world } = await newShellWorkspace();
    workspace.program(["kept", "repointed", "removed"].map(endpoint).join("\n"));
    await workspace.up();
    for (const name of ["repointed", "removed"]) world.byHand(REMOVE, { Identity: address(name) });
    for (const name of ["repointed", "theirs"])
      world.byHand(NEW, { SipAddress: address(name), PersistentChatPoolFqdn: BRANCH });
    return workspace;
  }

  it("has its drift told, whoever it was", async () => {
    const workspace = await changed();
    const { code, stdout, stderr } = await workspace.persistentchat(["drift", "--stack", "test"]);
    assert.deepEqual([code, stderr], [7, ""]);
    assert.equal(
      stdout,
      `KIND             KEY                         FIELD       STATE                REGISTRY              CHANGED BY  WHEN (UTC)
legacy endpoint  sip:removed@contoso.test    the record  there                gone                  not known
legacy endpoint  sip:repointed@contoso.test  poolFqdn    ${HEADQUARTERS}  ${BRANCH}  not known

the registry keeps no history, which would tell who changed what
pulumi up --refresh --stack test undoes it. To keep it, declare it in the program first.
`,
    );
    const markdown = await workspace.persistentchat(["drift", "--stack", "test", "--markdown"]);
    assert.equal(markdown.code, 7);
    assert.match(markdown.stdout, /^the registry keeps no history, which would tell who changed what$/m);
  });

  it("has what no stack declares and what the registry lost told", async () => {
    const workspace = await changed();
    const { code, stdout, stderr } = await workspace.persistentchat(["unmanaged", "--stack", "test"]);
    assert.deepEqual([code, stderr], [1, ""]);
    assert.equal(
      stdout,
      `UNMANAGED             KEY                      MANAGED BY  WHY
SIP domain            contoso.test                         nobody manages it
SIP domain            fabrikam.test                        nobody manages it
Persistent Chat pool  ${HEADQUARTERS}                  nobody manages it
Persistent Chat pool  ${BRANCH}                 nobody manages it
legacy endpoint       ${address("theirs")}              nobody manages it

'persistentchat adopt --stack test' takes what is nobody's into a stack. This registry keeps no owners: what another project declares is among it.

LOST             KEY                       STACK  RESOURCE
legacy endpoint  ${address("removed")}  test   removed

'pulumi up --refresh --stack test' makes it again.
`,
    );
  });
});
