import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { openRegistry } from "../../provider/backends/index";
import { printStackResolutions } from "../../provider/cli/after-up";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { resultOf } from "../support/result";
import { ROOT, Workspace } from "../support/workspace";

const TOOL = join(ROOT, "build", "provider", "cli", "index.js");
const URI = "sip:ocschat@contoso.com";
const BY = { managedBy: "chat/test/ocschat", operator: "anna@admin01" };

const resolution = z.strictObject({
  kind: z.literal("endpoint"),
  sipAddress: z.string(),
  displayName: z.string().optional(),
  poolFqdn: z.string(),
  servers: z.array(z.string()),
  port: z.int(),
  nextHopPool: z.string().optional(),
});
const stored = z.strictObject({
  kind: z.enum(["sip-domain", "pool", "endpoint", "sip-user", "cutover"]),
  key: z.string(),
  record: z.looseObject({}),
  revision: z.string(),
  incarnation: z.string(),
  managedBy: z.string().optional(),
});
const change = z.strictObject({
  sequence: z.int(),
  at: z.iso.datetime(),
  action: z.enum(["create", "update", "claim", "remove"]),
  by: z.strictObject({ operator: z.string(), managedBy: z.string().optional() }),
  from: z.looseObject({}).optional(),
  to: z.looseObject({}).optional(),
  revision: z.string(),
  incarnation: z.string(),
});

async function fill(registry: TopologyRegistry): Promise<void> {
  await registry.create("sip-domain", { domain: "contoso.com" }, BY);
  await registry.create("pool", { poolFqdn: "pc.contoso.com", shape: "single" }, BY);
  await registry.create("endpoint", { sipAddress: URI, poolFqdn: "pc.contoso.com" }, BY);
}

