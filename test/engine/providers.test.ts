import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openRegistry } from "../../provider/backends/index";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { makePools } from "../support/topology";
import { figures, Workspace } from "../support/workspace";

const ADDRESS = "sip:ocschat@contoso.com";

describe("several registries and several stacks", function () {
  this.timeout(120_000);
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
  });

  afterEach(() => workspace?.dispose());

  it("keeps one URI in two registries of one stack, through an explicit provider", async () => {
    const lab = async <T>(use: (registry: TopologyRegistry) => Promise<T>) => {
      const registry = openRegistry({ backend: "sqlite", path: join(workspace.folder, "lab.db") });
      try {
        return await use(registry);
      } finally {
        await registry.close();
      }
    };
    workspace.program(`
      const declare = (prefix, poolFqdn, opts) => {
        new SipDomain(prefix + "contoso", { domain: "contoso.com", isDefault: true }, opts);
        const pool = new PersistentChatPool(prefix + "pool", { poolFqdn, shape: "single" }, opts);
        new LegacyEndpoint(prefix + "chat", { sipAddress: "${ADDRESS}", poolFqdn: pool.poolFqdn }, opts);
      };
      declare("", "pcpool.contoso.com");
      const provider = new Provider("lab", { registry: "sqlite:lab.db" });
      const parent = new pulumi.ComponentResource("test:index:Lab", "lab-parent", {}, { provider });
      declare("lab-", "lab.contoso.com", { parent });
    `);
    // It stands in for the stack's own setting and for no other.
    const environment = { PERSISTENTCHAT_REGISTRY: `sqlite:${workspace.registryFile}` };
    await workspace.ok("config", "set", "persistentchat:registry", "sqlite:elsewhere.db");
    const up = await workspace.run(["up", "--yes"], environment);
    assert.equal(up.code, 0, up.output);
    assert.doesNotMatch(up.output, /error|the same pool/);
    assert.equal(figures(up).created, 9);
    const find = (registry: TopologyRegistry) => registry.get("endpoint", ADDRESS);
    assert.equal((await workspace.registry(find))?.record.poolFqdn, "pcpool.contoso.com");
    assert.equal((await lab(find))?.record.poolFqdn, "lab.contoso.com");
    assert.equal((await lab(find))?.managedBy, "chat/test/lab-chat");
    assert.equal(await lab((registry) => registry.get("pool", "pcpool.contoso.com")), undefined);

    const destroy = await workspace.run(["destroy", "--yes", "--skip-preview"], environment);
    assert.equal(destroy.code, 0, destroy.output);
    await workspace.assertRegistryEmpty();
    assert.equal(await lab(find), undefined);
    assert.equal(existsSync(join(workspace.folder, "elsewhere.db")), false);
  });

  it("reads what another stack declared, in the preview too, and never owns it", async () => {
    const owner = { managedBy: "net/prod/chat", operator: "job@ci" };
    await makePools(workspace, owner);
    await workspace.registry(async (registry) => {
      const endpoint = {
        sipAddress: ADDRESS,
        poolFqdn: "p1.contoso.com",
        displayName: "Group Chat",
      } as const;
      await registry.create("endpoint", endpoint, owner);
      await registry.create("sip-user", { sipAddress: "sip:anna@contoso.com" }, owner);
    });
    workspace.program(`
      const chat = LegacyEndpoint.get("chat", "OCSChat@contoso.com");
      exports.domain = SipDomain.get("contoso", "contoso.com").incarnation;
      exports.pool = PersistentChatPool.get("pool", chat.poolFqdn).serviceIdentity;
      exports.chat = { displayName: chat.displayName, sipAddress: chat.sipAddress };
      const found = resolve("OCSChat@contoso.com");
      const again = resolve("sip:ocschat@contoso.com");
      exports.found = pulumi.all([found, again]).apply(([one, two]) => one.servers.join() + "=" + two.servers.join());
      exports.user = resolve("sip:anna@contoso.com").kind;
      exports.absent = resolve("sip:nobody@contoso.com").apply((found) => found === undefined ? "nobody" : "somebody");
    `);
    const incarnation = (await workspace.registry((registry) => registry.get("sip-domain", "contoso.com")))
      ?.incarnation;
    const expected = {
      domain: incarnation,
      pool: "PersistentChatServer:p1.contoso.com",
      chat: { displayName: "Group Chat", sipAddress: ADDRESS },
      found: "p1.contoso.com=p1.contoso.com",
      user: "sip-user",
      absent: "nobody",
    };
    const preview = await workspace.ok("preview");
    for (const value of [`"${incarnation}"`, ...Object.values(expected).slice(1)])
      if (typeof value === "string") assert.ok(preview.stdout.includes(value), `${value}\n${preview.output}`);
    await workspace.up();
    assert.deepEqual(workspace.outputs(), expected);

    const entries = await workspace.registry((registry) => registry.history("endpoint", ADDRESS));
    await workspace.ok("destroy", "--yes", "--skip-preview");
    assert.deepEqual(await workspace.registry((registry) => registry.history("endpoint", ADDRESS)), entries);

    workspace.program(`LegacyEndpoint.get("missing", "sip:missing@contoso.com");`);
    const { output } = await workspace.fails("preview");
    assert.ok(
      output.includes(
        "cannot get legacy endpoint 'sip:missing@contoso.com': the registry has no such record; correct the id, or declare it [not-found]",
      ),
      output,
    );
  });
});
