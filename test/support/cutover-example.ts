import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { CutoverStage } from "../../provider/registry/cutover-record";
import { noteHoldings } from "../../provider/simulator/holdings";
import type { World } from "../../provider/simulator/world";
import { pathWithCommandPlugin } from "./command-plugin";
import { flat } from "./cutover-workspace";
import { DC2, TestWorld } from "./test-world";
import { type Result, ROOT, Workspace } from "./workspace";

const EXAMPLE = join(ROOT, "examples", "cutover");
const STACK = "rehearsal";
const REGISTRY = "persistentchat:registry";

/** The example `cutover` with the settings of its stack `rehearsal`: a simulated management shell, and stand-in services. */
export class CutoverExample {
  stage: CutoverStage | undefined;

  private constructor(
    readonly workspace: Workspace,
    readonly world: TestWorld,
    /** The setting of the registry that the stack has. */
    readonly registry: string,
  ) {}

  /** `parameters` come behind those of the stack's setting `persistentchat:registry`. */
  static async create(parameters: string): Promise<CutoverExample> {
    const environment = {
      PULUMI_CONFIG_PASSPHRASE: "persistentchat-local",
      PATH: await pathWithCommandPlugin(),
    };
    const workspace = await Workspace.create({ project: "contoso-cutover", stack: STACK, environment });
    const { folder } = workspace;
    for (const name of ["zod", "typescript"])
      symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
    symlinkSync(join(EXAMPLE, "stand-in"), join(folder, "stand-in"));
    cpSync(join(EXAMPLE, `Pulumi.${STACK}.yaml`), join(folder, `Pulumi.${STACK}.yaml`));
    const { stdout } = await workspace.ok("config", "get", REGISTRY);
    const registry = `${stdout.trim()}&${parameters}`;
    const world = join(".persistentchat", "world.json");
    const example = new CutoverExample(workspace, new TestWorld(join(folder, world)), registry);
    const made = await workspace.persistentchat(["simulate-shell", world, "--init", "contoso-cutover"]);
    assert.equal(made.code, 0, made.output);
    example.world.faults();
    example.#stand("set-up.mjs", "--pause", "0", "--chat", "0");
    example.program();
    await workspace.ok("config", "rm", "contoso-cutover:stage");
    await example.lookIn(registry);
    return example;
  }

  dispose(): void {
    this.workspace.dispose();
  }

  /** Writes the program as it is, or with one text of it in the place of another. */
  program(from = "", to = ""): void {
    for (const file of ["index", "config", "stand-in"]) {
      const source = readFileSync(join(EXAMPLE, `${file}.ts`), "utf8");
      if (file === "index") assert.ok(source.includes(from));
      const { outputText } = ts.transpileModule(file === "index" ? source.replace(from, to) : source, {
        compilerOptions: {
          module: ts.ModuleKind.CommonJS,
          target: ts.ScriptTarget.ES2022,
          esModuleInterop: true,
        },
      });
      writeFileSync(join(this.workspace.folder, `${file}.js`), outputText);
    }
  }

  /** Has the stack, and the tests, look in a registry. */
  async lookIn(registry: string): Promise<void> {
    await this.workspace.ok("config", "set", REGISTRY, registry);
    this.workspace.lookIn(registry);
  }

  /** Turns the cutover to a stage, and insists on success. */
  async up(stage = this.stage): Promise<Result> {
    const result = await this.start(stage).result;
    assert.equal(result.code, 0, result.output);
    return result;
  }

  /** Turns the cutover to a stage, insists on failure, and gives what was said without line breaks. */
  async upFails(stage = this.stage): Promise<string> {
    const result = await this.start(stage).result;
    assert.notEqual(result.code, 0, result.output);
    return flat(result);
  }

  start(stage = this.stage): ReturnType<Workspace["start"]> {
    this.stage = stage;
    const settings = stage === undefined ? [] : ["-c", `contoso-cutover:stage=${stage}`];
    return this.workspace.start(["up", "--yes", "--skip-preview", ...settings]);
  }

  /** What `persistentchat <words> --stack` prints, whatever its exit code is. */
  ask(...words: string[]): Promise<Result> {
    return this.workspace.persistentchat([...words, "--stack", STACK]);
  }

  /** Who holds an address, as `persistentchat resolve` tells it: a pool, or the user. */
  async holder(address: string): Promise<string | undefined> {
    const { stdout } = await this.ask("resolve", address, "--json");
    const found = JSON.parse(stdout) as { kind: string; poolFqdn?: string; displayName?: string } | null;
    return found?.poolFqdn ?? found?.displayName;
  }

  /** Has what happens to users come to the second domain controller that late. */
  lag(userMs: number): void {
    this.world.change((world) => setLag(world, userMs));
  }

  /** Has the last change, where that one does not know it yet, come there after so many milliseconds. */
  arriveIn(milliseconds: number): void {
    this.world.change((world) => {
      const now = Date.now();
      const [last] = world.changes.slice(-1);
      if (last) setLag(world, now + milliseconds - Date.parse(last.at));
      noteHoldings(world, now);
    });
  }

  #stand(command: string, ...args: string[]): void {
    const world = join(this.workspace.folder, ".persistentchat", "stand-in");
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(EXAMPLE, "stand-in", command), "--world", world, ...args],
      { encoding: "utf8" },
    );
    assert.equal(status, 0, stderr);
  }
}

function setLag({ directory }: World, userMs: number): void {
  const late = directory.domainControllers.find(({ fqdn }) => fqdn === DC2);
  Object.assign(late ?? assert.fail(`there is no ${DC2}`), { userMs });
}