describe("persistentchat", function () {
  this.timeout(120_000);

  let workspace: Workspace;
  let subfolder: string;
  let outside: string;

  before(async () => {
    workspace = await Workspace.create();
    subfolder = join(workspace.folder, "src");
    mkdirSync(subfolder);
    outside = mkdtempSync(join(tmpdir(), "persistentchat-outside-"));
    await workspace.registry(fill);
  });
  after(() => {
    workspace.dispose();
    rmSync(outside, { recursive: true, force: true });
  });

  /** Runs the tool as a process of its own. A variable that is undefined is not set. */
  function tool(args: readonly string[], extra: NodeJS.ProcessEnv = {}, cwd = workspace.folder) {
    const child = spawn(process.execPath, [TOOL, ...args], { cwd, env: workspace.environment(extra) });
    return resultOf(child);
  }

  async function assertFails(code: number, reason: RegExp, run: ReturnType<typeof tool>): Promise<void> {
    const { stdout, stderr, code: ended } = await run;
    assert.match(stderr, reason);
    assert.match(stderr, /^persistentchat: [^\n]*\n$/);
    assert.deepEqual([ended, stdout], [code, ""]);
  }

  const named = () => ["--registry", `sqlite:${workspace.registryFile}`];

  describe("prints", () => {
    for (const [command, heading] of [
      [["resolve", URI], /^SIP URI {2}sip:ocschat@contoso\.com\npool /],
      [
        ["resolutions"],
        /^SIP URI +POOL +SERVERS\nsip:ocschat@contoso\.com +pc\.contoso\.com +pc\.contoso\.com\n$/,
      ],
      [["list"], /^SIP DOMAIN .*\n\nPOOL .*\n\nENDPOINT /s],
      [["history", "endpoint", URI], /^WHEN .*\n.* create .*\n$/],
    ] as const)
      it(`${command.join(" ")} for people`, async () => {
        const { code, stdout, stderr } = await tool([...command, ...named()]);
        assert.deepEqual([code, stderr], [0, ""]);
        assert.match(stdout, heading);
      });

    for (const [command, shape] of [
      [["resolve", URI], resolution],
      [["resolutions"], z.array(resolution).length(1)],
      [["list"], z.array(stored).length(3)],
      [["history", "endpoint", URI], z.array(change).length(1)],
    ] as const)
      it(`${command.join(" ")} for programs`, async () => {
        const { code, stdout, stderr } = await tool([...command, "--json", ...named()]);
        assert.deepEqual([code, stderr], [0, ""]);
        shape.parse(JSON.parse(stdout));
      });

    it("null and an empty list for programs where there is nothing", async () => {
      for (const [command, nothing] of [
        [["resolve", "sip:nobody@contoso.com"], null],
        [["history", "pool", "no.contoso.com"], []],
      ] as const) {
        const { code, stdout } = await tool([...command, "--json", ...named()]);
        assert.equal(code, 1);
        assert.deepEqual(JSON.parse(stdout), nothing);
      }
    });

    it("its help and its version", async () => {
      assert.match((await tool(["--help"])).stdout, /^Usage: persistentchat <command>/m);
      assert.match((await tool(["--version"])).stdout, /^\d+\.\d+\.\d+/);
    });
  });

  it("adds a user, with attributes from a file that counts from where the command is given", async () => {
    const attributes = { title: "Room", proxyAddresses: ["a", "b"] };
    writeFileSync(join(subfolder, "user.json"), JSON.stringify(attributes));
    const sipAddress = "sip:groupchat@contoso.com";
    const options = ["--display-name", "Group Chat", "--attributes", "user.json", ...named()];
    const add = () => tool(["user", "add", sipAddress, "--json", ...options], {}, subfolder);
    const { code, stdout, stderr } = await add();
    assert.deepEqual([code, stderr], [0, ""]);
    const { key, record } = stored.parse(JSON.parse(stdout));
    assert.deepEqual([key, record], [sipAddress, { sipAddress, displayName: "Group Chat", attributes }]);
    const { username } = userInfo();
    assert.match(
      (await tool(["history", "sip-user", sipAddress, ...named()])).stdout,
      new RegExp(` ${username}@`),
    );
    assert.match((await add()).stderr, /cannot create SIP user .* it exists/);
    await workspace.registry(async (registry) => {
      const made = await registry.get("sip-user", sipAddress);
      assert.ok(made && (await registry.remove("sip-user", sipAddress, made, BY)));
    });
  });

  describe("ends with", () => {
    it("1 where the registry does not have it", () =>
      assertFails(1, /nobody holds/, tool(["resolve", "sip:nobody@contoso.com", ...named()])));

    it("2 where the command line makes no sense", async () => {
      await assertFails(2, /no registry is named/, tool(["list"]));
      await assertFails(2, /unknown form/, tool(["list", "--registry", "registry.db"]));
    });

    it("3 where there is no registry, and makes none", async () => {
      await assertFails(
        3,
        /there is none.*\[unavailable\]/,
        tool(["list", "--registry", "sqlite:none/x.db"]),
      );
      await assertFails(
        3,
        /there is none.*\[unavailable\]/,
        tool(["user", "add", "sip:a@contoso.com", "--registry", "sqlite:none/x.db"]),
      );
      assert.equal(existsSync(join(workspace.folder, "none")), false);
    });

    it("3 where a file holds something else", async () => {
      writeFileSync(join(workspace.folder, "text.db"), "a text and no database".repeat(100));
      await assertFails(3, /not an SQLite database/, tool(["list", "--registry", "sqlite:text.db"]));
    });

    it("0 when its reader has enough and closes the pipe", async () => {
      const path = join(workspace.folder, "large.db");
      const registry = openRegistry({ backend: "sqlite", path });
      for (let n = 0; n < 400; n++)
        await registry.create("pool", { poolFqdn: `pc${n}.contoso.com`, shape: "single" }, BY);
      await registry.close();
      const child = spawn(process.execPath, [TOOL, "list", "--json", "--registry", `sqlite:${path}`], {
        env: workspace.environment(),
      });
      let stderr = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
      });
      child.stdout.once("data", () => child.stdout.destroy());
      const code = await new Promise((resolve) => child.once("close", resolve));
      assert.deepEqual([code, stderr], [0, ""]);
    });
  });

  describe("outside of any project", () => {
    it("reads a registry that is named", async () => {
      const { code, stdout } = await tool(["list", ...named()], {}, outside);
      assert.equal(code, 0);
      assert.match(stdout, /pc\.contoso\.com/);
    });

    it("takes a relative path from the folder it is in", () =>
      assertFails(
        3,
        new RegExp(`'${join(realpathSync(outside), "x.db")}'`),
        tool(["list", "--registry", "sqlite:x.db"], {}, outside),
      ));

    it("says that a stack needs one", () =>
      assertFails(3, /is not in a Pulumi project/, tool(["list", "--stack", "test"], {}, outside)));
  });

  describe("in a project", () => {
    it("takes a relative path from the folder of Pulumi.yaml, in whatever folder it is", async () => {
      assert.equal((await tool(["list", "--registry", "sqlite:registry.db"], {}, subfolder)).code, 0);
      const byEnvironment = { PERSISTENTCHAT_REGISTRY: "sqlite:registry.db" };
      assert.equal((await tool(["list"], byEnvironment, subfolder)).code, 0);
    });

    it("reads what the stack's configuration names, without a passphrase where that is no secret", async () => {
      const { code, stdout, stderr } = await tool(
        ["resolve", URI, "--json", "--stack", "test"],
        { PULUMI_CONFIG_PASSPHRASE: undefined },
        subfolder,
      );
      assert.deepEqual([code, stderr], [0, ""]);
      resolution.parse(JSON.parse(stdout));
    });

    it("prefers what the command line names to the environment", async () => {
      const byEnvironment = { PERSISTENTCHAT_REGISTRY: "sqlite:absent.db" };
      assert.equal((await tool(["list", ...named()], byEnvironment)).code, 0);
    });

    it("lets the environment stand in for that, and says so", async () => {
      const { code, stdout, stderr } = await tool(["list", "-s", "test"], {
        PERSISTENTCHAT_REGISTRY: "sqlite:absent.db",
      });
      assert.deepEqual([code, stdout], [3, ""]);
      assert.match(
        stderr,
        /PERSISTENTCHAT_REGISTRY stands in for the registry of stack 'test'\n.*absent\.db/,
      );
    });

    it("says that the stack is missing", () =>
      assertFails(3, /stack 'nope': there is no such stack/, tool(["list", "--stack", "nope"])));

    it("says that the engine is missing", () =>
      assertFails(
        3,
        /stack 'test': no Pulumi engine of version/,
        tool(["list", "--stack", "test"], { PATH: outside, HOME: outside, XDG_CACHE_HOME: outside }),
      ));

    it("passes on whatever else the engine says", () =>
      assertFails(
        3,
        /the engine says: unable to open state directory/,
        tool(["list", "--stack", "test"], { PULUMI_BACKEND_URL: `file://${outside}/none` }),
      ));

    it("keeps the password of a backend to itself", async () => {
      const run = tool(["list", "-s", "test"], { PULUMI_BACKEND_URL: "file://anna:canary@db/none" });
      await assertFails(3, /the engine says: /, run);
      assert.doesNotMatch((await run).stderr, /canary/);
    });

    it("prints the resolutions after an up", async () => {
      let printed = "";
      const out = { write: (text: string) => (printed += text) };
      await printStackResolutions("test", workspace.environment(), workspace.folder, out);
      assert.match(printed, /^SIP URI .*\nsip:ocschat@contoso\.com .*\n$/);
    });
  });

  describe("where the setting is a secret", () => {
    before(() => workspace.ok("config", "set", "--secret", "persistentchat:registry", "sqlite:registry.db"));

    it("reads it with the stack's passphrase", async () => {
      const { code, stdout, stderr } = await tool(["resolve", URI, "--json", "--stack", "test"]);
      assert.deepEqual([code, stderr], [0, ""]);
      resolution.parse(JSON.parse(stdout));
    });

    it("says that the passphrase is missing", () =>
      assertFails(
        3,
        /a secret, and the stack's passphrase is missing; set PULUMI_CONFIG_PASSPHRASE /,
        tool(["list", "--stack", "test"], { PULUMI_CONFIG_PASSPHRASE: undefined }),
      ));

    it("says that the passphrase is wrong", () =>
      assertFails(
        3,
        /a secret, and the stack's passphrase is wrong;/,
        tool(["list", "--stack", "test"], { PULUMI_CONFIG_PASSPHRASE: "wrong" }),
      ));

    it("does not print it when it has an unknown form", async () => {
      await workspace.ok("config", "set", "--secret", "persistentchat:registry", "ftp://anna:canary@db");
      const run = tool(["list", "--stack", "test"]);
      await assertFails(3, /unknown form/, run);
      assert.doesNotMatch((await run).stderr, /canary/);
    });
  });

  describe("where the stack names no registry", () => {
    before(async () => {
      await workspace.ok("config", "rm", "persistentchat:registry");
    });

    it("reads the default one below the project folder", async () => {
      const path = join(workspace.folder, ".persistentchat", "registry.db");
      const list = () => tool(["list", "endpoint", "--stack", "test"], {}, subfolder);
      await assertFails(3, new RegExp(`'${path}': there is none`), list());
      const registry = openRegistry({ backend: "sqlite", path });
      await fill(registry);
      await registry.close();
      assert.match((await list()).stdout, /sip:ocschat@contoso\.com/);
    });
  });
});
