import assert from "node:assert/strict";
import { killedUp } from "../support/shell-crash";
import { useShellWorkspaces } from "../support/shell-workspace";
import { BRANCH, HEADQUARTERS, NEW, REMOVE } from "../support/test-world";
import { figures } from "../support/workspace";

const AUTOMATIC = "sip:GC-1-PersistentChatService-2@contoso.test";
const DESTROY = ["destroy", "--yes", "--skip-preview"] as const;

const address = (name: string) => `sip:${name}@contoso.test`;
const endpoint = (name: string, pool: string, more = "") =>
  `new LegacyEndpoint("${name}", { sipAddress: "${address(name)}", poolFqdn: "${pool}", ${more} });`;

describe("what was there before a stack behind a management shell", function () {
  this.timeout(120_000);
  const newShellWorkspace = useShellWorkspaces();

  const newWorkspace = (parameters = {}) => newShellWorkspace({ parameters });

  it("is adopted as `adopt` says, and stays when the stack goes; what the stack made goes with it", async () => {
    const { workspace, world } = await newWorkspace();
    for (const name of ["held", "other", "same"])
      world.byHand(NEW, { SipAddress: address(name), PersistentChatPoolFqdn: HEADQUARTERS });
    world.faults();
    workspace.program(endpoint("held", HEADQUARTERS) + endpoint("other", BRANCH, `adopt: "match"`));
    const { output } = await workspace.upFails("--continue-on-error");
    for (const sentence of [
      `cannot create legacy endpoint '${address("held")}': it exists and nobody manages it; to take it into this stack add adopt: "match" (when it is as declared) or adopt: "take-over" (whatever it is) [already-exists]`,
      `cannot adopt legacy endpoint '${address("other")}': it exists and is not as declared: poolFqdn is "${HEADQUARTERS}"; declare it as it is, or change it with adopt: "take-over" [already-exists]`,
    ])
      assert.ok(output.includes(sentence), `${sentence}\n${output}`);
    assert.equal(world.calls("write"), 0);

    const same = world.contact(address("same"));
    workspace.program(
      endpoint("other", BRANCH, `adopt: "take-over"`) +
        endpoint("same", HEADQUARTERS, `adopt: "match"`) +
        endpoint("made", HEADQUARTERS, `adopt: "match"`),
    );
    const up = await workspace.up();
    assert.equal(figures(up).created, 3);
    for (const name of ["other", "same"])
      assert.ok(up.output.includes(`legacy endpoint '${address(name)}' is adopted from nobody`), up.output);
    assert.deepEqual(world.contact(address("same")), same);
    const all = [
      `${address("held")} -> ${HEADQUARTERS}`,
      `${address("made")} -> ${HEADQUARTERS}`,
      `${address("other")} -> ${BRANCH}`,
      `${address("same")} -> ${HEADQUARTERS}`,
    ];
    assert.deepEqual(world.led(), all);
    // Those of the product itself are nobody's: neither listed nor declared.
    workspace.program(
      `new LegacyEndpoint("own", { sipAddress: "${AUTOMATIC}", poolFqdn: "${HEADQUARTERS}", adopt: "take-over" });`,
    );
    const [listed, refused] = await Promise.all([
      workspace.persistentchat(["list", "endpoint", "--stack", "test"]),
      workspace.fails("preview"),
    ]);
    const addresses = [...listed.stdout.matchAll(/sip:\S+/g)].map(String);
    assert.deepEqual(addresses, ["held", "made", "other", "same"].map(address));
    assert.ok(
      refused.output.includes(
        `sipAddress: '${AUTOMATIC.toLowerCase()}' is the automatic endpoint of a pool, which the product makes and removes by itself; declare an address of your own`,
      ),
      refused.output,
    );

    const destroyed = await workspace.ok(...DESTROY);
    for (const name of ["other", "same"])
      assert.ok(
        destroyed.output.includes(
          `legacy endpoint '${address(name)}' is forgotten and stays as it is: this stack adopted it; remove it by hand where nobody needs it`,
        ),
        destroyed.output,
      );
    assert.deepEqual(
      world.led(),
      all.filter((line) => !line.includes("made")),
    );
    const automatic = world.seen().contacts.filter((contact) => contact.automatic);
    assert.equal(automatic.length, 2);
  });

  it("stays also where the run that adopted it was killed, in the middle of leading it elsewhere", async () => {
    const { workspace, world } = await newWorkspace();
    world.byHand(NEW, { SipAddress: address("chat"), PersistentChatPoolFqdn: HEADQUARTERS });
    workspace.program(endpoint("chat", BRANCH, `adopt: "take-over"`));
    const crash = { victim: "plugin", boundary: "never done" } as const;
    await killedUp(workspace, world, { ...crash, cmdlet: REMOVE, occurrence: 1, writes: 0 });
    const up = await workspace.up();
    assert.ok(
      up.output.includes(`'${address("chat")}' was adopted by an earlier run and is recognised`),
      up.output,
    );
    const { output } = await workspace.ok(...DESTROY);
    assert.match(output, /is forgotten and stays as it is: this stack adopted it/);
    assert.deepEqual(world.led(), [`${address("chat")} -> ${BRANCH}`]);
  });

  it("is the company's where it is a SIP domain: one that is managed comes and goes, the default never", async () => {
    const { workspace, world } = await newWorkspace({ manageSipDomains: true });
    const before = world.seen().sipDomains;
    const domains = (isDefault: boolean) =>
      workspace.program(`
        new SipDomain("own", { domain: "new.test", isDefault: ${isDefault} });
        new SipDomain("second", { domain: "second.test" });
        new SipDomain("contoso", { domain: "contoso.test", adopt: "match" });
      `);
    domains(true);
    assert.deepEqual(figures(await workspace.up()), { created: 4 });
    const made = world.seen().sipDomains.map(({ domain, isDefault }) => `${domain} ${isDefault}`);
    assert.deepEqual(made.sort(), [
      "contoso.test false",
      "fabrikam.test false",
      "new.test true",
      "second.test false",
    ]);

    domains(false);
    const preview = await workspace.fails("preview");
    assert.ok(
      preview.output.includes(
        "isDefault: the default SIP domain gives the mark up only to another one; declare isDefault: true there, and leave isDefault out here",
      ),
      preview.output,
    );
    const kept = await workspace.fails(...DESTROY);
    assert.match(
      kept.output,
      /cannot remove SIP domain 'new\.test': it is the default SIP domain, and gives the mark up only to another one; .*\[unsupported\]/,
    );
    assert.ok(world.seen().sipDomains.some(({ domain, isDefault }) => domain === "new.test" && isDefault));

    world.byHand("Set-CsSipDomain", { Identity: "contoso.test", IsDefault: true });
    const { output } = await workspace.ok(...DESTROY);
    assert.match(kept.output + output, /SIP domain 'contoso\.test' is forgotten and stays as it is/);
    assert.deepEqual(world.seen().sipDomains, before);
  });
});
