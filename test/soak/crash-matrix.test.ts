import { CRASHES, type Life, liveThrough } from "../support/crash";
import { makePools } from "../support/topology";
import { Workspace } from "../support/workspace";

const LIVES: readonly Life[] = [
  {
    kind: "sip-domain",
    key: "fabrikam.com",
    created: `new SipDomain("fabrikam", { domain: "fabrikam.com", isDefault: false });`,
    updated: `new SipDomain("fabrikam", { domain: "fabrikam.com", isDefault: true });`,
    deleted: "",
  },
  {
    kind: "pool",
    key: "p3.contoso.com",
    created: `new PersistentChatPool("p3", { poolFqdn: "p3.contoso.com", shape: "multiple", servers: ["a.contoso.com"] });`,
    updated: `new PersistentChatPool("p3", { poolFqdn: "p3.contoso.com", shape: "multiple", servers: ["a.contoso.com", "b.contoso.com"], port: 5042 });`,
    deleted: "",
  },
  {
    kind: "endpoint",
    key: "sip:chat@contoso.com",
    created: `new LegacyEndpoint("chat", { sipAddress: "chat@contoso.com", poolFqdn: "p1.contoso.com" });`,
    updated: `new LegacyEndpoint("chat", { sipAddress: "chat@contoso.com", poolFqdn: "p2.contoso.com", displayName: "Chat" });`,
    deleted: "",
  },
];

describe("a run that is killed, for each kind of record", function () {
  this.timeout(300_000);
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
    await makePools(workspace);
  });

  afterEach(() => workspace?.dispose());

  for (const life of LIVES)
    for (const crash of CRASHES)
      it(`${life.kind}: ${crash.victim} killed ${crash.when} the commits of create, update and delete`, () =>
        liveThrough(workspace, crash, life));
});
