import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import ts from "typescript";

const PROVIDER = join(__dirname, "..", "..", "..", "provider");

const FRAMES = ["frames", "lines", "tail"].map((name) => `backends/shell/session/${name}.ts`);

/**
 * What each layer may import beside itself and Node: other layers, and packages. A path that ends in `.ts` is a layer of
 * one file; a folder in a layer may be one of its own. `files` are single files of other layers.
 *
 * program ──> resources ──(engine)──> lifecycle ──> registry <── backends
 */
const LAYERS: Record<string, { layers: string[]; packages: string[]; files?: string[] }> = {
  "index.ts": { layers: ["resources", "registry"], packages: [] },
  resources: { layers: ["registry", "cutover"], packages: ["@pulumi/pulumi", "@pulumi/command"] },
  "lifecycle/index.ts": { layers: ["lifecycle", "registry", "backends"], packages: [] },
  lifecycle: { layers: ["registry", "cutover"], packages: ["zod"] },
  // The rules and notes of a cutover, for what does its steps in the plugin and in commands.
  cutover: { layers: ["registry"], packages: ["zod", "temporal-polyfill"] },
  steps: { layers: ["cutover", "registry", "steps/cmdlets"], packages: ["zod"] },
  registry: { layers: [], packages: [] },
  "backends/shell/session/lines.ts": { layers: [], packages: [] },
  "backends/shell/session/tail.ts": { layers: [], packages: [] },
  "backends/shell/session/frames.ts": {
    layers: ["backends/shell/session/lines.ts", "backends/shell/session/tail.ts"],
    packages: [],
  },
  // Speaks with a shell, and knows nothing of what it is asked for.
  "backends/shell/session": { layers: FRAMES, packages: ["zod"] },
  backends: {
    layers: ["registry", "backends/shell/session", ...FRAMES],
    packages: ["zod", "pg", "saxes"],
  },
  // The frames alone of what speaks to a shell: what both got wrong in the same way no test would see.
  simulator: { layers: ["backends/shell/session/frames.ts"], packages: ["zod"] },
  // What Windows PowerShell runs, and which step it is for.
  "steps/cmdlets": { layers: ["cutover"], packages: [] },
  // What the engine's previews and states say of a topology, in words and pictures.
  review: { layers: ["registry"], packages: ["zod"] },
  // What state has of a resource, and what a program may say: the pure files that know, and no other.
  adopt: {
    layers: ["registry", "review"],
    files: [
      ...["check", "endpoint-kind", "kind", "pool-kind", "properties", "results", "sip-domain-kind"].map(
        (name) => `lifecycle/${name}.ts`,
      ),
      "resources/loader.ts",
    ],
    packages: [],
  },
  "engine/main.ts": { layers: ["engine", "cli", "registry"], packages: [] },
  engine: { layers: ["registry"], packages: ["@pulumi/pulumi"] },
  cli: {
    layers: [
      "registry",
      "backends",
      "backends/shell/session",
      "engine",
      "simulator",
      "cutover",
      "steps",
      "review",
      "adopt",
    ],
    packages: ["zod", "yaml"],
  },
};

/** Every import of the files that runs against the layers, as `file -> import`. */
function violations(files: Iterable<[path: string, text: string]>): string[] {
  return [...files].flatMap(([path, text]) => {
    const own = layerOf(path);
    const allowed = LAYERS[own];
    if (!allowed) return [`${path} is in no layer`];
    const { importedFiles } = ts.preProcessFile(text, true, true);
    const bad = importedFiles.filter(({ fileName }) => {
      if (fileName.startsWith("node:")) return false;
      if (!fileName.startsWith(".")) return !allowed.packages.some((name) => isIn(fileName, name));
      const target = posix.join(posix.dirname(path), fileName).replace(/(\.js|\.ts)?$/, ".ts");
      const layer = layerOf(target);
      return layer !== own && !allowed.layers.includes(layer) && !allowed.files?.includes(target);
    });
    return bad.map(({ fileName }) => `${path} -> ${fileName}`);
  });
}

function layerOf(path: string): string {
  const layers = Object.keys(LAYERS).filter((layer) => path === layer || path.startsWith(`${layer}/`));
  return layers.sort((one, other) => other.length - one.length)[0] ?? path;
}

function isIn(module: string, packageName: string): boolean {
  return module === packageName || module.startsWith(`${packageName}/`);
}

function sources(): [string, string][] {
  return readdirSync(PROVIDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.m?ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [relative(PROVIDER, file).split(sep).join("/"), readFileSync(file, "utf8")]);
}

/** What a file imports when it is loaded; a type is nothing then. */
function staticImports(text: string): string[] {
  const statics = /^(?:import|export) (?!type)[^;]*? from "([^"]+)"/gms;
  return [...text.matchAll(statics)].map(([, module = ""]) => module);
}

