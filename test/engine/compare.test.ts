import assert from "node:assert/strict";
import { join } from "node:path";
import { openRegistry } from "../../provider/backends/index";
import { parseRegistrySettings } from "../../provider/registry/settings";
import { CONTOSO } from "../../provider/simulator/contoso";
import { shellUrl } from "../support/shell-workspace";
import { TestWorld } from "../support/test-world";
import { BY_HAND } from "../support/topology";
import { Workspace } from "../support/workspace";

/** The same topology for two stacks, but for what the second one has otherwise. */
const PROGRAM = `
const isProduction = pulumi.getStack() === "production";
const top = isProduction ? "com" : "test";
const contoso = new SipDomain(isProduction ? "sip" : "contoso", { domain: "contoso." + top });
new SipDomain("eu", { domain: isProduction ? "eu.contoso.com" : "europe.test" });
const p1 = new PersistentChatPool("p1", {
  poolFqdn: "p1.contoso." + top,
  shape: "multiple",
  servers: isProduction ? ["b.eu.contoso.com", "a.contoso.com"] : ["a.contoso.test", "b.europe.test"],
  port: isProduction ? 5061 : undefined,
  displayName: pulumi.secret("CANARY" + top),
  settings: { roomManagementUrl: "https://rooms.contoso." + top + "/x" },
});
const p2 = new PersistentChatPool("p2", { poolFqdn: "p2.contoso." + top, shape: "single" });
new LegacyEndpoint("chat", { sipAddress: "sip:chat@contoso." + top, poolFqdn: isProduction ? p2.poolFqdn : p1.poolFqdn });
if (isProduction) new LegacyEndpoint("only", { sipAddress: "sip:only@contoso." + top, poolFqdn: p2.poolFqdn });
else new SipDomain("only", { domain: "only.test" });
`;
const MAP = ["--map", "contoso.test=contoso.com", "--map", "europe.test=eu.contoso.com"];

interface Found {
  onlyLeft: { key: string }[];
  onlyRight: { key: string }[];
  different: { left: { key: string }; right: { key: string }; fields: object[] }[];
  incomparable: { paths: string[] }[];
  renamed: { left: object; right: object }[];
  same: number;
}

