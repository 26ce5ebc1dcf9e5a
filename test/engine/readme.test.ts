import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { Clone } from "../support/clone";
import { blocks, README } from "../support/readme";
import { ROOT, Workspace } from "../support/workspace";

describe("README", function () {
  this.timeout(300_000);

  describe("commands, in a fresh clone", () => {
    let clone: Clone;
    const outputs = new Map<string, string>();

    before(async () => {
      clone = await Clone.create();
    });
    after(() => clone.dispose());

    it("all of them succeed", async () => {
      const lines = blocks("sh").flatMap((block) => block.trim().split("\n"));
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

    it("leave the clone as it was", () => {
      assert.equal(clone.git("status", "--porcelain"), "");
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
      assert.equal(programs.length, 3);
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
