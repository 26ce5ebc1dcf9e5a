import assert from "node:assert/strict";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { ADDRESS, CANARY, PlanWorkspace, program } from "../support/plan-workspace";
import { BY_HAND } from "../support/topology";

describe("a plan that was saved", function () {
  this.timeout(180_000);
  const at = PlanWorkspace.use();

  describe("is refused when", () => {
    it("the target of its update was changed by hand", async () => {
      await at.saved(program("p2"));
      await at.repoint("p3.contoso.com");
      const { moved } = await at.refused(
        /^persistentchat: cannot apply the plan 'plan\.json': legacy endpoint 'sip:ocschat@contoso\.com' was changed by hand by anna@admin01 at 20.*Z \(poolFqdn: p1\.contoso\.com -> p3\.contoso\.com\); preview again\n$/,
      );
      assert.deepEqual(
        moved.map(({ at: _, ...rest }) => rest),
        [
          {
            kind: "endpoint",
            key: ADDRESS,
            what: "changed",
            fields: [{ path: "poolFqdn", from: "p1.contoso.com", to: "p3.contoso.com" }],
            by: BY_HAND,
          },
        ],
      );
      const { stdout } = await at.apply();
      assert.match(
        stdout,
        /^legacy endpoint '.*' +was changed .* by hand by anna@admin01\n\nnothing was applied\n$/m,
      );
      assert.equal((await at.endpoint()).record.poolFqdn, "p3.contoso.com");
    });

    it("a pool that its endpoint needs was changed by hand", async () => {
      await at.saved(program("p2"));
      await at.workspace.registry(async (registry) => {
        const pool = await registry.get("pool", "p2.contoso.com");
        assert.ok(pool);
        const change = { port: 5099, displayName: "CANARY" };
        await registry.update("pool", pool.key, change, pool.revision, BY_HAND);
      });
      const { moved } = await at.refused(
        /pool 'p2\.contoso\.com' was changed by hand by anna@admin01 at .* \(port: 5041 -> 5099; displayName\)/,
      );
      assert.equal(moved.length, 1);
    });

    it("a record that it changes was removed, or removed and made again", async () => {
      await at.saved(program("p2"));
      await at.workspace.registry(async (registry) =>
        registry.remove("endpoint", ADDRESS, await at.endpoint(), BY_HAND),
      );
      await at.refused(/'sip:ocschat@contoso\.com' was removed by hand by anna@admin01 at /);
      const record = { sipAddress: ADDRESS, poolFqdn: "p1.contoso.com" } as const;
      await at.workspace.registry((registry) => registry.create("endpoint", record, BY_HAND));
      await at.refused(/'sip:ocschat@contoso\.com' was taken over or made anew by hand by anna@admin01 at /);
    });

    it("a record that it creates was made by hand", async () => {
      const sipAddress = "sip:new@contoso.com";
      await at.saved(
        program(
          "p1",
          `new LegacyEndpoint("new", { sipAddress: "${sipAddress}", poolFqdn: "p3.contoso.com" });`,
        ),
      );
      const record = { sipAddress, poolFqdn: "p1.contoso.com" } as const;
      await at.workspace.registry((registry) => registry.create("endpoint", record, BY_HAND));
      await at.refused(/'sip:new@contoso\.com' was made by hand by anna@admin01 at /);
    });

    it("another domain was made the default than the one that the plan takes the mark from", async () => {
      const mark = (domain: string) =>
        at.workspace.registry(async (registry) => {
          const found = await registry.get("sip-domain", domain);
          if (!found) await registry.create("sip-domain", { domain, isDefault: true }, BY_HAND);
          else await registry.update("sip-domain", domain, { isDefault: true }, found.revision, BY_HAND);
        });
      await at.saved(program("p1", 'new SipDomain("new", { domain: "new.com", isDefault: true });'));
      await mark("contoso.com");
      const [first] = (
        await at.refused(
          /'contoso\.com' was made the default by hand by anna@admin01 at .* \(default: nothing -> contoso\.com\); preview again\n$/,
        )
      ).moved;
      assert.deepEqual([first?.what, first?.key], ["marked", "contoso.com"]);
      const { watched } = JSON.parse((await at.save("--json")).stdout) as { watched: { key: string }[] };
      assert.deepEqual(
        watched.map(({ key }) => key),
        ["new.com", "contoso.com"],
      );
      await mark("other.com");
      const { moved } = await at.refused(
        /'other\.com' was made the default by hand .* \(default: contoso\.com -> other\.com\) \(and 1 more\)/,
      );
      assert.deepEqual(
        moved.map(({ key }) => key),
        ["other.com", "contoso.com"],
      );
      await at.saved(program("p1", 'new SipDomain("new", { domain: "new.com", isDefault: true });'));
      assert.equal((await at.apply()).code, 0);
    });

    it("something moved in the registry of an explicit provider", async () => {
      const lab = `
const lab = new Provider("lab", { registry: pulumi.secret("sqlite:lab.db") });
new PersistentChatPool("lab", { poolFqdn: "lab.contoso.com", shape: "single", port: PORT }, { provider: lab });`;
      at.workspace.program(program("p1", lab.replace("PORT", "5041")));
      await at.workspace.up();
      await at.saved(program("p1", lab.replace("PORT", "5042")));
      at.workspace.lookIn("sqlite:lab.db");
      await at.workspace.registry(async (registry) => {
        const pool = await registry.get("pool", "lab.contoso.com");
        assert.ok(pool);
        await registry.update("pool", pool.key, { port: 5043 }, pool.revision, BY_HAND);
      });
      at.workspace.lookIn(`sqlite:${at.workspace.registryFile}`);
      await at.refused(
        /pool 'lab\.contoso\.com' in the registry of 'lab' was changed by hand .* \(port: 5041 -> 5043\)/,
      );
    });

    it("it would watch a registry that only its own update tells the stack", async () => {
      const { workspace } = at;
      workspace.program(
        program(
          "p1",
          `const lab = new Provider("lab", { registry: pulumi.secret("sqlite:CANARY.db") });
new SipDomain("lab", { domain: "lab.com" }, { provider: lab });`,
        ),
      );
      const { code, output } = await at.save();
      assert.equal(code, 3);
      assert.match(
        output,
        /registry of the provider 'lab': .* is a secret that the stack does not have yet; .*\[unavailable\]/,
      );
      assert.doesNotMatch(output, CANARY);
    });

    it("the program is another one, and what it has as secrets is shown nowhere", async () => {
      const secretPart = (text: string) => `
class Other extends pulumi.dynamic.Resource {}
new Other({ check: async (olds, inputs) => ({ inputs }), create: async (outs) => ({ id: "x", outs }) }, "other", { note: pulumi.secret(${JSON.stringify(text)}), more: { a: [pulumi.secret("CANARY")] } });`;
      const text = (name: string) => `${name}\n    error: ${name}\u2028${name}\n\n${name}}], ~~x`;
      await at.saved(program("p2", secretPart(text("CANARY1")), "CANARY1"));
      at.workspace.program(program("p2", secretPart(text("CANARY2")), "CANARY2"));
      const { violations } = await at.refused(
        /the program is not the one that was previewed: .*; preview again\n$/,
      );
      assert.ok(violations.length > 0);
      for (const { properties, urn, resource } of violations) {
        const isEndpoint = resource.endsWith("LegacyEndpoint (chat)");
        assert.deepEqual(properties, [isEndpoint ? "displayName" : "note"]);
        assert.match(urn ?? "", isEndpoint ? /::chat$/ : /::other$/);
      }
      const { output } = await at.apply();
      assert.match(
        output,
        / {4}error: resource urn:.* violates plan: properties changed: (?:displayName|note)$/m,
      );
      assert.doesNotMatch(output, CANARY);
    });

    it("the program has a resource more", async () => {
      await at.saved(program("p2"));
      at.workspace.program(program("p2", 'new SipDomain("more", { domain: "more.com" });'));
      const { violations } = await at.refused(/SipDomain \(more\): create is not allowed by the plan/);
      assert.deepEqual(
        violations.map(({ properties }) => properties),
        [[]],
      );
    });

    it("it is a plan of another stack, or for another registry", async () => {
      await at.saved(program("p2"));
      await at.workspace.ok("stack", "init", "other", "--no-select");
      const other = await at.apply("--stack", "other");
      assert.equal(other.code, 1);
      assert.match(other.stderr, /it is a plan of stack 'chat\/test', and this is 'chat\/other'\n$/);
      const elsewhere = { PERSISTENTCHAT_REGISTRY: "sqlite:elsewhere.db" };
      const { code, stderr } = await at.workspace.persistentchat(
        ["up", "--stack", "test", "--plan", "plan.json"],
        elsewhere,
      );
      assert.equal(code, 1);
      assert.match(
        stderr,
        /a plan for the registry 'sqlite:registry\.db', and the registry is 'sqlite:elsewhere\.db' now/,
      );
    });

    it("what lies beside it is missing, is none, or belongs to another plan", async () => {
      await at.saved(program("p2"));
      const side = at.inFolder("plan.json.registry.json");
      renameSync(side, at.inFolder("side"));
      await at.refused(
        /cannot read '.*plan\.json\.registry\.json': there is none; make both with 'persistentchat preview --save'/,
      );
      for (const text of ["{", "{}", "[]"]) {
        writeFileSync(side, text);
        await at.refused(/it is not what 'persistentchat preview --save' wrote beside a plan/);
      }
      renameSync(at.inFolder("side"), side);
      writeFileSync(at.inFolder("plan.json"), `${readFileSync(at.inFolder("plan.json"), "utf8")} `);
      await at.refused(/belongs to another plan/);
      writeFileSync(at.inFolder("plan.json"), "garbage");
      await at.refused(/cannot read '.*plan\.json': it is no update plan/);
    });
  });
});
