import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, Workspace } from "../support/workspace";

const PROGRAM = `
const domain = new SipDomain("contoso", { domain: "contoso.com" });
const pool = new PersistentChatPool("pcpool", { poolFqdn: "pc.contoso.com", shape: "single" });
const ocschat = new LegacyEndpoint("ocschat", {
  sipAddress: pulumi.interpolate\`ocschat@\${domain.domain}\`,
  poolFqdn: pool.poolFqdn,
});
`;
const IMPORT = `
import * as pulumi from "@pulumi/pulumi";
import { LegacyEndpoint, PersistentChatPool, SipDomain } from "pulumi-persistentchat";
`;
const REQUIRE = `
const pulumi = require("@pulumi/pulumi");
const { LegacyEndpoint, PersistentChatPool, SipDomain } = require("pulumi-persistentchat");
`;
const TYPED = "export const uri: pulumi.Output<string> = ocschat.sipAddress;\n";
/** Compiles and runs in an ES module only. */
const MODULE = 'if (!import.meta.url.endsWith("/index.ts")) throw new Error(import.meta.url);\n';

/** What a program of its own in the project needs, taken from the clone: no test needs the network. */
const PEERS = ["@pulumi/pulumi", "@types", "typescript", "ts-node"];

/** What a package needs, with what that needs. */
function needed(folder: string): string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const names = Object.keys(dependencies).filter((name) => !PEERS.includes(name));
  return [...new Set(names.flatMap((name) => [name, ...needed(join(ROOT, "node_modules", name))]))];
}

/** Links what packages have to run: npm would fetch one again whose link is missing. */
function linkPrograms(modules: string, names: readonly string[]): void {
  mkdirSync(join(modules, ".bin"));
  for (const name of names) {
    const { bin = {} } = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
    for (const [program, file] of Object.entries<string>(typeof bin === "string" ? { [name]: bin } : bin))
      symlinkSync(join("..", name, file), join(modules, ".bin", program));
  }
}

describe("the package, packed and installed", function () {
  this.timeout(300_000);

  let workspace: Workspace;
  let packed: string[];

  before(async () => {
    workspace = await Workspace.create();
    const { folder } = workspace;
    // npm makes the project's node_modules, not the helper, which links the clone.
    rmSync(join(folder, "node_modules"), { recursive: true });
    const [report] = JSON.parse(npm("pack", "--json", "--pack-destination", folder, ROOT));
    packed = report.files.map((file: { path: string }) => file.path);
    for (const name of needed(ROOT))
      cpSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name), { recursive: true });
    linkPrograms(join(folder, "node_modules"), needed(ROOT));
    npm("install", "--offline", "--legacy-peer-deps", "--no-audit", join(folder, report.filename));
    for (const name of PEERS)
      symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
  });
  after(() => workspace?.dispose());

  function npm(...args: string[]): string {
    const environment = Object.entries(workspace.environment()).filter(([name]) => !/^npm_/i.test(name));
    return execFileSync("npm", [...args, "--ignore-scripts"], {
      cwd: workspace.folder,
      encoding: "utf8",
      env: Object.fromEntries(environment),
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  it("holds the built provider and its papers, and nothing else", () => {
    const sources = globSync("provider/**/*.ts", { cwd: ROOT }).map((file) => file.slice(0, -".ts".length));
    assert.ok(sources.length > 30, String(sources.length));
    const scripts = globSync("provider/**/*.ps1", { cwd: ROOT });
    assert.ok(scripts.length > 10, String(scripts.length));
    const built = sources.flatMap((name) => [`build/${name}.js`, `build/${name}.d.ts`]);
    // A file whose source is gone lies in a build folder that is older than the source: remove it and build again.
    assert.deepEqual(
      packed.sort(),
      [...built, ...scripts, "CHANGELOG.md", "LICENSE", "README.md", "package.json"].sort(),
    );
  });

  it("brings the command line tool", () => {
    const tool = join(workspace.folder, "node_modules", ".bin", "persistentchat");
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const options = { cwd: workspace.folder, env: workspace.environment(), encoding: "utf8" } as const;
    assert.equal(execFileSync(tool, ["--version"], options), `${version}\n`);
  });

  it("opens the door that stored state names, and none to what may change", () => {
    const script = `
      import("pulumi-persistentchat/lifecycle").then(async ({ start }) => {
        const inner = import("pulumi-persistentchat/build/provider/registry/errors.js");
        console.log(typeof start, await inner.catch(({ code }) => code));
      });`;
    const options = { cwd: workspace.folder, env: workspace.environment(), encoding: "utf8" } as const;
    assert.equal(
      execFileSync(process.execPath, ["--eval", script], options),
      "function ERR_PACKAGE_PATH_NOT_EXPORTED\n",
    );
  });

  for (const [language, file, type, source] of [
    ["TypeScript in CommonJS", "index.ts", "commonjs", IMPORT + PROGRAM + TYPED],
    ["TypeScript in ES modules", "index.ts", "module", IMPORT + PROGRAM + TYPED + MODULE],
    ["plain JavaScript", "index.js", "commonjs", REQUIRE + PROGRAM],
  ] as const)
    it(`works for a program in ${language}`, async () => {
      const { folder, project } = workspace;
      const write = (name: string, content: object | string) =>
        writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
      for (const name of ["index.js", "index.ts"]) rmSync(join(folder, name), { force: true });
      write(file, source);
      write("Pulumi.yaml", { name: project, runtime: "nodejs" });
      write("package.json", {
        ...JSON.parse(readFileSync(join(folder, "package.json"), "utf8")),
        name: project,
        main: file,
        type,
      });
      write("tsconfig.json", {
        compilerOptions: { strict: true, target: "es2022", module: "nodenext", types: ["node"] },
        files: ["index.ts"],
      });
      await workspace.up();
      await workspace.ok("preview", "--expect-no-changes");
      const found = await workspace.registry((registry) => registry.resolve("sip:ocschat@contoso.com"));
      assert.equal(found?.kind === "endpoint" && found.poolFqdn, "pc.contoso.com");
      await workspace.ok("destroy", "--yes", "--skip-preview");
      await workspace.assertRegistryEmpty();
    });
});
