import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { openRegistry } from "../../provider/backends/index";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { parseRegistrySettings } from "../../provider/registry/settings";
import { enginePath } from "./engine";
import { processesIn, type RunningProcess } from "./processes";
import { type Result, resultOf } from "./result";

export type { Result };

/** The root of the clone; compiled tests lie in build/test/support. */
export const ROOT = join(__dirname, "..", "..", "..");

/** A resource as `pulumi stack export` shows it. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  dependencies?: string[];
  protect?: boolean;
}

/** The figures under the last `Resources:` of a run, such as `{ created: 3, unchanged: 1 }`. */
export function figures({ stdout }: Result): Record<string, number> {
  const block = [...stdout.matchAll(/^Resources:\n((?: {4}.*\n)+)/gm)].at(-1)?.[1] ?? "";
  const entries = [...block.matchAll(/(\d+) ([a-z ]+)/g)].map(([, count, what]) => [what, Number(count)]);
  return Object.fromEntries(entries.filter(([what]) => what !== "changes"));
}

const HEADER = `
const pulumi = require("@pulumi/pulumi");
const { SipDomain, PersistentChatPool, LegacyEndpoint, Provider, resolve } = require("pulumi-persistentchat");
`;

/**
 * A Pulumi project in a temporary folder with its own engine home, file backend and, where no other is named, SQLite
 * registry. Programs are plain JavaScript; the package is linked, as `npm link` would.
 */
export class Workspace {
  readonly registryFile: string;
  /** Where the tests look, as the setting `persistentchat:registry` would tell it. */
  #registry: string;
  private readonly running = new Set<ChildProcess>();

  private constructor(
    readonly folder: string,
    readonly project: string,
    readonly stack: string,
    private readonly engine: string,
    private readonly extraEnvironment: NodeJS.ProcessEnv,
    registryFile?: string,
  ) {
    this.registryFile = registryFile ?? join(folder, "registry.db");
    this.#registry = `sqlite:${this.registryFile}`;
  }

