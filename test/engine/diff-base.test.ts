import assert from "node:assert/strict";
import { changesIn, GitProject } from "../support/git-project";

const NOWHERE = "postgresql://persistentchat_user@127.0.0.1:1/chat";

/** Everything that a program may say of a topology; nothing of it changes from one place to another. */
const WHOLE = `
  const config = new pulumi.Config();
  new SipDomain("contoso", { domain: "contoso.com", isDefault: true });
  new SipDomain("gone", { domain: "gone.com" });
  class Site extends pulumi.ComponentResource {
    constructor(name) {
      super("test:index:Site", name);
      this.pool = new PersistentChatPool(name, { poolFqdn: name + ".contoso.com", shape: "single" }, { parent: this });
    }
  }
  const site = new Site("pcpool");
  const second = new PersistentChatPool("second", {
    poolFqdn: "second.contoso.com", shape: "single", displayName: site.pool.serviceIdentity,
  });
  const third = new PersistentChatPool("third", {
    poolFqdn: "third.contoso.com", shape: "single", displayName: pulumi.secret(second.serviceIdentity),
  });
  new PersistentChatPool("fourth", {
    poolFqdn: "fourth.contoso.com", shape: "single",
    settings: { roomManagementUrl: pulumi.secret("https://rooms.contoso.com/?key=CANARY") },
  });
  const chat = new LegacyEndpoint("chat", {
    sipAddress: "chat@contoso.com", poolFqdn: site.pool.poolFqdn, displayName: config.requireSecret("label"),
  });
  third.serviceIdentity.apply((name) => new LegacyEndpoint("late", {
    sipAddress: "late@contoso.com", poolFqdn: third.poolFqdn, displayName: "Late " + name,
  }));
  const { token } = config.requireObject("nested").inner[1];
  const lab = new Provider("lab", { registry: "${NOWHERE}", registryPassword: token });
  new SipDomain("lab", { domain: "lab.contoso.com" }, { provider: lab });
  const found = PersistentChatPool.get("found", "found.contoso.com");
  new LegacyEndpoint("beside", {
    sipAddress: "beside@contoso.com", poolFqdn: found.poolFqdn, displayName: pulumi.secret(found.displayName),
  });
  const resolution = resolve("ocschat@contoso.com");
  new LegacyEndpoint("follows", {
    sipAddress: "follows@contoso.com", poolFqdn: resolution.apply((one) => one.poolFqdn),
    displayName: pulumi.interpolate\`of \${second.revision}\`,
  });
  new LegacyEndpoint("placed", { sipAddress: "placed@contoso.com", poolFqdn: site.pool.poolFqdn, displayName: __dirname });
  exports.effective = third.effective;
`;

