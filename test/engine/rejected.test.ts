import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { LOADER } from "../../provider/resources/loader";
import { BY_HAND, makePools, POOLS } from "../support/topology";
import { type Result, Workspace } from "../support/workspace";
import { type Rejected, rejectedArguments } from "./rejected-arguments";

describe("what is rejected", function () {
  this.timeout(120_000);
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
  });

  afterEach(() => workspace?.dispose());

  const kept = () =>
    workspace.registry(async (registry) => {
      const keys: string[] = [];
      for (const kind of ["sip-domain", "pool", "endpoint"] as const)
        for await (const { key } of registry.list(kind)) keys.push(key);
      return keys;
    });

  // An update stops at the first resource that fails its check; an import checks all of them and says the same in warnings.
  it("says what is wrong with every bad argument", async () => {
    const resources = rejectedArguments.map(({ kind, type, args }, index) => {
      const properties = { ...args, __kind: kind, __provider: LOADER };
      const name = `r${index}`;
      return {
        type: `pulumi-nodejs:dynamic/persistentchat:${type}`,
        name,
        id: name,
        inputs: properties,
        outputs: properties,
      };
    });
    writeFileSync(join(workspace.folder, "import.json"), JSON.stringify({ resources }));
    const { stdout } = await workspace.ok(
      ...["import", "--file", "import.json", "--yes", "--skip-preview"],
      ...["--generate-code=false", "--protect=false"],
    );
    const said = [...diagnosticsOf(stdout).matchAll(/resource 'r(\d+)' has a problem: (.*)$/gm)];
    const told = rejectedArguments.map(({ args }, index): Pick<Rejected, "args" | "reasons"> => {
      const mine = said.filter(([, number]) => number === String(index));
      return { args, reasons: mine.map(([, , reason]) => reason ?? "") };
    });
    assert.ok(told.length > 30);
    assert.deepEqual(
      told,
      rejectedArguments.map(({ args, reasons }) => ({ args, reasons })),
    );
  });

  it("keeps programs that break a rule over all their resources from registering what breaks it", async () => {
    workspace.program(`
      new SipDomain("contoso", { domain: "contoso.com" });
      new SipDomain("contoso-again", { domain: "Contoso.com." });
      new SipDomain("adatum", { domain: "adatum.com", isDefault: true });
      new SipDomain("fabrikam", { domain: "fabrikam.com", isDefault: true });
      new PersistentChatPool("pool", { poolFqdn: "p1.contoso.com", shape: "single" });
      new PersistentChatPool("pool-again", { poolFqdn: pulumi.output("P1.contoso.com"), shape: "single" });
      new LegacyEndpoint("chat", { sipAddress: "sip:ocschat@contoso.com", poolFqdn: "p2.contoso.com" });
      new LegacyEndpoint("chat-again", { sipAddress: "OCSChat@contoso.com", poolFqdn: "p3.contoso.com" });
      new LegacyEndpoint("elsewhere", { sipAddress: "sip:ocschat@tailspin.com", poolFqdn: "p4.contoso.com" });
    `);
    const expected = [
      "Persistent Chat pool 'p1.contoso.com' (resource 'pool-again') and resource 'pool' declare the same Persistent Chat pool; declare it once",
      "SIP domain 'contoso.com' (resource 'contoso') and resource 'contoso-again' declare the same SIP domain; declare it once",
      "SIP domain 'fabrikam.com' (resource 'fabrikam') and SIP domain 'adatum.com' (resource 'adatum') both have isDefault: true; one SIP domain is the default",
      "legacy endpoint 'sip:ocschat@contoso.com' (resource 'chat') and resource 'chat-again' declare the same legacy endpoint; declare it once",
      "legacy endpoint 'sip:ocschat@tailspin.com' (resource 'elsewhere') is in the SIP domain 'tailspin.com', which the program does not declare; it declares contoso.com ('contoso'), contoso.com ('contoso-again'), adatum.com ('adatum'), fabrikam.com ('fabrikam')",
    ];
    assert.deepEqual(errorsOf(await workspace.fails("preview")), expected);
    assert.deepEqual(errorsOf(await workspace.upFails()), expected);
    // Of the default domains and of the two pools the first ones break no rule by themselves.
    const beyond = (await kept()).filter((key) => key !== "adatum.com" && key !== "p1.contoso.com");
    assert.deepEqual(beyond, []);
    const pool = await workspace.registry((registry) => registry.get("pool", "p1.contoso.com"));
    assert.notEqual(pool?.managedBy, "chat/test/pool-again");
  });

  it("refuses a bad argument without a preview too, and what contradicts the stack's own past", async () => {
    const program = (shape: string, first: string, second: string) =>
      workspace.program(`${POOLS.replace("single", shape)}
        new LegacyEndpoint("first", { sipAddress: "sip:${first}@contoso.com", poolFqdn: p1.poolFqdn });
        new LegacyEndpoint("second", { sipAddress: "sip:${second}@contoso.com", poolFqdn: p2.poolFqdn });`);
    program("single", "a b", "c");
    const bad = await workspace.upFails();
    assert.deepEqual(errorsOf(bad), [
      "pulumi-nodejs:dynamic/persistentchat:LegacyEndpoint resource 'first' has a problem: sipAddress: 'sip:a b@contoso.com' is not a SIP URI such as sip:ocschat@contoso.com: the part before the '@' has a character that must not stand there",
    ]);
    assert.deepEqual(
      (await kept()).filter((key) => key.startsWith("sip:a")),
      [],
    );

    program("single", "a", "b");
    await workspace.up();
    program("multiple", "a", "b");
    assert.deepEqual(errorsOf(await workspace.fails("preview")), [
      "pulumi-nodejs:dynamic/persistentchat:PersistentChatPool resource 'p1' has a problem: shape: the Persistent Chat pool 'p1.contoso.com' was made as 'single', and that never changes; declare a new poolFqdn",
    ]);

    program("single", "b", "a");
    const [swap = "", ...others] = errorsOf(await workspace.fails("preview"));
    assert.deepEqual(others, []);
    assert.match(
      swap,
      /the resources 'chat\/test\/(first|second)' and 'chat\/test\/(first|second)' swap the legacy endpoints 'sip:[ab]@contoso\.com' and 'sip:[ab]@contoso\.com', which takes two steps: first let both give theirs up and run 'pulumi up', then let each take the other's$/,
    );
    assert.match((await workspace.upFails()).output, /which takes two steps/);
    const owners = await workspace.registry(async (registry) => [
      (await registry.get("endpoint", "sip:a@contoso.com"))?.managedBy,
      (await registry.get("endpoint", "sip:b@contoso.com"))?.managedBy,
    ]);
    assert.deepEqual(owners, ["chat/test/first", "chat/test/second"]);
  });

  it("passes on what the registry refuses", async () => {
    await makePools(workspace);
    await workspace.registry(async (registry) => {
      const user = { sipAddress: "sip:ocschat@contoso.com", displayName: "Group Chat" } as const;
      await registry.create("sip-user", user, BY_HAND);
    });
    workspace.program(`
      new LegacyEndpoint("held", { sipAddress: "sip:ocschat@contoso.com", poolFqdn: "p1.contoso.com" });
      new LegacyEndpoint("lost", { sipAddress: "sip:lost@contoso.com", poolFqdn: "p3.contoso.com" });
      new LegacyEndpoint("foreign", { sipAddress: "sip:chat@fabrikam.com", poolFqdn: "p1.contoso.com" });
      new PersistentChatPool("p4", { poolFqdn: "p4.contoso.com", shape: "single" });
    `);
    const errors = errorsOf(await workspace.upFails("--continue-on-error"));
    assert.deepEqual(
      errors.filter((error) => error.startsWith("cannot")),
      [
        "cannot create legacy endpoint 'sip:chat@fabrikam.com': 'fabrikam.com' is not a SIP domain of the registry; declare it as a SipDomain, or correct the address [invalid]",
        "cannot create legacy endpoint 'sip:lost@contoso.com': the registry knows no Persistent Chat pool 'p3.contoso.com'; declare it, and refer to it by its poolFqdn output [invalid]",
        "cannot create legacy endpoint 'sip:ocschat@contoso.com': the address is held by the SIP user 'Group Chat'; it must give the address up first [in-use]",
      ],
    );

    const endpoint = { sipAddress: "sip:stranger@contoso.com", poolFqdn: "p4.contoso.com" } as const;
    await workspace.registry((registry) => registry.create("endpoint", endpoint, BY_HAND));
    const destroy = await workspace.fails("destroy", "--yes", "--skip-preview");
    assert.ok(
      destroy.output.includes(
        "error: cannot remove Persistent Chat pool 'p4.contoso.com': it is in use by legacy endpoint 'sip:stranger@contoso.com'; remove or repoint them first [in-use]",
      ),
      destroy.output,
    );
    assert.ok((await kept()).includes("p4.contoso.com"));
  });
});

function diagnosticsOf(stdout: string): string {
  return stdout.slice(stdout.indexOf("\nDiagnostics:\n"));
}

/** The errors that a run reports, sorted, without what the SDK puts before a sentence of ours. */
function errorsOf({ stdout }: Result): string[] {
  const lines = [...diagnosticsOf(stdout).matchAll(/^ {4}error: (.*)$/gm)];
  return lines.map(([, text = ""]) => text.replace(/^error serializing property "\w+": /, "")).sort();
}
