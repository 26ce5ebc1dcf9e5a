import assert from "node:assert/strict";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { NEW, REMOVE, TestWorld } from "../support/test-world";
import { figures, ROOT, Workspace } from "../support/workspace";

const EXAMPLE = join(ROOT, "examples", "contoso");

describe("the example contoso behind a management shell", function () {
  this.timeout(120_000);
  let workspace: Workspace;
  let world: TestWorld;

  /** The program as it is, or with one text in the place of another. */
  const program = (from = "", to = "") => {
    for (const file of ["index", "config"]) {
      const source = readFileSync(join(EXAMPLE, `${file}.ts`), "utf8").replace(from, to);
      const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
      const { outputText } = ts.transpileModule(source, { compilerOptions });
      writeFileSync(join(workspace.folder, `${file}.js`), outputText);
    }
  };

  before(async () => {
    // That of every script of the clone, with which its settings are encrypted.
    const environment = { PULUMI_CONFIG_PASSPHRASE: "persistentchat-local" };
    workspace = await Workspace.create({ project: "contoso-chat", stack: "dev", environment });
    symlinkSync(join(ROOT, "node_modules", "zod"), join(workspace.folder, "node_modules", "zod"));
    const settings = join(workspace.folder, "Pulumi.dev.yaml");
    cpSync(join(ROOT, "Pulumi.dev.yaml"), settings);
    const before = readFileSync(settings, "utf8");
    const after = before.replace(/(persistentchat:registry: ).*/, "$1shell:?simulate=world.json");
    assert.notEqual(after, before);
    writeFileSync(settings, after);
    const made = await workspace.persistentchat(["simulate-shell", "--init", "contoso", "world.json"]);
    assert.equal(made.code, 0, made.output);
    world = new TestWorld(join(workspace.folder, "world.json"));
    program();
  });

  after(() => workspace?.dispose());

  it("is made with one setting changed, keeps still, and takes away no more than it made", async () => {
    const before = world.seen();
    world.faults();
    assert.deepEqual(figures(await workspace.ok("preview")), { "to create": 7 });
    assert.equal(world.calls("*"), 0);

    assert.deepEqual(figures(await workspace.up()), { created: 7 });
    assert.deepEqual(world.led(), [
      "sip:ocschat@fabrikam.test -> pcpool.fabrikam.test",
      "sip:persistentchat@contoso.test -> pcpool.contoso.test",
    ]);
    // The one thing of a pool that the example wants and the world does not have.
    const { configurations } = world.read();
    assert.deepEqual(
      configurations.map(({ identity, defaultChatHistory }) => [identity, defaultChatHistory]),
      [
        ["Global", 30],
        ["Service:PersistentChatServer:pcpool.contoso.test", 50],
      ],
    );
    assert.deepEqual([world.calls(NEW), world.calls(REMOVE), world.calls("write")], [2, 0, 3]);

    assert.deepEqual(figures(await workspace.ok("preview", "--expect-no-changes")), { unchanged: 7 });
    const refresh = await workspace.ok("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    assert.deepEqual(figures(refresh), { unchanged: 7 });
    assert.equal(world.calls("write"), 3);

    const ask = (...words: string[]) => workspace.persistentchat([...words, "--stack", "dev"]);
    program("poolFqdn: branchChat.poolFqdn", "poolFqdn: pool.poolFqdn");
    const [resolved, all, repointed] = await Promise.all([
      ask("resolve", "sip:ocschat@fabrikam.test"),
      ask("resolutions"),
      workspace.ok("preview"),
    ]);
    assert.equal(resolved.code, 0, resolved.output);
    assert.match(resolved.stdout, /^SIP URI +sip:ocschat@fabrikam\.test$/m);
    assert.match(resolved.stdout, /^servers +pc01\.fabrikam\.test$/m);
    assert.match(resolved.stdout, /^next hop +fepool\.fabrikam\.test$/m);
    assert.deepEqual(all.stdout.trim().replaceAll(/ {2,}/g, " | ").split("\n"), [
      "SIP URI | POOL | SERVERS",
      "sip:ocschat@fabrikam.test | pcpool.fabrikam.test | pc01.fabrikam.test",
      "sip:persistentchat@contoso.test | pcpool.contoso.test | pc01.contoso.test, pc02.contoso.test",
    ]);
    assert.deepEqual(figures(repointed), { "to update": 1, unchanged: 6 });
    assert.match(
      repointed.output,
      /legacy endpoint 'sip:ocschat@fabrikam\.test' cannot be changed in place: it is removed and made again, and in between nobody answers this address/,
    );
    assert.doesNotMatch(repointed.output, /'sip:persistentchat@contoso\.test' cannot be changed/);

    const destroyed = await workspace.ok("destroy", "--yes", "--skip-preview");
    assert.deepEqual(figures(destroyed), { deleted: 7 });
    for (const what of [
      "SIP domain 'contoso.test'",
      "SIP domain 'fabrikam.test'",
      "Persistent Chat pool 'pcpool.contoso.test'",
      "Persistent Chat pool 'pcpool.fabrikam.test'",
    ])
      assert.ok(
        destroyed.output.includes(
          `${what} is forgotten and stays as it is: the registry only observes what is made elsewhere`,
        ),
        destroyed.output,
      );
    assert.deepEqual([world.calls(NEW), world.calls(REMOVE)], [2, 2]);
    assert.deepEqual(world.led(), []);
    // The settings of the pool stay, too.
    assert.deepEqual(world.seen(), { ...before, configurations });
  });
});
