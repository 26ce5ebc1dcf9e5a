import assert from "node:assert/strict";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { pathWithCommandPlugin } from "../support/command-plugin";
import { nodesOf, powershellParser, textsOf } from "../support/powershell-syntax";
import { BY_HAND } from "../support/topology";
import { ROOT, Workspace } from "../support/workspace";

const LEGACY_POOL = "gcpool.contoso.com";
const POOL = "pcpool.contoso.com";
const ADDRESS = "sip:ocschat@contoso.com";

/** Stands for PowerShell: keeps the script that it is given, and a line for each run. */
const SHELL = `
const { appendFileSync, readFileSync, writeFileSync } = require("node:fs");
writeFileSync("script.ps1", process.argv.at(-1));
appendFileSync("runs", readFileSync(0, "utf8") + "\\n");
`;

describe("the example of decommissioning", function () {
  this.timeout(180_000);
  let workspace: Workspace;

  before(async () => {
    workspace = await Workspace.create({ environment: { PATH: await pathWithCommandPlugin() } });
    symlinkSync(join(ROOT, "node_modules", "zod"), join(workspace.folder, "node_modules", "zod"));
    const source = readFileSync(join(ROOT, "examples", "decommission", "index.ts"), "utf8");
    const compilerOptions = {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2023,
      esModuleInterop: true,
    };
    writeFileSync(
      join(workspace.folder, "index.js"),
      ts.transpileModule(source, { compilerOptions }).outputText,
    );
    writeFileSync(join(workspace.folder, "shell.js"), SHELL);
    for (const [key, value] of Object.entries({
      cutover: "contoso",
      legacyPool: LEGACY_POOL,
      applications: '["urn:application:groupchat"]',
      registrar: "fepool.contoso.com",
      shell: JSON.stringify([process.execPath, "shell.js"]),
    }))
      await workspace.ok("config", "set", key, value);
    await workspace.registry(async (registry) => {
      await registry.create("sip-domain", { domain: "contoso.com" }, BY_HAND);
      for (const poolFqdn of [POOL, LEGACY_POOL])
        await registry.create("pool", { poolFqdn, shape: "multiple" }, BY_HAND);
    });
  });
  after(() => workspace.dispose());

  const runs = () =>
    existsSync(join(workspace.folder, "runs"))
      ? readFileSync(join(workspace.folder, "runs"), "utf8").trim().split("\n")
      : [];
  const refused = async (cause: RegExp) => {
    const { output } = await workspace.upFails();
    assert.match(output.replace(/\s+/g, " "), cause);
    assert.deepEqual(runs(), []);
  };

  it("does nothing until it is confirmed, the cutover is complete, and everybody has left", async () => {
    await refused(
      /nobody has confirmed it, and there is no way back; .* set confirm to 'gcpool.contoso.com'/,
    );
    await workspace.ok("config", "set", "confirm", POOL);
    await refused(/nobody has confirmed it/);
    await workspace.ok("config", "set", "confirm", LEGACY_POOL);
    await refused(/cannot decommission 'gcpool.contoso.com': the registry has no cutover 'contoso'/);

    await workspace.registry((registry) =>
      registry.create(
        "cutover",
        { name: "contoso", stage: "handover", addresses: [ADDRESS], poolFqdn: POOL, folder: "/nowhere" },
        BY_HAND,
      ),
    );
    await refused(/cutover 'contoso' stands at 'handover', and its way back needs Group Chat/);
    await workspace.registry(async (registry) => {
      const stored = await registry.get("cutover", "contoso");
      await registry.update("cutover", "contoso", { stage: "complete" }, stored?.revision ?? "", BY_HAND);
    });
    await refused(/'sip:ocschat@contoso.com' does not lead to 'pcpool.contoso.com'/);

    const endpoint = (sipAddress: typeof ADDRESS | "sip:old@contoso.com", poolFqdn: string) =>
      workspace.registry((registry) => registry.create("endpoint", { sipAddress, poolFqdn }, BY_HAND));
    await endpoint(ADDRESS, POOL);
    const { incarnation } = await endpoint("sip:old@contoso.com", LEGACY_POOL);
    await refused(/'sip:old@contoso.com' still leads there; repoint or remove its endpoint/);
    await workspace.registry((registry) =>
      registry.remove("endpoint", "sip:old@contoso.com", { incarnation }, BY_HAND),
    );

    await workspace.up();
    await workspace.up();
    const values = {
      legacyPool: LEGACY_POOL,
      applications: ["urn:application:groupchat"],
      registrar: "fepool.contoso.com",
    };
    assert.deepEqual(runs(), [JSON.stringify(values)]);
    await workspace.ok("destroy", "--yes", "--skip-preview");
    assert.equal(runs().length, 1);
  });

  it("runs the documented cmdlets, and has no value in the script", async () => {
    const script = readFileSync(join(workspace.folder, "script.ps1"), "utf8");
    const root = (await powershellParser())(script);
    assert.deepEqual(
      [...nodesOf(root)].filter(({ isError }) => isError),
      [],
    );
    assert.deepEqual(
      textsOf(root, "command_name").filter((name) => name.includes("-Cs")),
      [
        "Get-CsTrustedApplicationPool",
        "Get-CsTrustedApplication",
        "Remove-CsTrustedApplication",
        "Set-CsTrustedApplicationPool",
        "Remove-CsTrustedApplicationPool",
        "Enable-CsTopology",
      ],
    );
    assert.doesNotMatch(script, /contoso/);
  });
});
