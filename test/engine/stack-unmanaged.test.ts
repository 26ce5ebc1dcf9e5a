import assert from "node:assert/strict";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { newDatabase } from "../support/shared-postgres";
import { BY_HAND, POOLS } from "../support/topology";
import { type Result, Workspace } from "../support/workspace";

const record = z.strictObject({
  kind: z.string(),
  key: z.string(),
  managedBy: z.string().optional(),
  reason: z.string(),
  provider: z.string().optional(),
});
const document = z.strictObject({
  stack: z.string(),
  unmanaged: z.array(record),
  lost: z.array(z.strictObject({ stack: z.string(), name: z.string(), kind: z.string(), key: z.string() })),
  notLookedAt: z.array(
    z.union([
      record,
      z.strictObject({ stack: z.string(), provider: z.string().optional(), reason: z.string() }),
    ]),
  ),
});

const endpoint = (name: string) =>
  `new LegacyEndpoint("${name}", { sipAddress: "${name}@contoso.com", poolFqdn: "p1.contoso.com" });`;
const CLAIMED = "it is claimed by a stack whose state does not have it in this registry";

describe("persistentchat unmanaged", function () {
  this.timeout(240_000);
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
  });
  afterEach(() => workspace?.dispose());

  const unmanaged = (args: readonly string[] = [], extra: NodeJS.ProcessEnv = {}) =>
    workspace.persistentchat(["unmanaged", "--stack", "test", ...args], extra);
  const read = ({ stdout }: Result) => document.parse(JSON.parse(stdout));

  /** Makes another stack of the project with what a program declares; `environment` as for the engine. */
  async function another(
    stack: string,
    source: string,
    { registry = `sqlite:${workspace.registryFile}`, args = [] as string[], environment = {} } = {},
  ): Promise<void> {
    workspace.program(source);
    for (const command of [
      ["stack", "init", stack],
      ["config", "set", "persistentchat:registry", registry, "--stack", stack, ...args],
      ["up", "--yes", "--skip-preview", "--stack", stack],
    ]) {
      const { code, output } = await workspace.run(command, environment);
      assert.equal(code, 0, output);
    }
  }

  async function estate(): Promise<void> {
    workspace.program(`${POOLS}${endpoint("kept")}${endpoint("lost")}${endpoint("forgotten")}`);
    await workspace.up();
    await another("two", endpoint("of-two"));
    await another("gone", endpoint("of-gone"));
    await workspace.ok("stack", "rm", "gone", "--force", "--yes");
    await another("beside", 'new SipDomain("d", { domain: "beside.com" });', {
      registry: "sqlite:beside.db",
    });
    await another("sealed", endpoint("of-sealed"), {
      args: ["--secret"],
      environment: { PULUMI_CONFIG_PASSPHRASE: "another" },
    });
    await workspace.ok("state", "delete", workspace.resource("forgotten").urn, "--yes", "--stack", "test");
    await workspace.registry(async (registry) => {
      const lost = (await registry.get("endpoint", "sip:lost@contoso.com")) ?? assert.fail("no record");
      await registry.remove("endpoint", lost.key, lost, BY_HAND);
      for (const [name, by] of [
        ["by-hand", BY_HAND],
        ["of-net", { managedBy: "net/prod/x", operator: "job@ci" }],
        ["gc-1-persistentchatservice-2", BY_HAND],
      ] as const)
        await registry.create(
          "endpoint",
          { sipAddress: `sip:${name}@contoso.com`, poolFqdn: "p1.contoso.com" },
          by,
        );
      await registry.create("sip-user", { sipAddress: "sip:anna@contoso.com" }, BY_HAND);
    });
  }

  it("finds what no stack declares and what the registry lost, with exit code 1, and nothing else", async () => {
    await estate();
    const result = await unmanaged(["--json"]);
    assert.deepEqual([result.code, result.stderr], [1, ""], result.output);
    const { notLookedAt, ...found } = read(result);
    assert.deepEqual(found, {
      stack: "test",
      unmanaged: [
        { kind: "endpoint", key: "sip:by-hand@contoso.com", reason: "nobody manages it" },
        {
          kind: "endpoint",
          key: "sip:forgotten@contoso.com",
          managedBy: "chat/test/forgotten",
          reason: CLAIMED,
        },
        {
          kind: "endpoint",
          key: "sip:of-gone@contoso.com",
          managedBy: "chat/gone/of-gone",
          reason: "it is claimed by a stack that is gone",
        },
      ],
      lost: [{ stack: "test", name: "lost", kind: "endpoint", key: "sip:lost@contoso.com" }],
    });
    const told = notLookedAt.map((one) => ("stack" in one ? `stack ${one.stack}` : one.key));
    assert.deepEqual(told, ["stack sealed", "sip:of-net@contoso.com"]);
    assert.match(notLookedAt[0]?.reason ?? "", /passphrase is wrong/);

    const { code, stdout } = await unmanaged();
    assert.equal(code, 1);
    assert.match(stdout, /^UNMANAGED .*\n(legacy endpoint .*\n){3}\n'persistentchat adopt --stack test' /m);
    assert.match(
      stdout,
      /^LOST .*\nlegacy endpoint +sip:lost@contoso\.com +test +lost\n\n'pulumi up --refresh --stack test' makes it again\.$/m,
    );
    assert.match(stdout, /^stack +sealed /m);

    const others = await workspace.persistentchat(["unmanaged", "--stack", "beside", "--json"]);
    assert.equal(others.code, 3, others.output);
    assert.deepEqual([read(others).unmanaged, read(others).lost], [[], []]);
    const shared = await workspace.persistentchat(["unmanaged", "--stack", "two", "--json"]);
    assert.deepEqual({ ...read(shared), stack: "test" }, read(result));
  });

  it("finds nothing, with exit code 0, or 3 where a provider could not be looked at, without a passphrase that no setting needs", async () => {
    const program = `${POOLS}${endpoint("kept")}
      const lab = new Provider("lab", { registry: "sqlite:" + __dirname + "/lab.db" });
      new SipDomain("lab-domain", { domain: "lab.com" }, { provider: lab });
      const same = new Provider("same", { registry: "sqlite:" + __dirname + "/registry.db" });
      new SipDomain("by-provider", { domain: "by-provider.com" }, { provider: same });`;
    workspace.program(program);
    await workspace.up();
    const clean = await unmanaged();
    assert.deepEqual([clean.code, clean.stderr], [0, ""], clean.output);
    assert.match(clean.stdout, /^nothing is unmanaged and nothing is lost: .*\n$/);
    workspace.program(`${program}
      const hidden = new Provider("hidden", { registry: pulumi.secret("sqlite:" + __dirname + "/registry.db") });
      new SipDomain("by-hidden", { domain: "by-hidden.com" }, { provider: hidden });`);
    await workspace.up();
    await workspace.ok(
      "config",
      "set",
      "--secret",
      "persistentchat:registryPassword",
      "canary-4711",
      "--stack",
      "test",
    );
    await another("two", endpoint("of-two"));
    const result = await workspace.persistentchat(["unmanaged", "--stack", "two", "--json"], {
      PULUMI_CONFIG_PASSPHRASE: undefined,
    });
    assert.deepEqual([result.code, result.stderr], [3, ""], result.output);
    const { unmanaged: found, lost, notLookedAt } = read(result);
    assert.deepEqual([found, lost], [[], []]);
    assert.deepEqual(notLookedAt, [
      { stack: "test", provider: "hidden", reason: "its registry is a secret of the program" },
    ]);
    const { code, stdout } = await unmanaged();
    assert.equal(code, 3);
    assert.match(stdout, /^nothing is unmanaged and nothing is lost, as far as it could be looked at: /);
  });

  it("looks into the registries of the stack's providers too, and names those that it cannot open", async () => {
    workspace.program(`${POOLS}
      const at = (name) => new Provider(name, { registry: "sqlite:" + __dirname + "/" + name + ".db" });
      new SipDomain("lab-lost", { domain: "lost.com" }, { provider: at("lab") });
      new SipDomain("gone-domain", { domain: "gone.com" }, { provider: at("gone") });`);
    await workspace.up();
    workspace.lookIn(`sqlite:${join(workspace.folder, "lab.db")}`);
    await workspace.registry(async (registry) => {
      const lost = (await registry.get("sip-domain", "lost.com")) ?? assert.fail("no record");
      await registry.remove("sip-domain", lost.key, lost, BY_HAND);
      await registry.create("sip-domain", { domain: "by-hand.com" }, BY_HAND);
    });
    renameSync(join(workspace.folder, "gone.db"), join(workspace.folder, "away.db"));
    const result = await unmanaged(["--json"]);
    assert.equal(result.code, 1, result.output);
    const { notLookedAt, ...found } = read(result);
    assert.deepEqual(found, {
      stack: "test",
      unmanaged: [{ kind: "sip-domain", key: "by-hand.com", reason: "nobody manages it", provider: "lab" }],
      lost: [{ stack: "test", name: "lab-lost", kind: "sip-domain", key: "lost.com" }],
    });
    const told = notLookedAt.map(
      (one) => "stack" in one && [one.stack, one.provider, /there is none/.test(one.reason)],
    );
    assert.deepEqual(told, [["test", "gone", true]]);
    const { stdout } = await unmanaged();
    assert.match(stdout, /^UNMANAGED +KEY +PROVIDER +MANAGED BY +WHY\nSIP domain +by-hand\.com +lab +nobody/);
    assert.match(stdout, / into a stack, from the stack's own registry alone\./);
  });

  it("takes PERSISTENTCHAT_REGISTRY for the registry of the named stack alone", async () => {
    workspace.program(`${POOLS}${endpoint("chat")}`);
    await workspace.up();
    await workspace.registry((registry) => registry.create("sip-domain", { domain: "of-two.com" }, BY_HAND));
    await another(
      "two",
      'new SipDomain("d", { domain: "of-two.com" }); new SipDomain("e", { domain: "e.com" });',
      {
        registry: "sqlite:beside.db",
      },
    );
    const setting = `sqlite:${workspace.registryFile}`;
    const { code, stdout } = await unmanaged(["--json"], { PERSISTENTCHAT_REGISTRY: setting });
    const { unmanaged: found, lost } = document.parse(JSON.parse(stdout));
    assert.deepEqual([code, found.map(({ key }) => key), lost], [1, ["of-two.com"], []]);
  });

  it("ends with 3 where the registry is not there, or there is no such stack", async () => {
    workspace.program(POOLS);
    await workspace.up();
    renameSync(workspace.registryFile, join(workspace.folder, "away.db"));
    const gone = await unmanaged();
    assert.deepEqual([gone.code, gone.stdout], [3, ""], gone.output);
    assert.match(gone.stderr, /there is none/);
    const none = await workspace.persistentchat(["unmanaged", "--stack", "nope"]);
    assert.deepEqual([none.code, none.stdout], [3, ""], none.output);
  });

  it("is the same on PostgreSQL, whatever else a setting says", async () => {
    const database = await newDatabase();
    try {
      await workspace.ok("config", "set", "persistentchat:registry", database.url());
      workspace.program(`${POOLS}${endpoint("kept")}`);
      await workspace.up();
      workspace.lookIn(database.url());
      await workspace.registry((registry) =>
        registry.create("sip-domain", { domain: "by-hand.com" }, BY_HAND),
      );
      await another("two", endpoint("of-two"), { registry: `${database.url()}?connect_timeout=7` });
      const { unmanaged: found, lost } = read(await unmanaged(["--json"]));
      assert.deepEqual([found.map(({ key }) => key), lost], [["by-hand.com"], []]);
    } finally {
      await database.drop();
    }
  });
});