  static async create(
    options: {
      project?: string;
      stack?: string;
      environment?: NodeJS.ProcessEnv;
      /** Another stack's registry, to share it. */
      registryFile?: string;
      /** The setting `persistentchat:registry`, for a registry that is no file. */
      registry?: string;
    } = {},
  ): Promise<Workspace> {
    const folder = mkdtempSync(join(tmpdir(), "persistentchat-"));
    const workspace = new Workspace(
      folder,
      options.project ?? "chat",
      options.stack ?? "test",
      await enginePath(),
      options.environment ?? {},
      options.registryFile,
    );
    mkdirSync(join(folder, "node_modules"));
    mkdirSync(join(folder, "state"));
    symlinkSync(ROOT, join(folder, "node_modules", "pulumi-persistentchat"));
    symlinkSync(join(ROOT, "node_modules", "@pulumi"), join(folder, "node_modules", "@pulumi"));
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      JSON.stringify({
        name: workspace.project,
        main: "index.js",
        runtime: { name: "nodejs", options: { typescript: false } },
      }),
    );
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: workspace.project, private: true }));
    workspace.program("");
    await workspace.ok("stack", "init", workspace.stack);
    workspace.#registry = options.registry ?? workspace.#registry;
    // As `config set` writes it, without a run of the engine for each workspace.
    const setting = `config:\n  persistentchat:registry: ${JSON.stringify(workspace.#registry)}\n`;
    appendFileSync(join(folder, `Pulumi.${workspace.stack}.yaml`), setting);
    return workspace;
  }

  /** Says where the tests look from now on. What the stack's configuration says is another matter. */
  lookIn(registry: string): void {
    this.#registry = registry;
  }

  /** Replaces the program. The classes of the package and `pulumi` are in scope. */
  program(source: string): void {
    writeFileSync(join(this.folder, "index.js"), HEADER + source);
  }

  /** The environment of every child: nothing of the caller's own Pulumi settings is left in it. */
  environment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(PULUMI_|PERSISTENTCHAT_|PG)/.test(name)),
    );
    return {
      ...inherited,
      PATH: [this.engine, dirname(process.execPath), process.env.PATH].join(delimiter),
      PULUMI_HOME: join(this.folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      // Most of the first second of a program goes into compiling the SDK.
      NODE_COMPILE_CACHE: join(ROOT, "build", "compile-cache"),
      ...this.extraEnvironment,
      ...extra,
    };
  }

  /** Starts the CLI in a process group of its own, so that the test can end whatever is left of it. */
  start(
    args: readonly string[],
    extra: NodeJS.ProcessEnv = {},
  ): { child: ChildProcess; result: Promise<Result> } {
    const child = spawn("pulumi", [...args, "--non-interactive", "--color=never"], {
      cwd: this.folder,
      env: this.environment(extra),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.running.add(child);
    // A plugin that outlives a killed engine holds its streams open.
    return { child, result: resultOf(child, "exit") };
  }

  /** Runs the CLI to its end, whatever that is. */
  run(args: readonly string[], extra: NodeJS.ProcessEnv = {}): Promise<Result> {
    return this.start(args, extra).result;
  }

  /** Runs the package's own command line tool, in the folder of the project. */
  persistentchat(args: readonly string[], extra: NodeJS.ProcessEnv = {}): Promise<Result> {
    return this.startTool(args, extra).result;
  }

  /** Starts that tool. */
  startTool(
    args: readonly string[],
    extra: NodeJS.ProcessEnv = {},
  ): { child: ChildProcess; result: Promise<Result> } {
    const tool = join(ROOT, "build", "provider", "cli", "index.js");
    const options = { cwd: this.folder, env: this.environment(extra) };
    const child = spawn(process.execPath, [tool, ...args], options);
    return { child, result: resultOf(child) };
  }

  /** Runs the CLI and insists on success. */
  async ok(...args: string[]): Promise<Result> {
    const result = await this.run(args);
    assert.equal(result.code, 0, `pulumi ${args.join(" ")}\n${result.output}`);
    return result;
  }

  /** Runs the CLI and insists on failure. */
  async fails(...args: string[]): Promise<Result> {
    const result = await this.run(args);
    assert.notEqual(result.code, 0, `pulumi ${args.join(" ")} was to fail\n${result.output}`);
    return result;
  }

  up(...args: string[]): Promise<Result> {
    return this.ok("up", "--yes", "--skip-preview", ...args);
  }

  upFails(...args: string[]): Promise<Result> {
    return this.fails("up", "--yes", "--skip-preview", ...args);
  }

  /** The resources of the stack, without the stack itself and its providers. */
  async state(): Promise<StateResource[]> {
    const deployment = (await this.deployment()) as { resources?: StateResource[] };
    return (deployment.resources ?? []).filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/"));
  }

  async deployment(): Promise<Record<string, unknown>> {
    const { stdout } = await this.ok("stack", "export");
    return (JSON.parse(stdout) as { deployment: Record<string, unknown> }).deployment;
  }

  /** All resources that the checkpoint on disk keeps, secrets encrypted; costs no run of the CLI. */
  recorded(): StateResource[] {
    const { checkpoint } = JSON.parse(this.checkpoint()) as {
      checkpoint: { latest?: { resources?: StateResource[] } };
    };
    return checkpoint.latest?.resources ?? [];
  }

  /** The one resource of a logical name, as the checkpoint keeps it. */
  resource(name: string): StateResource {
    const found = this.recorded().filter(({ urn }) => urn.endsWith(`::${name}`));
    assert.equal(found.length, 1, `state has ${found.length} resources '${name}'`);
    return found[0] as StateResource;
  }

  /** What the program exported. */
  outputs(): Record<string, unknown> {
    return this.resource(`${this.project}-${this.stack}`).outputs;
  }

  /** The checkpoint file as it lies on disk, to search for what must not be there in clear. */
  checkpoint(): string {
    return readFileSync(
      join(this.folder, "state", ".pulumi", "stacks", this.project, `${this.stack}.json`),
      "utf8",
    );
  }

  /** Opens the stack's registry beside the engine, as a person with another tool would, for the time of the call. */
  async registry<T>(use: (registry: TopologyRegistry) => Promise<T>): Promise<T> {
    const registry = openRegistry(parseRegistrySettings(this.#registry, this.folder));
    try {
      return await use(registry);
    } finally {
      await registry.close();
    }
  }

  /** Insists that the registry holds nothing of what programs declare. */
  async assertRegistryEmpty(): Promise<void> {
    const left = await this.registry(async (registry) => {
      const keys: string[] = [];
      for (const kind of ["sip-domain", "pool", "endpoint"] as const)
        for await (const { key } of registry.list(kind)) keys.push(`${kind} ${key}`);
      return keys;
    });
    assert.deepEqual(left, []);
  }

  /** The processes that run in this folder: the plugin and the language host of an engine that was killed, for instance. */
  processes(): RunningProcess[] {
    return processesIn(this.folder);
  }

  /** Ends whatever still runs, and removes the folder. */
  dispose(): void {
    this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Ends whatever still runs. */
  end(): void {
    for (const child of this.running) {
      try {
        if (child.pid) process.kill(-child.pid, "SIGKILL");
      } catch {
        // the group has ended
      }
    }
    for (const { pid } of this.processes()) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // it has ended
      }
    }
  }
}
