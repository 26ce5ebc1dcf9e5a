import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { ADDRESS, CANARY, outcome, PlanWorkspace, program } from "../support/plan-workspace";
import { newDatabase } from "../support/shared-postgres";
import { useShellWorkspaces } from "../support/shell-workspace";
import { BRANCH, HEADQUARTERS } from "../support/test-world";
import { BY_HAND } from "../support/topology";
import { until } from "../support/until";
import { Workspace } from "../support/workspace";

describe("a plan that was saved", function () {
  this.timeout(180_000);
  const at = PlanWorkspace.use();

  describe("is", () => {
    it("two files for their owner alone, without a secret, and shows what would change", async () => {
      const { stdout } = await at.saved(program("p2"));
      assert.match(
        stdout,
        /^update +legacy endpoint 'sip:ocschat@contoso\.com' +poolFqdn: p1\.contoso\.com -> p2\.contoso\.com$/m,
      );
      for (const name of ["plan.json", "plan.json.registry.json"]) {
        assert.equal(statSync(at.inFolder(name)).mode & 0o777, 0o600);
        assert.doesNotMatch(readFileSync(at.inFolder(name), "utf8"), CANARY);
      }
      assert.deepEqual(
        readdirSync(at.workspace.folder).filter((name) => name.includes("plan")),
        ["plan.json", "plan.json.registry.json"],
      );
    });

    it("told to programs, with what it watches: not the pools that are none of its business", async () => {
      at.workspace.program(program("p2"));
      const { watched, changes, unwatched } = JSON.parse((await at.save("--json")).stdout) as {
        watched: { key: string }[];
        changes: { operation: string }[];
        unwatched: string[];
      };
      assert.deepEqual(watched.map(({ key }) => key).sort(), ["contoso.com", "p2.contoso.com", ADDRESS]);
      assert.deepEqual([changes.map(({ operation }) => operation), unwatched], [["update"], []]);
    });

    it("shown with the names of secrets that change, and with the beginning of values that are long", async () => {
      const long = "x".repeat(200);
      at.workspace.program(
        program("p1", "", "CANARY2").replace('"single" })', `"single", displayName: "${long}" })`),
      );
      const { stdout } = await at.save();
      assert.match(stdout, /^update .*'sip:ocschat@contoso\.com' +displayName: \[secret\] -> \[secret\]$/m);
      assert.match(stdout, /^update .*'p2\.contoso\.com' +displayName: nothing -> x{79}…$/m);
      assert.doesNotMatch(stdout, CANARY);
    });

    it("shown with the arguments of what is made, but for secrets and the settings of registries", async () => {
      const more = `
        new PersistentChatPool("new", {
          poolFqdn: "p4.contoso.com", shape: "single", displayName: pulumi.secret("CANARY4"),
        });
        new Provider("lab", { registry: "postgresql://ada:CANARY5@db.contoso.com/chat" });
      `;
      at.workspace.program(program("p1", more));
      const { stdout } = await at.save();
      assert.match(
        stdout,
        /^create +Persistent Chat pool 'p4\.contoso\.com' +displayName: \[secret\]; shape: single$/m,
      );
      assert.match(stdout, /^create +pulumi:providers:\S+ 'lab' .*persistentchat:registry: \[not shown\]/m);
      assert.doesNotMatch(stdout, CANARY);
    });

    it("told to change outputs alone, whose values may be secrets", async () => {
      at.workspace.program(
        program("p1", 'exports.old = "CANARY2"; exports.kept = pulumi.secret("CANARY3");'),
      );
      await at.workspace.up();
      at.workspace.program(
        program("p1", 'exports["a new one"] = "CANARY4"; exports.kept = pulumi.secret("CANARY3");'),
      );
      const { changes, outputs } = JSON.parse((await at.save("--json")).stdout) as Record<string, string[]>;
      assert.deepEqual([changes, outputs], [[], ["a new one", "old"]]);
      const { stdout } = await at.save();
      assert.match(stdout, /^outputs that would change: 'a new one', 'old'\n\nthe plan is in /);
      assert.doesNotMatch(stdout, CANARY);
      assert.equal((await at.apply()).code, 0);
      assert.doesNotMatch(readFileSync(at.inFolder("plan.json"), "utf8"), /CANARY3/);
    });

    it("not written where there is no place for it", async () => {
      mkdirSync(at.inFolder("plan.json"));
      const names = readdirSync(at.workspace.folder);
      const { code, stderr } = await at.save();
      assert.deepEqual(
        [code, /--save: '.*plan\.json' is a folder; name a file/.test(stderr)],
        [2, true],
        stderr,
      );
      const nowhere = await at.save("--save", "no/plan.json");
      assert.equal(nowhere.code, 2);
      assert.match(nowhere.stderr, /--save: there is no folder '.*no'/);
      assert.deepEqual(readdirSync(at.workspace.folder), names);
    });

    for (const signal of ["SIGTERM", "SIGINT"] as const)
      it(`not there, nor anything else, when its preview is ended by ${signal}`, async () => {
        const names = readdirSync(at.workspace.folder);
        at.workspace.program(`
          require("node:fs").writeFileSync(${JSON.stringify(at.inFolder("lab.db"))}, "");
          new SipDomain("never", { domain: new Promise(() => setInterval(() => {}, 1000)) });
        `);
        const { child, result } = at.workspace.startTool(["preview", "-s", "test", "--save", "plan.json"]);
        await until("the program runs", () => existsSync(at.inFolder("lab.db")));
        child.kill(signal);
        await result;
        assert.equal(child.signalCode, signal);
        rmSync(at.inFolder("lab.db"));
        assert.deepEqual(readdirSync(at.workspace.folder), names);
        await until("nothing runs any more", () => at.workspace.processes().length === 0);
      });

    it("applied while nothing moved, and not a second time", async () => {
      await at.saved(program("p2", 'console.log("one", "two");'));
      const { code, stdout, stderr } = await at.apply();
      assert.deepEqual([code, stderr], [0, ""]);
      // What the engine and the program say passes.
      assert.match(stdout, /running one two$/m);
      assert.match(stdout, /^Updating \(test\):[\s\S]*^ {4}~ 1 updated$[\s\S]*\napplied as planned\n$/m);
      assert.equal((await at.endpoint()).record.poolFqdn, "p2.contoso.com");
      await at.refused(/was changed by this stack, 'chat\/test\/chat', .* at .* \(poolFqdn: p1/);
    });

    it("applied for programs with the engine's text beside the document", async () => {
      await at.saved(program("p2"));
      const { code, stdout, stderr } = await at.apply("--json");
      assert.match(stderr, /^Updating \(test\):$/m);
      const nothing = { refused: false, moved: [], violations: [] };
      assert.deepEqual(
        [code, outcome.parse(JSON.parse(stdout))],
        [0, { applied: true, begun: true, ...nothing }],
      );
    });

    it("applied to what gets another provider and with it another address, in both registries", async () => {
      const { workspace } = at;
      const moving = (address: string, options: string) =>
        program(
          "p1",
          `
const lab = new Provider("lab", { registry: "sqlite:lab.db" });
new SipDomain("lab", { domain: "contoso.com" }, { provider: lab });
new PersistentChatPool("lab", { poolFqdn: "p1.contoso.com", shape: "single" }, { provider: lab });
new LegacyEndpoint("moving", { sipAddress: "sip:${address}@contoso.com", poolFqdn: "p1.contoso.com" }, ${options});`,
        );
      const kept = () =>
        workspace.registry(async (registry) => {
          const [old, next] = [
            await registry.get("endpoint", "sip:old@contoso.com"),
            await registry.get("endpoint", "sip:new@contoso.com"),
          ];
          return [old, next].map((found) => found !== undefined);
        });
      workspace.program(moving("old", "{}"));
      await workspace.up();
      await at.saved(moving("new", "{ provider: lab }"));
      const { code, output } = await at.apply();
      assert.equal(code, 0, output);
      assert.deepEqual(await kept(), [false, false]);
      workspace.lookIn("sqlite:lab.db");
      assert.deepEqual(await kept(), [false, true]);
      workspace.lookIn(`sqlite:${workspace.registryFile}`);
    });

    it("not written where the preview fails, and an older one stays", async () => {
      await at.saved(program("p2"));
      const files = ["plan.json", "plan.json.registry.json"].map((name) => at.inFolder(name));
      const before = files.map((file) => readFileSync(file, "utf8"));
      at.workspace.program(program("p2", 'throw new Error("boom");'));
      const { code, stdout, stderr } = await at.save();
      assert.deepEqual([code, stderr], [1, "persistentchat: the preview failed; no plan was written\n"]);
      assert.equal(stdout, "the program failed: Error: boom\n");
      assert.deepEqual(
        files.map((file) => readFileSync(file, "utf8")),
        before,
      );
      const elsewhere = await at.save("--stack", "nope");
      assert.deepEqual([elsewhere.code, elsewhere.stdout], [3, ""]);
      assert.match(elsewhere.stderr, /cannot preview stack 'nope': there is no such stack/);
    });

    it("not made of what the stack last saw and is not so any more", async () => {
      await at.repoint("p3.contoso.com");
      at.workspace.program(program("p2"));
      const { code, stderr } = await at.save();
      assert.equal(code, 1);
      assert.match(
        stderr,
        /what stack 'chat\/test' last saw: legacy endpoint .* by hand by anna@admin01 at .*p1\.contoso\.com -> p3\.contoso\.com\); run 'pulumi refresh', then preview again\n/,
      );
      assert.equal(existsSync(at.inFolder("plan.json")), false);
    });

    it("not made where a pool that it leads to is not so any more", async () => {
      const { workspace } = at;
      await workspace.registry(async (registry) => {
        const pool = await registry.get("pool", "p2.contoso.com");
        assert.ok(pool);
        await registry.remove("pool", pool.key, pool, BY_HAND);
      });
      workspace.program(program("p2"));
      const { code, stderr } = await at.save();
      assert.equal(code, 1);
      assert.match(
        stderr,
        /last saw: Persistent Chat pool 'p2\.contoso\.com' was removed by hand by anna@admin01 at /,
      );
    });
  });

  it("is finished as far as it was begun when it is interrupted once", async () => {
    const slow = `
class Slow extends pulumi.dynamic.Resource {}
const provider = {
  create: async (outs) => {
    const fs = require("node:fs");
    fs.writeFileSync("begun", "");
    while (!fs.existsSync("go-on")) await new Promise((resolve) => setTimeout(resolve, 10));
    return { id: "x", outs };
  },
};
const slow = new Slow(provider, "slow", {});
new Slow(provider, "late", {}, { dependsOn: slow });`;
    await at.saved(program("p1", slow));
    const { child, result } = at.workspace.startTool(["up", "--stack", "test", "--plan", "plan.json"]);
    let said = "";
    child.stdout?.on("data", (text: string) => {
      said += text;
    });
    await until("the create has begun", () => existsSync(at.inFolder("begun")));
    child.kill("SIGINT");
    await until("the engine heard of it", () => said.includes("^C received"));
    writeFileSync(at.inFolder("go-on"), "");
    const { code, output } = await result;
    assert.equal(code, 1, output);
    assert.match(output, /the plan was not applied as a whole\n/);
    // A second signal may cut the create off.
    assert.equal(output.match(/\^C received/g)?.length, 1);
    const names = at.workspace.recorded().map(({ urn }) => urn.split("::").at(-1));
    assert.deepEqual([names.includes("slow"), names.includes("late")], [true, false]);
  });
});