describe("diff --base", function () {
  this.timeout(600_000);
  let project: GitProject;

  before(async () => {
    project = await GitProject.create();
    const { workspace } = project;
    await workspace.ok("config", "set", "persistentchat:registry", NOWHERE);
    await workspace.ok("config", "set", "--secret", "label", "CANARY-label");
    await workspace.ok("config", "set", "--path", "nested.inner[0].note", "plain");
    await workspace.ok("config", "set", "--secret", "--path", "nested.inner[1].token", "CANARY-token");
  });
  after(() => project?.dispose());

  it("finds exactly what is changed, and names what it cannot see", async () => {
    const head = WHOLE.replace(
      "poolFqdn: site.pool.poolFqdn, displayName: config",
      "poolFqdn: second.poolFqdn, displayName: config",
    )
      .replace("CANARY", "CANARY-2")
      .replaceAll("gone", "fresh")
      .replace('lab.contoso.com"', 'lab2.contoso.com"');
    const compared = await project.compared(WHOLE, head);
    assert.deepEqual(compared.preview.problems, []);
    assert.deepEqual(changesIn(compared).sort(), [
      "create fresh",
      "delete gone",
      "replace lab: domain",
      "update chat: poolFqdn",
      "update fourth: settings.roomManagementUrl",
    ]);
    const chat = compared.preview.steps.find(({ name }) => name === "chat");
    assert.equal(chat?.before?.poolFqdn, "pcpool.contoso.com");
    assert.equal(chat?.after?.poolFqdn, "second.contoso.com");
    assert.equal(chat?.after?.displayName, "[secret]");
    assert.ok(compared.preview.steps.some(({ name }) => name === "late"));
    const notes = compared.notes.join("\n");
    assert.match(notes, /Placeholders stand for .*: chat:label, chat:nested\.inner\[1\]\.token\.$/m);
    assert.match(
      notes,
      /looks up in the registry is not known .*: (?=.*PersistentChatPool found).*Resolution sip:ocschat@contoso\.com/,
    );
    assert.doesNotMatch(JSON.stringify(compared), /CANARY/);
  });

  it("says which program fails, and which settings were placeholders", async () => {
    const good = 'new SipDomain("contoso", { domain: "contoso.com" });';
    const bad = `${good} JSON.parse(new pulumi.Config().require("label"));`;
    const head = await project.compared(good, bad);
    assert.ok(head.preview.problems.length > 0);
    assert.match(head.notes.join("\n"), /chat:label.*\. A program that needs such a value fails here\./);
    const base = await project.compared(bad, good);
    assert.deepEqual(base.preview.steps, []);
    assert.ok(base.preview.problems.length > 0);
    assert.match(base.notes.join("\n"), /^The program of the base fails/m);
  });

  it("says that another stack cannot be read", async () => {
    const head = 'new pulumi.StackReference("organization/infra/prod");';
    const compared = await project.compared("", head);
    assert.ok(compared.preview.problems.length > 0);
    assert.match(compared.notes.join("\n"), /refers to another stack, which cannot be read here/);
  });

  it("follows an alias, and names what the base declares anew each time", async () => {
    const declare = (name: string, more: string) =>
      `new SipDomain("dice", { domain: "d" + process.hrtime.bigint() + ".com" });
       new SipDomain("${name}", { domain: "contoso.com" }, { ${more} });`;
    const compared = await project.compared(declare("old", ""), declare("new", 'aliases: [{ name: "old" }]'));
    assert.deepEqual(changesIn(compared), ["replace dice: domain"]);
    assert.match(compared.notes.join("\n"), /gives other arguments each time that it runs.*: dice\./);
  });

  it("has no settings where the stack has no file on a side, and asks for no refresh", async () => {
    const { workspace } = project;
    const { stack } = workspace;
    const program =
      'new SipDomain("contoso", { domain: new pulumi.Config().get("domain") ?? "contoso.com" });';
    workspace.program(program);
    project.write("Pulumi.other.yaml", "config:\n  chat:domain: fabrikam.com\n");
    project.write(
      "Pulumi.yaml",
      "name: chat\nmain: index.js\nruntime: nodejs\noptions:\n  refresh: always\n",
    );
    project.git("rm", "--cached", "--quiet", "--ignore-unmatch", "Pulumi.other.yaml");
    project.git("add", "index.js", "Pulumi.yaml");
    project.git("commit", "--quiet", "--message=No stack yet");
    assert.deepEqual(changesIn(await project.compare({ stack: "other" })), ["replace contoso: domain"]);
    assert.deepEqual(changesIn(await project.compare({ stack })), []);

    workspace.program('new SipDomain("contoso", { domain: new pulumi.Config().require("domain") });');
    project.git("commit", "--quiet", "--all", "--message=A setting that each stack needs");
    const { preview, notes } = await project.compare({ stack: "other" });
    assert.deepEqual(preview.problems, []);
    assert.ok(preview.steps.some(({ operation, name }) => operation === "create" && name === "contoso"));
    assert.match(notes.join("\n"), /no file of this stack, and its program fails without; all of it is new/);
  });

  it("gives settings that are declared to be secret as secrets, and says that an environment is missing", async () => {
    project.write(
      "Pulumi.yaml",
      "name: chat\nmain: index.js\nruntime: nodejs\nconfig:\n  label:\n    type: string\n    secret: true\n",
    );
    project.write(
      `Pulumi.esc.yaml`,
      "environment:\n  - chat/prod\nconfig:\n  chat:label:\n    secure: v1:a:b\n",
    );
    const compared = await project.compared('new SipDomain("contoso", { domain: "contoso.com" });', "");
    const { preview, notes } = await project.compare({ stack: "esc" });
    assert.deepEqual(preview.problems, []);
    assert.deepEqual(changesIn(compared), ["delete contoso"]);
    assert.match(notes.join("\n"), /environment of Pulumi ESC, and they are missing here/);
  });
});