describe("comparing two stacks", function () {
  this.timeout(180_000);
  let workspace: Workspace;

  before(async () => {
    workspace = await Workspace.create({ stack: "test" });
    await workspace.ok("stack", "init", "production", "--no-select");
    await workspace.ok(
      "config",
      "set",
      "--stack=production",
      "persistentchat:registry",
      "sqlite:production.db",
    );
    workspace.program(PROGRAM);
    await workspace.up();
    await workspace.up("--stack=production");
  });
  after(() => workspace.dispose());

  const compare = (args: readonly string[], extra: NodeJS.ProcessEnv = {}) =>
    workspace.persistentchat(["compare", ...args], { PULUMI_CONFIG_PASSPHRASE: undefined, ...extra });

  it("finds what differs, and nothing else, as declared and as recorded, without a passphrase", async () => {
    const { code, stdout, stderr } = await compare(["test", "production", "--json", ...MAP]);
    assert.deepEqual([code, stderr], [1, ""]);
    assert.doesNotMatch(stdout, /CANARY|managedBy|revision|incarnation/);
    const { declared, recorded, problems } = JSON.parse(stdout) as Record<"declared" | "recorded", Found> & {
      problems: [];
    };
    assert.deepEqual(problems, []);
    const pool = (side: string) => ({ key: `p1.contoso.${side}` });
    for (const [found, port] of [
      [declared, { path: "port", right: 5061 }],
      [recorded, { path: "port", left: 5041, right: 5061 }],
    ] as const) {
      assert.deepEqual(
        found.onlyLeft.map(({ key }) => key),
        ["only.test"],
      );
      assert.deepEqual(
        found.onlyRight.map(({ key }) => key),
        ["sip:only@contoso.com"],
      );
      assert.deepEqual(
        found.different.map(({ left, right, fields }) => [left.key, right.key, fields]).sort(),
        [
          ["p1.contoso.test", "p1.contoso.com", [port]],
          [
            "sip:chat@contoso.test",
            "sip:chat@contoso.com",
            [{ path: "poolFqdn", left: "p1.contoso.test", right: "p2.contoso.com" }],
          ],
        ],
      );
      // Both SIP domains, and the second pool.
      assert.equal(found.same, 3);
    }
    // The registries have it in clear, and it is a secret all the same.
    assert.deepEqual(recorded.incomparable, [
      { kind: "pool", left: pool("test"), right: pool("com"), paths: ["displayName"] },
    ]);
    assert.deepEqual(declared.incomparable, [
      {
        kind: "pool",
        left: { ...pool("test"), name: "p1" },
        right: { ...pool("com"), name: "p1" },
        paths: ["displayName"],
      },
    ]);
    assert.deepEqual(declared.renamed, [
      {
        kind: "sip-domain",
        left: { key: "contoso.test", name: "contoso" },
        right: { key: "contoso.com", name: "sip" },
      },
    ]);
  });

  it("shows it to people, as a table and as Markdown", async () => {
    const { stdout } = await compare(["test", "production", "--as", "declared", ...MAP]);
    assert.match(
      stdout,
      /^As declared: 1 only in test, 1 only in production, 2 with other values, 3 alike\nWHAT +FIELD +test +production\n/,
    );
    assert.match(
      stdout,
      /^legacy endpoint sip:chat@contoso\.test and sip:chat@contoso\.com +poolFqdn +p1\.contoso\.test +p2\.contoso\.com$/m,
    );
    assert.match(
      stdout,
      /cannot be compared, since both are secret: displayName of Persistent Chat pool p1\.contoso\.test and p1\.contoso\.com\n$/,
    );
    const { stdout: markdown } = await compare(["test", "production", "--markdown", ...MAP]);
    assert.match(markdown, /^### As declared\n[\s\S]*\n### As recorded\n/);
    assert.match(markdown, /^\| SIP domain `only\.test` \| {2}\| is there \| is missing \|$/m);
  });

  it("is alike with itself, and all different without a map", async () => {
    const itself = await compare(["test", "test"]);
    assert.deepEqual([itself.code, itself.stderr], [0, ""]);
    assert.match(
      itself.stdout,
      /^As declared: alike: 6 compared\ncannot be .*\n\nAs recorded: alike: 6 compared\ncannot be .*\n$/,
    );
    const { stdout } = await compare(["test", "production", "--as", "declared"]);
    assert.match(
      stdout,
      /^As declared: 6 only in test, 6 only in production, 0 with other values, 0 alike\n/,
    );
  });

  it("shows no secret of a stack whose registry another one has too, or an explicit provider", async () => {
    const shared = await Workspace.create();
    try {
      await shared.ok("stack", "init", "beside", "--no-select");
      await shared.ok(
        ...["config", "set", "--stack=beside", "persistentchat:registry", `sqlite:${shared.registryFile}`],
      );
      const secret = (key: string) =>
        `{ poolFqdn: "${key}.contoso.com", shape: "single", displayName: pulumi.secret("CANARY") }`;
      shared.program(`
        const same = new Provider("same", { registry: "sqlite:" + __dirname + "/registry.db" });
        new PersistentChatPool("p1", ${secret("p1")});
        new PersistentChatPool("p2", ${secret("p2")}, { provider: same });
      `);
      await shared.up();
      for (const args of [
        ["test", "beside", "--json"],
        ["beside", "test"],
      ]) {
        const { code, stdout } = await shared.persistentchat(["compare", ...args, "--as", "recorded"]);
        assert.equal(code, 0, stdout);
        assert.doesNotMatch(stdout, /CANARY/);
      }
    } finally {
      shared.dispose();
    }
  });

  it("says which registry cannot be read, and compares what is declared all the same", async () => {
    await workspace.ok("stack", "init", "empty", "--no-select");
    await workspace.ok("config", "set", "--stack=empty", "persistentchat:registry", "sqlite:none.db");
    const { code, stdout, stderr } = await compare(["test", "empty"]);
    assert.equal(code, 3);
    assert.match(stdout, /^As declared: 6 only in test, 0 only in empty/);
    assert.doesNotMatch(stdout, /As recorded/);
    assert.match(
      stderr,
      /cannot compare what is recorded: .*none\.db.* \(stack 'empty'\) \[unavailable\]\n$/,
    );
    const { code: ended, stderr: reason } = await compare(["test", "nope"]);
    assert.deepEqual(
      [ended, reason],
      [
        3,
        "persistentchat: cannot read the state of stack 'nope': there is no such stack; 'pulumi stack ls' lists those that are\n",
      ],
    );
  });

  it("takes no map that makes no sense, and no registry of the environment for both", async () => {
    for (const rule of ["contoso.test", "contoso.test=only.test"]) {
      const { code, stderr } = await compare(["test", "production", "--map", rule]);
      assert.equal(code, 2);
      assert.match(stderr, /^persistentchat: --map: /);
    }
    const elsewhere = { PERSISTENTCHAT_REGISTRY: "sqlite:none.db" };
    assert.equal((await compare(["test", "test", "--as", "recorded"], elsewhere)).code, 0);
  });

  it("compares a registry with the real one, whose automatic endpoints count for nothing", async () => {
    new TestWorld(join(workspace.folder, "world.json")).fill(CONTOSO);
    await workspace.ok("stack", "init", "rehearsal", "--no-select");
    await workspace.ok("config", "set", "--stack=rehearsal", "persistentchat:registry", shellUrl());
    await workspace.ok("stack", "init", "copy", "--no-select");
    await workspace.ok("config", "set", "--stack=copy", "persistentchat:registry", "sqlite:copy.db");
    const [from, to] = [shellUrl(), "sqlite:copy.db"].map((text) =>
      openRegistry(parseRegistrySettings(text, workspace.folder)),
    );
    assert.ok(from && to);
    try {
      for (const kind of ["sip-domain", "pool", "endpoint"] as const)
        for await (const { key, record } of from.list(kind))
          if (!key.startsWith("sip:gc-")) await to.create(kind, record, BY_HAND);
      await to.create("sip-domain", { domain: "more.test" }, BY_HAND);
    } finally {
      await Promise.all([from.close(), to.close()]);
    }
    const { code, stdout } = await compare(["rehearsal", "copy", "--as", "recorded"]);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^As recorded: 0 only in rehearsal, 1 only in copy, 0 with other values, [1-9][0-9]* alike\n.*\nSIP domain more\.test +is missing +is there\n$/,
    );
  });
});