describe("layers", () => {
  it("import along the arrows only", () => {
    const files = sources();
    const layers = new Set(files.map(([path]) => layerOf(path)));
    for (const layer of ["index.ts", "resources", "lifecycle", "registry", "backends"])
      assert.ok(layers.has(layer), `there is a file in ${layer}`);
    assert.deepEqual(violations(files), []);
  });

  /** What a file loads as soon as it is loaded itself. */
  function loadedBy(file: string): string[] {
    const [, text] = sources().find(([path]) => path === file) ?? [];
    return staticImports(text ?? "");
  }

  /** All that is loaded with a file, itself included: files, and packages. */
  function allLoadedBy(file: string): ReadonlySet<string> {
    const texts = new Map(sources());
    const loaded = new Set([file]);
    // What is added while it is gone through is gone through too.
    for (const path of loaded)
      for (const module of staticImports(texts.get(path) ?? ""))
        loaded.add(module.startsWith(".") ? `${posix.join(posix.dirname(path), module)}.ts` : module);
    return loaded;
  }

  it("load what is about stacks, and the engine, for the commands that need them alone", () => {
    const loaded = [...allLoadedBy("cli/index.ts")];
    assert.ok(loaded.includes("cli/stacks/arguments.ts") && loaded.includes("zod"));
    assert.deepEqual(
      loaded.filter((path) => /^(review|adopt|engine|steps|cli\/stacks)\/|^yaml$/.test(path)),
      ["cli/stacks/arguments.ts"],
    );
  });

  it("load into the plugin nothing of the tool", () => {
    const loaded = [...allLoadedBy("lifecycle/index.ts")];
    assert.ok(loaded.includes("lifecycle/unanswered.ts"));
    const ofOthers = loaded.filter(
      (path) => path.endsWith(".ts") && !/^(lifecycle|backends|registry)\//.test(path),
    );
    assert.deepEqual(ofOthers, []);
  });

  it("load what handles a cutover for a cutover alone", () => {
    const loaded = loadedBy("lifecycle/index.ts");
    assert.ok(loaded.includes("./cutover/kinds"));
    assert.deepEqual(
      loaded.filter((module) => module?.includes("cutover")),
      ["./cutover/kinds"],
    );
    assert.deepEqual(loadedBy("lifecycle/cutover/kinds.ts"), []);
  });

  it("load no backend but the one that is chosen", () => {
    const loaded = loadedBy("backends/index.ts");
    assert.ok(loaded.includes("./lazy-registry"));
    assert.deepEqual(
      loaded.filter((module) => /^\.\/.*(sqlite|postgresql|shell)/.test(module ?? "")),
      [],
    );
  });

  describe("are told when an import runs against them", () => {
    const wrong: [string, string, string][] = [
      ["registry/records.ts", 'import { x } from "../lifecycle/kind";', "../lifecycle/kind"],
      ["registry/records.ts", 'import type { Output } from "@pulumi/pulumi";', "@pulumi/pulumi"],
      ["registry/records.ts", 'import { z } from "zod";', "zod"],
      ["backends/sqlite.ts", 'import { x } from "../lifecycle/kind";', "../lifecycle/kind"],
      ["backends/sqlite.ts", 'const p = require("@pulumi/pulumi/runtime");', "@pulumi/pulumi/runtime"],
      ["lifecycle/lifecycle.ts", 'const m = await import("../backends/index.js");', "../backends/index.js"],
      ["lifecycle/check.ts", 'export { run } from "./index";', "./index"],
      ["lifecycle/check.ts", 'import * as pulumi from "@pulumi/pulumi";', "@pulumi/pulumi"],
      ["resources/provider.ts", 'export * from "../backends";', "../backends"],
      ["resources/provider.ts", 'import { check } from "../lifecycle/check";', "../lifecycle/check"],
      ["engine/engine.ts", 'import { start } from "../lifecycle/index";', "../lifecycle/index"],
      ["index.ts", 'import { start } from "./lifecycle/index";', "./lifecycle/index"],
      ["adopt/plan.ts", 'import { x } from "../lifecycle/lifecycle";', "../lifecycle/lifecycle"],
      ["adopt/plan.ts", 'import { x } from "../resources/sip-domain";', "../resources/sip-domain"],
      ["simulator/world.ts", 'import { x } from "../backends/shell/records";', "../backends/shell/records"],
      ["simulator/world.ts", 'import { x } from "../registry/records";', "../registry/records"],
      ["cutover/notes.ts", 'import { x } from "../steps/step";', "../steps/step"],
      ["steps/step.ts", 'import { x } from "../lifecycle/kind";', "../lifecycle/kind"],
      ["resources/provider.ts", 'import { x } from "../steps/step";', "../steps/step"],
      ["cli/index.ts", 'import { Provider } from "../index";', "../index"],
      ["backends/shell/session/x.ts", 'import { x } from "../estate";', "../estate"],
      [
        "backends/shell/session/x.ts",
        'import { x } from "../../../registry/errors";',
        "../../../registry/errors",
      ],
    ];
    for (const [path, text, module] of wrong)
      it(`${path}: ${text}`, () => assert.deepEqual(violations([[path, text]]), [`${path} -> ${module}`]));

    it("and a file that is in none of them", () =>
      assert.deepEqual(violations([["tools/x.ts", ""]]), ["tools/x.ts is in no layer"]));

    it("but not when one runs along them", () =>
      assert.deepEqual(
        violations([
          ["lifecycle/index.ts", 'import "../backends/index"; import "./host"; import "node:os";'],
          ["lifecycle/check.ts", 'import "zod"; import "../registry/records"; import "./kind";'],
          ["cli/main.ts", 'import "../backends/index";'],
        ]),
        [],
      ));
  });
});
