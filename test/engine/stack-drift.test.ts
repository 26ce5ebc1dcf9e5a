import assert from "node:assert/strict";
import { chmodSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { ChangeOf, Kind } from "../../provider/registry/records";
import { newDatabase } from "../support/shared-postgres";
import { BY_HAND, POOLS } from "../support/topology";
import { type Result, Workspace } from "../support/workspace";

const CANARY = "canary-4711";

const field = z.strictObject({
  path: z.string(),
  recorded: z.unknown(),
  live: z.unknown(),
  by: z.strictObject({ operator: z.string(), managedBy: z.string().optional() }).optional(),
  at: z.iso.datetime().optional(),
});
const document = z.strictObject({
  drift: z.boolean(),
  stack: z.string(),
  resources: z.array(
    z.strictObject({
      kind: z.enum(["sip-domain", "pool", "endpoint"]).nullable(),
      key: z.string().nullable(),
      name: z.string(),
      type: z.string(),
      urn: z.string(),
      provider: z.string().optional(),
      managedBy: z.string().optional(),
      gone: z.boolean(),
      by: z.looseObject({ operator: z.string() }).optional(),
      at: z.iso.datetime().optional(),
      fields: z.array(field),
    }),
  ),
  unlisted: z.int(),
  notes: z.array(z.string()),
});

const program = `${POOLS}
  const chat = (name, args) =>
    new LegacyEndpoint(name, { sipAddress: name + "@contoso.com", poolFqdn: p1.poolFqdn, ...args });
  const big = new PersistentChatPool("big", { poolFqdn: "big.contoso.com", shape: "multiple",
    servers: ["s1.contoso.com", "s2.contoso.com"], settings: { defaultChatHistory: 10 } });
  for (const name of ["kept", "named", "repointed", "removed", "remade", "past"]) chat(name);
  chat("hidden", { displayName: pulumi.secret("${CANARY}-declared") });
  const lab = new Provider("lab", { registry: "sqlite:" + __dirname + "/lab.db" });
  new SipDomain("lab-domain", { domain: "lab.com" }, { provider: lab });
  const vault = new Provider("vault", { registry: pulumi.secret("sqlite:" + __dirname + "/vault.db") });
  for (const domain of ["vault.com", "in-vault.com"]) new SipDomain(domain, { domain }, { provider: vault });
  const other = { create: async () => ({ id: "1", outs: { value: "one" } }),
    read: async (id, props) => {
      const value = require("fs").existsSync(process.cwd() + "/changed") ? "two" : "one";
      return { id, props: { value }, inputs: { value } };
    } };
  class Other extends pulumi.dynamic.Resource {}
  new Other(other, "other", { value: "one" });
  SipDomain.get("looked-up", "elsewhere.com");
  exports.resolved = resolve("sip:repointed@contoso.com").apply((found) => found ? "yes" : "no");
`;

describe("persistentchat drift", function () {
  this.timeout(180_000);
  let workspace: Workspace;

  before(async () => {
    workspace = await Workspace.create();
    await workspace.registry((registry) =>
      registry.create("sip-domain", { domain: "elsewhere.com" }, BY_HAND),
    );
    workspace.program(program);
    await workspace.up();
  });
  after(() => workspace?.dispose());

  const drift = (args: readonly string[] = [], extra: NodeJS.ProcessEnv = {}) =>
    workspace.persistentchat(["drift", "--stack", "test", ...args], extra);
  const read = ({ stdout }: Result) => document.parse(JSON.parse(stdout));
  const change = <K extends Kind>(kind: K, key: string, to: ChangeOf<K>) =>
    workspace.registry(async (registry) => {
      const { revision } = (await registry.get(kind, key)) ?? assert.fail(`no ${key}`);
      await registry.update(kind, key, to, revision, BY_HAND);
    });
  const remove = (kind: Kind, key: string) =>
    workspace.registry(async (registry) => {
      const live = (await registry.get(kind, key)) ?? assert.fail(`no ${key}`);
      assert.ok(await registry.remove(kind, key, live, BY_HAND));
    });

  it("is none, with exit code 0, where only what nobody here declared has changed", async () => {
    const untouched = await drift();
    assert.deepEqual([untouched.code, untouched.stderr], [0, ""], untouched.output);
    await change("endpoint", "sip:named@contoso.com", { displayName: "Named by hand" });
    await change("sip-domain", "elsewhere.com", { isDefault: true });
    const result = await drift(["--json"], {
      PULUMI_SKIP_CONFIRMATIONS: "true",
      PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
    });
    assert.deepEqual([result.code, result.stderr], [0, ""], result.output);
    assert.deepEqual(read(result), { drift: false, stack: "test", resources: [], unlisted: 0, notes: [] });
    const markdown = await drift(["--markdown"]);
    assert.match(
      markdown.stdout,
      /^<!-- pulumi-persistentchat drift chat\/test -->\n### Drift of `chat\/test`\n\nNo drift/,
    );
  });

  it("tells with exit code 7 each field, by whom and when, and nothing else", async () => {
    await change("endpoint", "sip:repointed@contoso.com", { poolFqdn: "p2.contoso.com" });
    await change("endpoint", "sip:hidden@contoso.com", { displayName: `${CANARY}-by-hand` });
    await change("pool", "big.contoso.com", {
      servers: ["s1.contoso.com", "s3.contoso.com"],
      settings: { defaultChatHistory: 11 },
    });
    await remove("endpoint", "sip:removed@contoso.com");
    await remove("endpoint", "sip:remade@contoso.com");
    await workspace.registry((registry) =>
      registry.create(
        "endpoint",
        { sipAddress: "sip:remade@contoso.com", poolFqdn: "p1.contoso.com" },
        BY_HAND,
      ),
    );
    const sql = new DatabaseSync(workspace.registryFile);
    sql.exec("UPDATE contact SET pool_fqdn = 'p2.contoso.com' WHERE sip_address = 'sip:past@contoso.com'");
    sql.close();
    for (const name of ["lab", "vault"]) {
      workspace.lookIn(`sqlite:${join(workspace.folder, `${name}.db`)}`);
      await remove("sip-domain", `${name}.com`);
    }
    workspace.lookIn(`sqlite:${workspace.registryFile}`);
    writeFileSync(join(workspace.folder, "changed"), "");

    const result = await drift(["--json"]);
    assert.deepEqual([result.code, result.stderr], [7, ""], result.output);
    const { resources, ...rest } = read(result);
    const notes = [
      "who changed it is not known: cannot open the registry of provider 'vault': its setting is a secret of the program",
    ];
    assert.deepEqual(rest, { drift: true, stack: "test", unlisted: 0, notes });
    const anna = BY_HAND.operator;
    const told = resources.flatMap(({ key, urn, gone, by, fields }) =>
      gone || fields.length === 0
        ? [[key ?? urn.split("::").at(-1), gone ? "gone" : "changed", by?.operator]]
        : fields.map((one) => [key, one.path, one.recorded, one.live, one.by?.operator]),
    );
    const remade = told.find(([, path]) => path === "incarnation") ?? [];
    assert.notEqual(remade[2], remade[3]);
    assert.deepEqual(told, [
      ["lab.com", "gone", anna],
      ["vault.com", "gone", undefined],
      [
        "big.contoso.com",
        "servers",
        ["s1.contoso.com", "s2.contoso.com"],
        ["s1.contoso.com", "s3.contoso.com"],
        anna,
      ],
      ["big.contoso.com", "settings.defaultChatHistory", 10, 11, anna],
      ["sip:hidden@contoso.com", "displayName", "[secret]", "[secret]", anna],
      ["sip:past@contoso.com", "poolFqdn", "p1.contoso.com", "p2.contoso.com", undefined],
      ["sip:removed@contoso.com", "gone", anna],
      ["sip:repointed@contoso.com", "poolFqdn", "p1.contoso.com", "p2.contoso.com", anna],
      ["other", "changed", undefined],
      ["sip:remade@contoso.com", "incarnation", remade[2], remade[3], anna],
    ]);
    for (const args of [[], ["--markdown"]]) {
      const { code, stdout } = await drift(args);
      assert.equal(code, 7);
      assert.match(stdout, /sip:past@contoso\.com.*not known/);
      assert.match(stdout, /not in the history/);
      assert.match(stdout, /^`?pulumi up --refresh --stack test`? undoes it\./m);
    }
    for (const { output } of [result, await drift(), await drift(["--markdown"])])
      assert.equal(output.includes(CANARY), false, output);
  });

  it("is looked for where the last update wrote, as by the engine, whatever the settings say since", async () => {
    await workspace.ok("config", "set", "persistentchat:registry", "sqlite:none/x.db");
    const { resources } = read(await drift(["--json"]));
    await workspace.ok("config", "set", "persistentchat:registry", `sqlite:${workspace.registryFile}`);
    const big = resources.find(({ key }) => key === "big.contoso.com");
    assert.deepEqual(
      big?.fields.map(({ by }) => by),
      [BY_HAND, BY_HAND],
    );
  });

  it("says of what another stack has taken over whose it is, whatever of it differs", async () => {
    const other = { ...BY_HAND, managedBy: "net/prod/x" };
    await workspace.registry(async (registry) => {
      for (const key of ["sip:kept@contoso.com", "sip:repointed@contoso.com"]) {
        const live = (await registry.get("endpoint", key)) ?? assert.fail(`no ${key}`);
        await registry.claim("endpoint", key, live.revision, other);
      }
    });
    const { resources } = read(await drift(["--json"]));
    const owned = resources.filter(({ managedBy }) => managedBy !== undefined);
    assert.deepEqual(
      owned.map(({ key, managedBy, fields }) => [key, managedBy, fields.map(({ path }) => path)]),
      [
        ["sip:repointed@contoso.com", "net/prod/x", ["poolFqdn"]],
        ["sip:kept@contoso.com", "net/prod/x", ["incarnation"]],
      ],
    );
    assert.match(
      (await drift()).stdout,
      /sip:kept@contoso\.com by net\/prod\/x\. Remove it from one of the two/,
    );
  });

  describe("could not be read, with exit code 1 and no word of none", () => {
    const assertUnread = (result: Result, reason: RegExp) => {
      assert.deepEqual([result.code, result.stdout], [1, ""], result.output);
      assert.match(result.stderr, /^persistentchat: cannot read the drift of stack '\w+': [^\n]+\n$/);
      assert.match(result.stderr, reason);
    };

    it("where the registry is gone", async () => {
      renameSync(workspace.registryFile, `${workspace.registryFile}.away`);
      assertUnread(await drift(), /there is none; correct the setting/);
      const { code, stdout } = await drift(["--json"]);
      assert.equal(code, 1);
      assert.equal((JSON.parse(stdout) as { drift: unknown }).drift, null);
      renameSync(`${workspace.registryFile}.away`, workspace.registryFile);
    });

    it("where there is no such stack", async () =>
      assertUnread(await workspace.persistentchat(["drift", "--stack", "nope"]), /there is no such stack/));

    it("where the engine's answer makes no sense, or a signal ends it", async () => {
      const bin = join(workspace.folder, "odd");
      mkdirSync(bin);
      const engine = join(bin, "pulumi");
      const state = `{"deployment":{"resources":[{"urn":"urn:pulumi:test::chat::pulumi:pulumi:Stack::s","type":"pulumi:pulumi:Stack"}]}}`;
      for (const companion of ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"]) {
        writeFileSync(join(bin, companion), "#!/bin/sh\n");
        chmodSync(join(bin, companion), 0o755);
      }
      for (const [answer, reason] of [
        ["exit 0", /not what .* prints/],
        [`echo '{"duration":1}'; exit 0`, /says nothing of the resources/],
        [`echo '{"duration":1,"changeSummary":{"same":1}}'; exit 7`, /contradicts its exit code/],
        [`echo '{"duration":1,"changeSummary":{"same":1}}'; kill -9 $$`, /did not come to its end/],
      ] as const) {
        writeFileSync(
          engine,
          `#!/bin/sh\ncase "$1" in version) echo v3.259.0;; stack) echo '${state}';; refresh) ${answer};; esac\n`,
          { mode: 0o755 },
        );
        assertUnread(await drift([], { PATH: [bin, workspace.environment().PATH].join(delimiter) }), reason);
      }
    });
  });

  it("is the same on PostgreSQL", async () => {
    const database = await newDatabase();
    const other = await Workspace.create({ registry: database.url() });
    try {
      other.program(
        `${POOLS} new LegacyEndpoint("chat", { sipAddress: "chat@contoso.com", poolFqdn: p1.poolFqdn });`,
      );
      await other.up();
      await database.query("UPDATE persistentchat.contact SET pool_fqdn = 'p2.contoso.com'");
      const { code, stdout } = await other.persistentchat(["drift", "--stack", "test"]);
      assert.equal(code, 7, stdout);
      assert.match(stdout, /sip:chat@contoso\.com +poolFqdn +p1\.contoso\.com +p2\.contoso\.com +not known/);
    } finally {
      other.dispose();
      await database.drop();
    }
  });
});
