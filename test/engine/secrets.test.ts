import assert from "node:assert/strict";
import { POOLS } from "../support/topology";
import { type Result, Workspace } from "../support/workspace";

const ADDRESS = "sip:ocschat@contoso.com";

describe("secrets", function () {
  this.timeout(120_000);
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
  });

  afterEach(() => workspace?.dispose());

  /** The values that must not be found in clear; upper case would be lost in an FQDN. */
  const endpoint = (name: string, sipAddress: string, secret: string, opts = "") => `
    new LegacyEndpoint("${name}", {
      sipAddress: "${sipAddress}",
      poolFqdn: pulumi.secret("canary-${secret}.contoso.com"),
      displayName: pulumi.secret("Canary ${secret}"),
      ${opts}
    });`;
  const assertSilent = ({ output }: Result | { output: string }) => {
    assert.doesNotMatch(output, /canary/i);
    assert.equal(output.includes(workspace.registryFile), false, output);
  };
  const makePool = (secret: string) =>
    workspace.registry((registry) =>
      registry.create(
        "pool",
        { poolFqdn: `canary-${secret}.contoso.com`, shape: "single" },
        { operator: "anna" },
      ),
    );

  it("are ciphertext in state and in no output", async () => {
    const registrySetting = `sqlite:${workspace.registryFile}`;
    await workspace.ok("config", "set", "--secret", "persistentchat:registry", registrySetting);
    await makePool("one");
    await makePool("two");
    const program = (secret: string) =>
      workspace.program(`${POOLS}
        const provider = new Provider("lab", { registry: pulumi.secret("sqlite:canary.db") });
        new SipDomain("lab-contoso", { domain: "contoso.com" }, { provider });
        ${endpoint("chat", ADDRESS, secret)}
        ${endpoint("beside", "sip:beside@contoso.com", secret)}`);
    program("one");
    assertSilent(await workspace.ok("up", "--yes"));
    assertSilent({ output: workspace.checkpoint() });
    const live = await workspace.registry((registry) => registry.get("endpoint", ADDRESS));
    assert.equal(live?.record.displayName, "Canary one");
    assert.equal(live.record.poolFqdn, "canary-one.contoso.com");

    program("two");
    const preview = await workspace.ok("preview", "--json", "--show-sames");
    assertSilent(preview);
    const { changeSummary } = JSON.parse(preview.stdout) as { changeSummary: Record<string, number> };
    assert.equal(changeSummary.update, 2);
    assertSilent(await workspace.up("--diff"));
    assertSilent({ output: workspace.checkpoint() });

    await workspace.registry(async (registry) => {
      const { revision } = (await registry.get("endpoint", ADDRESS)) ?? { revision: "" };
      const change = { displayName: "Canary by hand", poolFqdn: "canary-one.contoso.com" };
      await registry.update("endpoint", ADDRESS, change, revision, { operator: "anna" });
    });
    const refresh = await workspace.ok("refresh", "--yes", "--skip-preview", "--diff");
    assert.match(refresh.stdout, /1 updated/);
    assertSilent(refresh);
    assertSilent({ output: workspace.checkpoint() });

    // What was a secret stays one where the registry keeps it and the program says nothing of it any more.
    workspace.program(
      `${POOLS} new LegacyEndpoint("chat", { sipAddress: "${ADDRESS}", poolFqdn: p1.poolFqdn });`,
    );
    assertSilent(await workspace.up("--diff"));
    assert.equal(
      (await workspace.registry((registry) => registry.get("endpoint", ADDRESS)))?.record.displayName,
      "Canary by hand",
    );
    assertSilent({ output: JSON.stringify(workspace.resource("chat")) });
  });

  it("are in no message of a failure", async () => {
    await makePool("one");
    await makePool("two");
    const program = (more: string) =>
      workspace.program(`new SipDomain("contoso", { domain: "contoso.com" });${more}`);
    program(endpoint("chat", ADDRESS, "one"));
    await workspace.up();

    program(
      endpoint("chat", ADDRESS, "one")
        .replaceAll("Canary one", "Canary\\u0001")
        .replace("canary-", "canary_"),
    );
    const checked = await workspace.fails("preview");
    assert.match(checked.output, /poolFqdn: it is not an FQDN/);
    assert.match(checked.output, /displayName: it has a control character/);
    assertSilent(checked);

    await workspace.registry(async (registry) => {
      const { revision } = (await registry.get("endpoint", ADDRESS)) ?? { revision: "" };
      const change = { displayName: "Canary by hand" };
      await registry.update("endpoint", ADDRESS, change, revision, { operator: "anna" });
      await registry.create("pool", { poolFqdn: "p1.contoso.com", shape: "single" }, { operator: "anna" });
      const other = { sipAddress: "sip:other@contoso.com", poolFqdn: "p1.contoso.com" } as const;
      await registry.create("endpoint", { ...other, displayName: "Canary other" }, { operator: "anna" });
    });
    program(
      endpoint("chat", ADDRESS, "two") + endpoint("other", "sip:other@contoso.com", "two", `adopt: "match"`),
    );
    const refused = await workspace.upFails("--continue-on-error");
    assert.match(refused.output, /\(displayName by anna, at /);
    assert.match(
      refused.output,
      /cannot adopt legacy endpoint .*poolFqdn is "p1\.contoso\.com"; displayName differs/,
    );
    assertSilent(refused);

    workspace.program(`
      const provider = new Provider("bad", { registry: pulumi.secret("ftp://u:canary@host/db") });
      new SipDomain("contoso", { domain: "contoso.com" }, { provider });
    `);
    const unknown = await workspace.fails("preview");
    assert.match(unknown.output, /'persistentchat:registry' has an unknown form/);
    assertSilent(unknown);
  });
});
