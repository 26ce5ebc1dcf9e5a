import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { valueAt } from "../../provider/lifecycle/properties";
import type { Kind } from "../../provider/registry/records";
import { LOADER } from "../../provider/resources/loader";
import { isCiphertext } from "../support/secret";
import { BY_HAND, makePools } from "../support/topology";
import { figures, Workspace } from "../support/workspace";

const ADDRESS = "sip:ocschat@contoso.com";

describe("adoption of what exists", function () {
  this.timeout(120_000);
  let workspace: Workspace;
  let second: Workspace | undefined;

  beforeEach(async () => {
    workspace = await Workspace.create();
    await makePools(workspace);
  });

  afterEach(() => {
    workspace?.dispose();
    second?.dispose();
    second = undefined;
  });

  const endpoint = (more: string) =>
    `new LegacyEndpoint("chat", { sipAddress: "${ADDRESS}", poolFqdn: "p2.contoso.com", ${more} });`;
  const stored = (key = ADDRESS) => workspace.registry((registry) => registry.get("endpoint", key));
  const makeEndpoint = (sipAddress: `sip:${string}@${string}`, displayName: string) =>
    workspace.registry((registry) =>
      registry.create("endpoint", { sipAddress, poolFqdn: "p1.contoso.com", displayName }, BY_HAND),
    );

  it("fails by default, takes what matches, or takes over, as `adopt` says", async () => {
    await makeEndpoint(ADDRESS, "Old");
    const other = await makeEndpoint("sip:other@contoso.com", "Other");
    const third = await makeEndpoint("sip:third@contoso.com", "Third");
    // Not the pools of the endpoints: what depends on a failed resource is not tried.
    for (const poolFqdn of ["p3.contoso.com", "p4.contoso.com"])
      await workspace.registry((registry) => registry.create("pool", { poolFqdn, shape: "single" }, BY_HAND));

    workspace.program(`
      ${endpoint("")}
      new LegacyEndpoint("other", {
        sipAddress: "sip:other@contoso.com", poolFqdn: "p2.contoso.com", displayName: "New", adopt: "match",
      });
      new PersistentChatPool("p3", { poolFqdn: "p3.contoso.com", shape: "multiple", adopt: "take-over" });
      new PersistentChatPool("p4", { poolFqdn: "p4.contoso.com", shape: "multiple", port: 5042, adopt: "match" });
    `);
    const { output } = await workspace.upFails("--continue-on-error");
    for (const sentence of [
      `cannot create legacy endpoint '${ADDRESS}': it exists and nobody manages it; to take it into this stack add adopt: "match" (when it is as declared) or adopt: "take-over" (whatever it is) [already-exists]`,
      `cannot adopt legacy endpoint 'sip:other@contoso.com': it exists and is not as declared: poolFqdn is "p1.contoso.com"; displayName differs; declare it as it is, or change it with adopt: "take-over" [already-exists]`,
      `cannot take over Persistent Chat pool 'p3.contoso.com': shape is "single", and that never changes; declare it as it is [invalid]`,
      `cannot adopt Persistent Chat pool 'p4.contoso.com': it exists and is not as declared: shape is "single"; port is 5041; declare it as it is, or change it with adopt: "take-over" [already-exists]`,
    ])
      assert.ok(output.includes(`error: ${sentence}`), output);
    assert.deepEqual(await stored("sip:other@contoso.com"), other);

    workspace.program(`
      ${endpoint(`displayName: "New", adopt: "take-over"`)}
      new LegacyEndpoint("other", { sipAddress: "sip:other@contoso.com", poolFqdn: "p1.contoso.com", adopt: "match" });
      new LegacyEndpoint("third", {
        sipAddress: "sip:third@contoso.com", poolFqdn: "p1.contoso.com", displayName: "Third", adopt: "match",
      });
    `);
    const up = await workspace.up();
    assert.equal(figures(up).created, 3);
    assert.ok(up.output.includes(`legacy endpoint '${ADDRESS}' is adopted from nobody`), up.output);
    const live = await stored();
    assert.deepEqual(live?.record, {
      sipAddress: ADDRESS,
      poolFqdn: "p2.contoso.com",
      displayName: "New",
    });
    assert.equal(live.managedBy, "chat/test/chat");
    assert.equal(workspace.resource("chat").outputs.incarnation, live.incarnation);
    const matched = await stored("sip:third@contoso.com");
    assert.deepEqual(matched?.record, third.record);
    assert.notEqual(matched.incarnation, third.incarnation);
    assert.ok(isCiphertext(valueAt(workspace.resource("other").outputs, "effective.displayName")));
    assert.deepEqual(figures(await workspace.ok("preview", "--expect-no-changes")), { unchanged: 4 });
  });

  it("tells two stacks that claim one URI from each other", async () => {
    second = await Workspace.create({ stack: "second", registryFile: workspace.registryFile });
    workspace.program(endpoint(""));
    await workspace.up();

    second.program(endpoint(`displayName: "Second"`));
    const refused = await second.upFails();
    assert.ok(
      refused.output.includes(
        `error: cannot create legacy endpoint '${ADDRESS}': it exists and is managed by 'chat/test/chat'; to take it into this stack add adopt: "match"`,
      ),
      refused.output,
    );
    assert.equal((await stored())?.managedBy, "chat/test/chat");

    second.program(endpoint(`displayName: "Second", adopt: "take-over"`));
    const taken = await second.up();
    assert.ok(taken.output.includes(`legacy endpoint '${ADDRESS}' is adopted from 'chat/test/chat'`));
    const live = await stored();
    assert.equal(live?.managedBy, "chat/second/chat");
    assert.equal(live.record.displayName, "Second");

    workspace.program(endpoint(`displayName: "First"`));
    const { output } = await workspace.upFails();
    assert.ok(
      output.includes(
        `error: cannot update legacy endpoint '${ADDRESS}': it is managed by 'chat/second/chat' now; remove it from one of the two programs ('pulumi state delete' forgets it here) [not-owner]`,
      ),
      output,
    );
    const destroyed = await workspace.ok("destroy", "--yes", "--skip-preview");
    assert.equal(figures(destroyed).deleted, 2);
    assert.ok(destroyed.output.includes(`legacy endpoint '${ADDRESS}' is left as it is`), destroyed.output);
    assert.deepEqual(await stored(), live);
  });

  it("imports in bulk without a change, and claims at the next update", async () => {
    await makeEndpoint(ADDRESS, "Old");
    const entry = async (kind: Kind, type: string, name: string, id: string, given: object) => {
      const live = await workspace.registry((registry) => registry.get(kind, id));
      const inputs = { ...given, __kind: kind, __provider: LOADER, managedBy: `chat/test/${name}` };
      const outputs = { ...inputs, revision: live?.revision, incarnation: live?.incarnation };
      return { type: `pulumi-nodejs:dynamic/persistentchat:${type}`, name, id, inputs, outputs };
    };
    const resources = [
      await entry("sip-domain", "SipDomain", "contoso", "contoso.com", { domain: "contoso.com" }),
      await entry("pool", "PersistentChatPool", "p1", "p1.contoso.com", {
        poolFqdn: "p1.contoso.com",
        shape: "single",
      }),
      await entry("endpoint", "LegacyEndpoint", "chat", ADDRESS, {
        sipAddress: ADDRESS,
        poolFqdn: "p1.contoso.com",
        displayName: "Old",
      }),
    ];
    writeFileSync(join(workspace.folder, "import.json"), JSON.stringify({ resources }));
    const imported = await workspace.ok(
      ...["import", "--file", "import.json", "--yes", "--skip-preview"],
      ...["--generate-code=false", "--protect=false"],
    );
    assert.equal(figures(imported).imported, 3);
    assert.doesNotMatch(imported.output, /warning|error/);

    const program = (displayName: string) =>
      workspace.program(`
        new SipDomain("contoso", { domain: "contoso.com" });
        const p1 = new PersistentChatPool("p1", { poolFqdn: "p1.contoso.com", shape: "single" });
        new LegacyEndpoint("chat", { sipAddress: "${ADDRESS}", poolFqdn: p1.poolFqdn, displayName: "${displayName}" });
      `);
    program("Old");
    assert.deepEqual(figures(await workspace.ok("preview", "--expect-no-changes")), { unchanged: 4 });

    program("New");
    assert.deepEqual(figures(await workspace.up()), { updated: 1, unchanged: 3 });
    const live = await stored();
    assert.equal(live?.record.displayName, "New");
    assert.equal(live.managedBy, "chat/test/chat");
    const history = await workspace.registry((registry) => registry.history("endpoint", ADDRESS));
    assert.deepEqual(
      history.map(({ action }) => action),
      ["create", "claim", "update"],
    );
    assert.equal(workspace.resource("chat").outputs.incarnation, live.incarnation);
  });
});