describe("a plan that was saved, in a registry of another kind", function () {
  this.timeout(120_000);
  const save = ["preview", "--stack", "test", "--save", "plan.json"];
  const apply = ["up", "--stack", "test", "--plan", "plan.json"];
  const newShellWorkspace = useShellWorkspaces();

  async function assertDone(workspace: Workspace, steps: readonly (readonly string[])[]): Promise<void> {
    for (const step of steps) {
      const { code, output } = await workspace.persistentchat(step);
      assert.equal(code, 0, output);
    }
  }

  async function assertRefused(workspace: Workspace, reason: RegExp): Promise<void> {
    const { code, stderr } = await workspace.persistentchat(apply);
    assert.equal(code, 1, stderr);
    assert.match(stderr, reason);
  }

  it("is applied in PostgreSQL, and refused when something moved", async () => {
    const database = await newDatabase();
    const workspace = await Workspace.create({ registry: database.url() });
    try {
      for (const pool of ["p1", "p2"]) {
        workspace.program(program(pool));
        await assertDone(workspace, [save, apply]);
      }
      workspace.program(program("p3"));
      await assertDone(workspace, [save]);
      await database.query("UPDATE persistentchat.contact SET pool_fqdn = 'p1.contoso.com'");
      await assertRefused(
        workspace,
        /'sip:ocschat@contoso\.com' was changed; the registry does not tell by whom \(poolFqdn: p2\.contoso\.com -> p1\.contoso\.com\)/,
      );
    } finally {
      workspace.dispose();
      await database.drop();
    }
  });

  it("is applied behind a management shell, and refused when something moved", async () => {
    const { workspace, world } = await newShellWorkspace();
    const sipAddress = "sip:chat@contoso.test";
    const leading = (pool: string) =>
      `new LegacyEndpoint("chat", { sipAddress: "${sipAddress}", poolFqdn: "${pool}" });`;
    for (const pool of [HEADQUARTERS, BRANCH]) {
      workspace.program(leading(pool));
      await assertDone(workspace, [save, apply]);
      assert.deepEqual(world.led(), [`${sipAddress} -> ${pool}`]);
    }
    workspace.program(leading(HEADQUARTERS));
    await assertDone(workspace, [save]);
    await workspace.registry(async (registry) => {
      const found = await registry.get("endpoint", sipAddress);
      assert.ok(found);
      await registry.update("endpoint", sipAddress, { displayName: "Moved" }, found.revision, BY_HAND);
    });
    await assertRefused(
      workspace,
      /'sip:chat@contoso\.test' was .*; the registry does not tell by whom; preview again\n/,
    );
    assert.deepEqual(world.led(), [`${sipAddress} -> ${BRANCH}`]);
  });
});
