import assert from "node:assert/strict";
import { LOADER } from "../../provider/resources/loader";
import { assertAgreement } from "../support/agreement";
import { makePools } from "../support/topology";
import { figures, Workspace } from "../support/workspace";

const ENDPOINT = "pulumi-nodejs:dynamic/persistentchat:LegacyEndpoint";
const urnOf = (name: string) => `urn:pulumi:test::chat::${ENDPOINT}::${name}`;

const endpoint = (name: string, rest = "", options = "") =>
  `new LegacyEndpoint("${name}", { sipAddress: "${name}@contoso.com", poolFqdn: "p1.contoso.com", ${rest} }, { ${options} });`;

/** The same record under another type token, as after a rename of the class for which the alias was forgotten. */
const ofAnotherType = (name: string) => `
  new pulumi.CustomResource("pulumi-nodejs:dynamic/persistentchat:Endpoint", "${name}", {
    sipAddress: "${name}@contoso.com",
    poolFqdn: "p1.contoso.com",
    managedBy: "chat/test/${name}",
    revision: undefined,
    incarnation: undefined,
    __kind: "endpoint",
    __provider: ${JSON.stringify(LOADER)},
  });`;

/** After all else, what cannot be made: its pool does not exist. Nothing is deleted in an `up` in which anything failed. */
const failingAfter = (...made: string[]) => `
  const made = [${made.map((text) => text.trim().replace(/;$/, "")).join(", ")}];
  new LegacyEndpoint("hopeless", { sipAddress: "hopeless@contoso.com", poolFqdn: "nowhere.contoso.com" }, { dependsOn: made });`;

describe("what must never lose a record", function () {
  this.timeout(180_000);
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
    await makePools(workspace);
  });

  afterEach(() => workspace?.dispose());

  /** The registry has the endpoints, once each, and nothing is left to be done. */
  async function assertKept(...names: string[]): Promise<void> {
    const keys = await workspace.registry(async (registry) => {
      const found: string[] = [];
      for await (const { key } of registry.list("endpoint")) found.push(key);
      return found;
    });
    assert.deepEqual(
      keys,
      names.map((name) => `sip:${name}@contoso.com`),
    );
    assert.equal(
      workspace.recorded().filter(({ type }) => type.includes("persistentchat")).length,
      names.length,
    );
    await assertAgreement(workspace);
    await workspace.ok("preview", "--expect-no-changes");
  }

  /** How many copies state has of each endpoint. */
  const copies = (...names: string[]) =>
    names.map((name) => workspace.recorded().filter(({ id }) => id === `sip:${name}@contoso.com`).length);

  it("keeps what is replaced by order, and what was tainted", async () => {
    workspace.program(endpoint("ordered") + endpoint("tainted"));
    await workspace.up();
    await workspace.ok("state", "taint", urnOf("tainted"), "--yes");
    assert.equal(figures(await workspace.up("--replace", urnOf("ordered"))).replaced, 2);
    await assertKept("ordered", "tainted");
  });

  it("keeps what changes its type or its parent without an alias", async () => {
    workspace.program(endpoint("moved") + endpoint("retyped"));
    await workspace.up();
    workspace.program(`
      const parent = new pulumi.ComponentResource("chat:index:Parent", "parent");
      ${endpoint("moved", "", "parent")}
      ${ofAnotherType("retyped")}
    `);
    const { created, deleted } = figures(await workspace.up());
    assert.deepEqual({ created, deleted }, { created: 3, deleted: 2 });
    await assertKept("moved", "retyped");
  });

  it("keeps what is renamed with an alias; without one it refuses, and takes it over when told to", async () => {
    workspace.program(endpoint("aliased") + endpoint("bare"));
    await workspace.up();
    const renamed = (adopt: string) =>
      (endpoint("aliased", "", `aliases: [{ name: "aliased" }]`) + endpoint("bare", adopt)).replaceAll(
        'LegacyEndpoint("',
        'LegacyEndpoint("new-',
      );

    workspace.program(renamed(""));
    const { output } = await workspace.upFails();
    assert.match(
      output,
      /'sip:bare@contoso\.com': it exists and is managed by 'chat\/test\/bare' of this stack \(a renamed resource needs an alias/,
    );
    await assertAgreement(workspace);

    workspace.program(renamed(`adopt: "take-over"`));
    assert.deepEqual(figures(await workspace.up()), { created: 1, deleted: 1, unchanged: 2 });
    await assertKept("aliased", "bare");
    assert.equal(workspace.resource("new-aliased").outputs.managedBy, "chat/test/aliased");
    assert.equal(workspace.resource("new-bare").outputs.managedBy, "chat/test/new-bare");
  });

  it("keeps what was replaced in an update that failed before its deletes, also after a refresh", async () => {
    workspace.program(endpoint("chat") + ofAnotherType("retyped").replaceAll("retyped", "spare"));
    await workspace.up();
    workspace.program(failingAfter(endpoint("chat"), endpoint("spare")));
    const { output } = await workspace.upFails("--replace", urnOf("chat"));
    assert.match(output, /nowhere\.contoso\.com/);
    assert.deepEqual(copies("chat", "spare"), [2, 2]);

    await workspace.ok("refresh", "--yes", "--skip-preview");
    workspace.program(endpoint("chat") + endpoint("spare"));
    await workspace.up();
    await assertKept("chat", "spare");
  });

  it("keeps what got another type in an update that failed, and gets the first one back, refreshed or not", async () => {
    const firstType = endpoint("chat") + endpoint("refreshed");
    workspace.program(firstType);
    await workspace.up();
    workspace.program(failingAfter(ofAnotherType("chat"), ofAnotherType("refreshed")));
    await workspace.upFails();
    assert.deepEqual(copies("chat", "refreshed"), [2, 2]);

    await workspace.ok("refresh", "--yes", "--skip-preview", "--target", urnOf("refreshed"));
    workspace.program(firstType);
    assert.equal(figures(await workspace.up()).deleted, 2);
    await assertKept("chat", "refreshed");
    await workspace.ok("destroy", "--yes", "--skip-preview");
    await workspace.registry(async (registry) => {
      for await (const { key } of registry.list("endpoint")) assert.fail(`${key} is left behind`);
    });
  });
});
