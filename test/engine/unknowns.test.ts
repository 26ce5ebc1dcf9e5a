import assert from "node:assert/strict";
import { figures, Workspace } from "../support/workspace";

const ADDRESS = "sip:ocschat@contoso.com";

describe("inputs that a preview does not know", function () {
  this.timeout(120_000);
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
  });

  afterEach(() => workspace?.dispose());

  it("pass the preview, and are checked, normalised and written when they are known", async () => {
    // `later` knows its value once the domain exists.
    const program = (sipAddress: string, isDefault: boolean) =>
      workspace.program(`
        const contoso = new SipDomain("contoso", { domain: "contoso.com", isDefault: ${isDefault} });
        const later = (value) => contoso.revision.apply(() => value);
        const pool = new PersistentChatPool("pcpool", {
          poolFqdn: later("PCPool.contoso.com"),
          shape: later("multiple"),
          servers: [later("PC02.contoso.com"), "pc01.contoso.com"],
          activeServers: later(["pc02.contoso.com"]),
          port: later(5042),
          settings: { defaultChatHistory: later(50) },
        });
        new LegacyEndpoint("chat", {
          sipAddress: ${sipAddress},
          poolFqdn: pool.poolFqdn,
          displayName: pulumi.interpolate\`Domain \${contoso.incarnation}\`,
        });
        new LegacyEndpoint("other", {
          sipAddress: "sip:other@contoso.com", poolFqdn: pool.poolFqdn.apply((fqdn) => fqdn), adopt: later("fail"),
        });
      `);
    program(`later("OCSChat@contoso.com")`, false);
    assert.deepEqual(figures(await workspace.ok("preview")), { "to create": 5 });
    assert.equal(
      await workspace.registry((registry) => registry.get("sip-domain", "contoso.com")),
      undefined,
    );

    assert.deepEqual(figures(await workspace.up()), { created: 5 });
    const { incarnation } = workspace.resource("contoso").outputs;
    const [pool, endpoint] = await workspace.registry((registry) =>
      Promise.all([registry.get("pool", "pcpool.contoso.com"), registry.get("endpoint", ADDRESS)]),
    );
    assert.deepEqual(pool?.record.servers, ["pc01.contoso.com", "pc02.contoso.com"]);
    assert.deepEqual(pool.record.activeServers, ["pc02.contoso.com"]);
    assert.equal(pool.record.port, 5042);
    assert.equal(pool.record.settings.defaultChatHistory, 50);
    assert.deepEqual(endpoint?.record, {
      sipAddress: ADDRESS,
      poolFqdn: "pcpool.contoso.com",
      displayName: `Domain ${incarnation}`,
    });

    // An update of the domain makes its revision unknown again: the preview fears replacements that do not come.
    program(`later("ocschat@contoso.com")`, true);
    const preview = await workspace.ok("preview", "--diff");
    assert.match(preview.stdout, /~ sipAddress *: "sip:ocschat@contoso\.com" => \[unknown\]/);
    assert.deepEqual(figures(await workspace.up()), { updated: 1, unchanged: 4 });
    const after = await workspace.registry((registry) => registry.get("endpoint", ADDRESS));
    assert.deepEqual(after, endpoint);

    program(`later("nothing")`, false);
    assert.equal((await workspace.run(["preview"])).code, 0);
    const { output } = await workspace.upFails();
    assert.match(
      output,
      /sipAddress: 'nothing' is not a SIP URI such as sip:ocschat@contoso\.com: it has no '@'/,
    );
    assert.deepEqual(await workspace.registry((registry) => registry.get("endpoint", ADDRESS)), endpoint);
  });
});
