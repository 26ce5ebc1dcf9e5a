import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import vm from "node:vm";
import fc from "fast-check";
import ts from "typescript";
import { literal } from "../../provider/adopt/layout";
import type { Lookup } from "../../provider/adopt/lookups";
import { type Adoption, planAdoption } from "../../provider/adopt/plan";
import { programText } from "../../provider/adopt/program";
import type { Stored } from "../../provider/registry/registry";
import { estates } from "../support/declarable";
import { ROOT } from "../support/workspace";

const ADOPTER = { project: "chat", stack: "test", state: { resources: [], pending: [] } };
const CLASSES = { "sip-domain": "SipDomain", pool: "PersistentChatPool", endpoint: "LegacyEndpoint" };

/** Some things to look up, of which the longest does not fit into a line. */
const lookupsOf = (number: number): Lookup[] =>
  [10, 30, 31, 60].slice(0, number % 5).map((length) => ({
    ...{ name: `domain-${length}`, domain: `${"d".repeat(length)}.com` },
  }));

const adoptionsOf = (records: readonly Stored[]): Adoption[] => planAdoption(records, ADOPTER, []).adoptions;

interface Made {
  type: string;
  name: string;
  args: object;
}

/** Runs a program with classes that only take down what they get. */
function run(text: string): Made[] {
  const made: Made[] = [];
  const classOf = (type: string) =>
    class {
      constructor(name: string, args: object) {
        made.push({ type, name, args: JSON.parse(JSON.stringify(args)) });
        Object.assign(this, args);
      }
    };
  const module = Object.fromEntries(Object.values(CLASSES).map((type) => [type, classOf(type)]));
  const { outputText, diagnostics } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, strict: true },
    reportDiagnostics: true,
  });
  assert.deepEqual(diagnostics, []);
  const require = (name: string) => (name === "pulumi-persistentchat" ? module : assert.fail(name));
  vm.runInNewContext(outputText, { require, exports: {} });
  return made;
}

describe("the program of an adoption", () => {
  for (const [text, written] of [
    ["Group Chat", '"Group Chat"'],
    [`it's "said"`, `'it\\'s "said"'`],
    [`'it' is "so"`, `"'it' is \\"so\\""`],
    ["grün, 日本, 😀", '"grün, 日本, 😀"'],
    ["a\\b\u202ec\u2028d\u00a0e\u3164f\0", '"a\\\\b\\u{202e}c\\u{2028}d\\u{a0}e\\u{3164}f\\u{0}"'],
  ] as const)
    it(`says ${written}`, () => assert.equal(literal(text), written));

  it("declares exactly what the records are", () => {
    fc.assert(
      fc.property(estates, (records) => {
        const adoptions = adoptionsOf(records);
        fc.pre(adoptions.length > 0);
        assert.deepEqual(
          run(programText({ adoptions, lookups: [] })),
          adoptions.map(({ stored: { kind }, name, given }) => ({
            ...{ type: CLASSES[kind as keyof typeof CLASSES], name, args: given },
          })),
        );
      }),
      { numRuns: 200 },
    );
  });

  it("is laid out as a formatter with its defaults does it", () => {
    const folder = mkdtempSync(join(tmpdir(), "persistentchat-"));
    try {
      mkdirSync(join(folder, "programs"));
      for (const [number, records] of fc.sample(estates, 500).entries())
        writeFileSync(
          join(folder, "programs", `${number}.ts`),
          programText({ adoptions: adoptionsOf(records), lookups: lookupsOf(number) }),
        );
      writeFileSync(join(folder, "biome.json"), "{}");
      const biome = join(ROOT, "node_modules", "@biomejs", "biome", "bin", "biome");
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [biome, "format", "--colors=off", "--max-diagnostics=4", "programs"],
        { cwd: folder, encoding: "utf8" },
      );
      assert.equal(status, 0, stdout + stderr);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
