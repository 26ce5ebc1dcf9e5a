import assert from "node:assert/strict";
import { valueAt } from "../../provider/lifecycle/properties";
import type { Change } from "../../provider/registry/registry";
import { isCiphertext } from "../support/secret";
import { POOLS } from "../support/topology";
import { figures, Workspace } from "../support/workspace";

describe("the life of a topology", function () {
  this.timeout(120_000);
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
  });

  afterEach(() => workspace?.dispose());

  const historyOf = (kind: "endpoint" | "pool", key: string) =>
    workspace.registry((registry) => registry.history(kind, key));

  it("is made once, keeps still, and goes without a trace", async () => {
    workspace.program(`
      new SipDomain("contoso", { domain: "contoso.com", isDefault: true });
      const pool = new PersistentChatPool("pcpool", {
        poolFqdn: "pcpool.contoso.com",
        shape: "multiple",
        servers: ["pc02.contoso.com", "pc01.contoso.com"],
        nextHopPool: "fe.contoso.com",
        settings: { defaultChatHistory: 50 },
      });
      new LegacyEndpoint("chat", { sipAddress: "ocschat@contoso.com", poolFqdn: pool.poolFqdn, displayName: "Group Chat" });
    `);
    assert.deepEqual(figures(await workspace.up()), { created: 4 });
    const found = await workspace.registry((registry) => registry.resolve("sip:ocschat@contoso.com"));
    assert.deepEqual(found, {
      kind: "endpoint",
      sipAddress: "sip:ocschat@contoso.com",
      displayName: "Group Chat",
      poolFqdn: "pcpool.contoso.com",
      servers: ["pc01.contoso.com", "pc02.contoso.com"],
      port: 5041,
      nextHopPool: "fe.contoso.com",
    });

    assert.deepEqual(figures(await workspace.ok("preview", "--expect-no-changes")), { unchanged: 4 });
    const refresh = await workspace.ok("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    assert.deepEqual(figures(refresh), { unchanged: 4 });
    assert.deepEqual(figures(await workspace.up()), { unchanged: 4 });
    assert.equal((await historyOf("endpoint", "sip:ocschat@contoso.com")).length, 1);
    assert.equal((await historyOf("pool", "pcpool.contoso.com")).length, 1);

    assert.deepEqual(figures(await workspace.ok("destroy", "--yes", "--skip-preview")), { deleted: 4 });
    await workspace.assertRegistryEmpty();
    assert.deepEqual(workspace.recorded(), []);
    const history = await historyOf("endpoint", "sip:ocschat@contoso.com");
    assert.deepEqual(
      history.map(({ action, by }) => [action, by.managedBy]),
      [
        ["create", "chat/test/chat"],
        ["remove", "chat/test/chat"],
      ],
    );
  });

  it("repoints in place, moves a URI without a gap, and lets endpoints follow a pool's new FQDN", async () => {
    const program = (sipAddress: string, pool: string, secondFqdn = "p2.contoso.com") =>
      workspace.program(`${POOLS.replace("p2.contoso.com", secondFqdn)}
        new LegacyEndpoint("chat", { sipAddress: "${sipAddress}", poolFqdn: ${pool}.poolFqdn });`);
    program("sip:old@contoso.com", "p1");
    await workspace.up();
    const before = workspace.resource("chat").outputs;

    program("sip:old@contoso.com", "p2");
    const preview = await workspace.ok("preview", "--diff");
    assert.deepEqual(figures(preview), { "to update": 1, unchanged: 4 });
    assert.deepEqual(preview.stdout.match(/^ *~ [a-zA-Z]+: .*$/gm), [
      `      ~ poolFqdn: "p1.contoso.com" => "p2.contoso.com"`,
    ]);
    assert.deepEqual(figures(await workspace.up()), { updated: 1, unchanged: 4 });
    const after = workspace.resource("chat").outputs;
    assert.ok(Number(after.revision) > Number(before.revision), `${after.revision} after ${before.revision}`);
    assert.equal(after.incarnation, before.incarnation);

    program("sip:new@contoso.com", "p2");
    assert.deepEqual(figures(await workspace.up()), { replaced: 1, unchanged: 4 });
    const old = await historyOf("endpoint", "sip:old@contoso.com");
    const [created, ...later] = await historyOf("endpoint", "sip:new@contoso.com");
    assert.deepEqual(later, []);
    assert.equal(created?.action, "create");
    // At the moment when the new URI came, the old one was there, and both led to a pool that was there.
    assert.deepEqual(at(old, created.sequence), {
      sipAddress: "sip:old@contoso.com",
      poolFqdn: "p2.contoso.com",
    });
    assert.deepEqual(created.to, { sipAddress: "sip:new@contoso.com", poolFqdn: "p2.contoso.com" });
    assert.ok(at(await historyOf("pool", "p2.contoso.com"), created.sequence));
    assert.equal(old.at(-1)?.action, "remove");

    program("sip:new@contoso.com", "p2", "p3.contoso.com");
    assert.deepEqual(figures(await workspace.up()), { replaced: 1, updated: 1, unchanged: 3 });
    const moved = (await historyOf("endpoint", "sip:new@contoso.com")).at(-1);
    assert.deepEqual(moved?.to, { sipAddress: "sip:new@contoso.com", poolFqdn: "p3.contoso.com" });
    assert.ok(at(await historyOf("pool", "p2.contoso.com"), moved.sequence), "the old pool went too early");
    assert.equal((await historyOf("pool", "p2.contoso.com")).at(-1)?.action, "remove");
    assert.ok(at(await historyOf("pool", "p3.contoso.com"), moved.sequence));
  });

  it("manages what the program says and leaves the rest as the registry has it", async () => {
    const program = (displayName: string) =>
      workspace.program(`
        new SipDomain("contoso", { domain: "contoso.com" });
        const pool = new PersistentChatPool("pcpool", {
          poolFqdn: "pcpool.contoso.com", shape: "multiple", servers: ["pc01.contoso.com", "pc02.contoso.com"],
        });
        new LegacyEndpoint("chat", { sipAddress: "sip:ocschat@contoso.com", poolFqdn: pool.poolFqdn ${displayName} });
      `);
    const stored = () =>
      workspace.registry((registry) => registry.get("endpoint", "sip:ocschat@contoso.com"));
    program("");
    await workspace.up();
    assert.deepEqual(workspace.resource("chat").outputs.effective, {});
    assert.deepEqual(workspace.resource("pcpool").outputs.effective, {
      activeServers: ["pc01.contoso.com", "pc02.contoso.com"],
      port: 5041,
      settings: { defaultChatHistory: 30, maxFileSizeKB: 20000, participantUpdateLimit: 75 },
    });

    program(`, displayName: "Group Chat"`);
    assert.deepEqual(figures(await workspace.up()), { updated: 1, unchanged: 3 });
    assert.equal((await stored())?.record.displayName, "Group Chat");
    assert.equal(workspace.resource("chat").outputs.displayName, "Group Chat");
    assert.deepEqual(workspace.resource("chat").outputs.effective, {});

    program("");
    assert.deepEqual(figures(await workspace.up()), { updated: 1, unchanged: 3 });
    assert.equal((await stored())?.record.displayName, "Group Chat");
    const { inputs, outputs } = workspace.resource("chat");
    assert.equal("displayName" in inputs || "displayName" in outputs, false);
    assert.ok(isCiphertext(valueAt(outputs, "effective.displayName")));
    assert.equal((await historyOf("endpoint", "sip:ocschat@contoso.com")).length, 2);

    workspace.program(`
      new SipDomain("contoso", { domain: "CONTOSO.com." });
      const pool = new PersistentChatPool("pcpool", {
        poolFqdn: "PCPool.Contoso.com",
        shape: "multiple",
        servers: ["pc02.contoso.com.", "PC01.contoso.com", "pc02.contoso.com"],
      });
      new LegacyEndpoint("chat", { sipAddress: "OCSChat@contoso.COM", poolFqdn: "pcpool.CONTOSO.com" });
    `);
    assert.deepEqual(figures(await workspace.ok("preview", "--expect-no-changes")), { unchanged: 4 });
  });

  it("lets 50 endpoints name their pool by a plain string, declared before it and after it", async () => {
    workspace.program(`
      const endpoints = (from, to) => {
        for (let i = from; i < to; i++)
          new LegacyEndpoint("e" + i, { sipAddress: "sip:chat" + i + "@contoso.com", poolFqdn: "PCPool.contoso.com" });
      };
      endpoints(0, 25);
      new PersistentChatPool("pcpool", { poolFqdn: "pcpool.contoso.com", shape: "single" });
      new SipDomain("contoso", { domain: "contoso.com" });
      endpoints(25, 50);
    `);
    assert.deepEqual(figures(await workspace.up()), { created: 53 });
    const expected = [workspace.resource("contoso").urn, workspace.resource("pcpool").urn].sort();
    const endpoints = workspace.recorded().filter(({ type }) => type.endsWith(":LegacyEndpoint"));
    assert.equal(endpoints.length, 50);
    for (const { urn, dependencies } of endpoints) assert.deepEqual(dependencies?.sort(), expected, urn);

    assert.deepEqual(figures(await workspace.ok("destroy", "--yes", "--skip-preview")), { deleted: 53 });
    await workspace.assertRegistryEmpty();
  });
});

/** The record as it was right after the write of a sequence number; `undefined` where it was not there. */
function at(history: readonly Change[], sequence: number): unknown {
  return history.findLast((change) => change.sequence <= sequence)?.to;
}
