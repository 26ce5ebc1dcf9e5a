import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { parseRegistrySettings } from "../../provider/registry/settings";
import { Clone } from "../support/clone";
import { GRANTS, ROLES } from "../support/grants";
import { queryOnce } from "../support/postgres-client";
import { disposeServers, PostgresServer } from "../support/postgres-server";
import { blocks, README } from "../support/readme";
import { ROOT, Workspace } from "../support/workspace";

const PASSWORD = "of-every-role-here";
/** The types of the examples are checked by the lint, and by the first commands; it takes a third of each run. */
const UNCHECKED = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };

describe("README", function () {
  this.timeout(300_000);

  describe("commands, in a fresh clone", () => {
    let clone: Clone;
    const outputs = new Map<string, string>();

    before(async () => {
      clone = await Clone.create();
    });
    after(() => {
      clone.dispose();
      disposeServers();
    });

    it("all of them succeed", async () => {
      const lines = blocks("sh", "Quick start").flatMap((block) => block.trim().split("\n"));
      assert.ok(lines.length >= 6, lines.join("\n"));
      for (const line of [...lines.slice(0, -2), "npm run cancel", ...lines.slice(-2)]) {
        if (line === "npm test") continue; // this is it
        const result = await clone.sh(line);
        assert.equal(result.code, 0, `${line}\n${result.output}`);
        outputs.set(line, result.output);
        if (line === "npm run up") {
          const again = await clone.sh(line);
          assert.equal(again.code, 0, again.output);
          assert.match(again.output, /7 unchanged/);
          assert.equal(clone.git("status", "--porcelain"), "");
        }
      }
    });

    it("npm run up prints the table that the README shows", () => {
      const shown =
        README.match(/^```\n(SIP URI.*?)```/ms)?.[1]
          ?.trim()
          .split("\n") ?? [];
      assert.equal(shown.length, 3);
      const printed = outputs.get("npm run up")?.replace(/ +/g, " ") ?? "";
      for (const line of shown) assert.ok(printed.includes(line.replace(/ +/g, " ")), `${line}\n${printed}`);
    });

    it("those of the simulated shell succeed", async () => {
      for (const line of blocks("console").flatMap((block) => block.trim().split("\n"))) {
        const { code, output } = await clone.sh(line, UNCHECKED);
        assert.equal(code, 0, `${line}\n${output}`);
      }
    });

    it("those of the cutover's rehearsal succeed, and the address leads where they say", async () => {
      const [block = "", ...others] = blocks("shell");
      assert.equal(others.length, 0);
      assert.ok(block.split("\n").length > 10, block);
      const { code, output } = await clone.sh(`set -ex\n${block}`, UNCHECKED);
      assert.equal(code, 0, output);
      const holders = [...output.matchAll(/^SIP (?:URI|user) .*\n(?:display name .*\n)?pool +(.*)$/gm)].map(
        ([, holder]) => holder,
      );
      assert.deepEqual(holders, ["pcpool.contoso.test", "none: a user holds it"], output);
    });

    it("those for pull requests and environments succeed", async () => {
      const lines = blocks("sh", "In pull requests and over environments").flatMap((block) =>
        block.trim().split("\n"),
      );
      assert.ok(lines.length >= 10, lines.join("\n"));
      for (const line of lines) {
        const { code, output } = await clone.sh(line);
        assert.equal(code, 0, `${line}\n${output}`);
      }
    });

    it("leave the clone as it was", () => {
      assert.equal(clone.git("status", "--porcelain"), "");
    });

    it("those of one registry for a team succeed in the order in which they stand there", async () => {
      const server = await PostgresServer.create();
      await server.start();
      assert.deepEqual(blocks("sql"), [ROLES, GRANTS]);
      await server.query("CREATE DATABASE chat");
      await server.query(ROLES, undefined, "chat");
      for (const role of ["owner", "user", "reader"])
        await server.query(`ALTER ROLE persistentchat_${role} PASSWORD '${PASSWORD}'`);

      const environment = {
        PGPASSWORD: PASSWORD,
        PULUMI_BACKEND_URL: pathToFileURL(clone.folder).href,
        PULUMI_CONFIG_PASSPHRASE: "persistentchat-local",
        PULUMI_STACK: "dev",
      };
      const up = await clone.sh("npm run up");
      assert.equal(up.code, 0, up.output);
      const lines = blocks("bash").flatMap((block) => block.trim().split("\n"));
      assert.ok(lines.length >= 6, lines.join("\n"));
      const owner = { user: "persistentchat_owner", password: PASSWORD, database: "chat" };
      const ownerUrl = server.url(owner);
      const here = `127.0.0.1:${server.port}/chat?sslmode=disable`;
      for (const line of lines) {
        const local = line.replace("db.contoso.com/chat?sslmode=verify-full", here);
        // Asked for on a terminal.
        const typed = local.includes("--secret") ? `echo ${PASSWORD} | ${local}` : local;
        const result = await clone.sh(typed, environment);
        assert.equal(result.code, 0, `${local}\n${result.output}`);
        if (line.includes(" migrate ")) await queryOnce(ownerUrl, GRANTS);
      }
      const resolved = await clone.sh(
        "npm run --silent persistentchat -- resolve sip:persistentchat@contoso.test --stack dev",
        { ...environment, PGPASSWORD: "" },
      );
      assert.match(resolved.output, /pcpool\.contoso\.test/);
      const found = await server.query("SELECT FROM persistentchat.contact", [], "chat");
      assert.equal(found.length, 2);
    });

    it("programs compile under the strict options of the example", async () => {
      for (const [index, source] of blocks("ts").entries())
        writeFileSync(join(clone.folder, "examples", "contoso", `readme-${index}.ts`), source);
      const result = await clone.sh("npx tsc -p examples/contoso");
      assert.equal(result.code, 0, result.output);
    });
  });

  describe("programs", () => {
    let workspace: Workspace;
    before(async () => {
      workspace = await Workspace.create();
    });
    after(() => workspace.dispose());

    it("run on the real engine, and leave nothing", async () => {
      const programs = blocks("ts");
      assert.equal(programs.length, 4);
      for (const source of programs) {
        const { outputText } = ts.transpileModule(source, {
          compilerOptions: { module: ts.ModuleKind.CommonJS },
        });
        workspace.program(outputText);
        await workspace.up();
        const { output } = await workspace.ok("preview", "--expect-no-changes");
        assert.match(output, /unchanged/);
      }
      await workspace.ok("destroy", "--yes", "--skip-preview");
      await workspace.assertRegistryEmpty();
    });
  });

  it("the URLs that it shows, and those of the example's stacks, can be read", () => {
    const stacks = ["staging", "prod"].map((stack) =>
      readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8"),
    );
    const texts = [README, ...stacks].flatMap((text) => [...text.matchAll(/postgresql:\/\/\w+@[^\s"`]+/g)]);
    const urls = texts.map(([url]) => url);
    assert.ok(urls.length >= 7);
    for (const url of urls) assert.equal(parseRegistrySettings(url, "/").backend, "postgresql");
    // One a line, or quoted in a command; `shell:…` and the form with its brackets are none.
    const shells = [...README.matchAll(/^(shell:[^[\n]*)$|"(shell:[^"…]+)"/gm)].map(
      ([, line, word]) => line ?? word,
    );
    assert.ok(shells.length >= 4, shells.join("\n"));
    for (const setting of shells) assert.equal(parseRegistrySettings(setting ?? "", "/").backend, "shell");
  });

  it("is finished", () => {
    assert.doesNotMatch(README, /[A-Z]+_[A-Z]+TABLE|BENCH_|TODO/);
  });

  it("tells every error code, and no other", async () => {
    const table = README.slice(README.indexOf("## Errors"), README.indexOf("## When a run was killed"));
    const told = [...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code);
    const source = readFileSync(join(ROOT, "provider", "registry", "errors.ts"), "utf8");
    const codes = [...(source.match(/RegistryErrorCode =(.*?);/s)?.[1] ?? "").matchAll(/"([a-z-]+)"/g)].map(
      ([, code]) => code,
    );
    assert.ok(codes.length > 5);
    assert.deepEqual(told.sort(), codes.sort());
  });
});
