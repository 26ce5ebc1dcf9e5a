import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { valueAt } from "../../provider/lifecycle/properties";
import type { Kind } from "../../provider/registry/records";
import { DOMAINS, ENDPOINTS, estateWorld, FEW_ENDPOINTS, fillEstate, POOLS } from "../support/estate";
import { isCiphertext } from "../support/secret";
import { newDatabase, type TestDatabase } from "../support/shared-postgres";
import { shellUrl } from "../support/shell-workspace";
import { TestWorld } from "../support/test-world";
import { figures, type Result, Workspace } from "../support/workspace";

interface Answer {
  adopted: { kind: Kind; key: string; name: string; managedBy: string }[];
  leftOut: { kind: Kind; key: string; reason: string }[];
  files: string[];
  claimed: number;
  dryRun: boolean;
}

/** Insists that TypeScript finds nothing wrong with a program, however strict it is. */
function assertStrict(file: string): void {
  const strict = { strict: true, noUnusedLocals: true, noUncheckedIndexedAccess: true, types: [] };
  const node = { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022 };
  const program = ts.createProgram([file], { ...strict, ...node, noEmit: true, skipLibCheck: true });
  const problems = ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText);
  assert.deepEqual(problems, []);
}

const KINDS = ["sip-domain", "pool", "endpoint"] as const;
const IMPORT = ["import", "--file", "adopted/import.json", "--generate-code=false", "--protect=false"];

describe("an estate that is adopted", function () {
  this.timeout(240_000);
  let workspace: Workspace;
  let database: TestDatabase | undefined;

  afterEach(async () => {
    workspace?.dispose();
    await database?.drop();
    database = undefined;
  });

  const create = async (registry?: string) => {
    const environment = { PULUMI_SKIP_CHECKPOINTS: "true" };
    workspace = await Workspace.create({ environment, ...(registry && { registry }) });
  };

  async function adopt(...more: string[]): Promise<Answer> {
    const result = await workspace.persistentchat(["adopt", "--stack", "test", "--json", ...more]);
    assert.deepEqual([result.code, result.stderr], [0, ""], result.output);
    return JSON.parse(result.stdout) as Answer;
  }

  const records = (...kinds: Kind[]) =>
    workspace.registry(async (registry) => {
      const found = [];
      for (const kind of kinds) for await (const stored of registry.list(kind)) found.push(stored);
      return found;
    });

  /** Puts the program in place, as it is or with something else in it. */
  function program(alter = (text: string) => text): void {
    const text = alter(readFileSync(join(workspace.folder, "adopted", "index.ts"), "utf8"));
    const compiled = ts.transpile(text, { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 });
    writeFileSync(join(workspace.folder, "adopted", "index.js"), compiled);
    workspace.program(`require("./adopted/index");`);
  }

  /** From the dry run to an update of what was adopted; `owned` are the kinds of which the registry keeps owners. */
  async function assertRoundTrip(
    owned: readonly (typeof KINDS)[number][],
    endpoints: readonly unknown[],
  ): Promise<Result> {
    const size = DOMAINS.length + POOLS.length + endpoints.length;
    const before = await records(...KINDS);
    const dryRun = await adopt();
    assert.deepEqual([dryRun.adopted.length, dryRun.claimed, dryRun.dryRun], [size, 0, true]);
    assert.deepEqual(dryRun.leftOut, []);
    assert.ok(!existsSync(join(workspace.folder, "adopted")));
    assert.deepEqual(await records(...KINDS), before);

    const done = await adopt("--yes");
    const claimed = await records(...owned);
    assert.deepEqual(done, { ...dryRun, claimed: claimed.length, dryRun: false });
    const owners = new Map(done.adopted.map(({ key, managedBy }) => [key, managedBy]));
    for (const { key, managedBy } of claimed) assert.equal(managedBy, owners.get(key));

    assert.equal(figures(await workspace.ok(...IMPORT, "--yes", "--skip-preview")).imported, size);
    const state = new Map(workspace.recorded().map(({ id, outputs }) => [id, outputs]));
    for (const { key, revision, incarnation } of await records(...KINDS)) {
      const outputs = state.get(key);
      assert.deepEqual([outputs?.revision, outputs?.incarnation], [revision, incarnation], key);
    }
    assert.ok(isCiphertext(valueAt(state.get("sip:team.80-chat@contoso.test"), "effective.displayName")));
    program();
    await workspace.ok("preview", "--expect-no-changes");
    await workspace.ok("refresh", "--yes", "--skip-preview", "--expect-no-changes");

    const again = await adopt("--yes");
    assert.deepEqual([again.adopted, again.claimed, again.files], [[], 0, []]);
    assert.deepEqual(
      again.leftOut,
      done.adopted.map(({ kind, key }) => ({ kind, key, reason: "this stack has it already" })),
    );

    program((text) => text.replace(/("sip:ocschat@fabrikam\.test",\n\tpoolFqdn:) \w+\./, "$1 newPool."));
    const up = await workspace.up();
    assert.deepEqual(figures(up), { updated: 1, unchanged: size });
    return up;
  }

  it("in a file: nothing changes but its owner, and it is managed from then on", async () => {
    await create();
    await workspace.registry((registry) => fillEstate(registry, ENDPOINTS));
    await assertRoundTrip(KINDS, ENDPOINTS);
    assertStrict(join(workspace.folder, "adopted", "index.ts"));
  });

  it("in a PostgreSQL database: the same", async () => {
    database = await newDatabase();
    await create(database.url());
    await workspace.registry((registry) => fillEstate(registry, FEW_ENDPOINTS));
    await assertRoundTrip(KINDS, FEW_ENDPOINTS);
  });

  it("behind a management shell: the same, and what was adopted stays when the stack goes", async () => {
    await create(shellUrl({ manageSipDomains: true }));
    const world = new TestWorld(join(workspace.folder, "world.json"));
    world.fill(estateWorld(FEW_ENDPOINTS));
    await assertRoundTrip(["sip-domain", "endpoint"], FEW_ENDPOINTS);
    const [led, { sipDomains }] = [world.led(), world.seen()];
    const { output } = await workspace.ok("destroy", "--yes", "--skip-preview");
    assert.match(
      output,
      /'sip:ocschat@contoso\.test' is forgotten and stays as it is: this stack adopted it/,
    );
    assert.equal(led.length, FEW_ENDPOINTS.length);
    assert.deepEqual([world.led(), world.seen().sipDomains], [led, sipDomains]);
  });
});
