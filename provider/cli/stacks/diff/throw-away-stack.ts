import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { enginePlugins } from "../../../engine/platform";
import { causeOf, ProjectEngine } from "../../../engine/project-engine";
import { baseState } from "../../../review/base/base-state";
import type { Preview } from "../../../review/preview";
import { readPreview } from "../../../review/read-preview";
import { bareEnvironment } from "./bare-environment";
import type { Program } from "./program";

const ownFile = z.object({
  encryptionsalt: z.string(),
  config: z.record(z.string(), z.object({ secure: z.string() })).optional(),
});

/** A preview, and the state that would be there if it were carried out; absent where it failed. */
export interface TriedProgram {
  preview: Preview;
  state?: object;
}

/**
 * A stack that lives as long as a folder, with an engine's home, a backend and a passphrase of its own. A program that is
 * previewed on it gets nothing of the live registry, and no secret.
 */
export class ThrowAwayStack {
  private constructor(
    private readonly folder: string,
    private readonly name: string,
    private readonly engine: ProjectEngine,
    private readonly signal: AbortSignal,
  ) {}

  static async make(
    folder: string,
    { project, stack }: { project: string; stack: string },
    { projectFolder, env, signal }: { projectFolder: string; env: NodeJS.ProcessEnv; signal: AbortSignal },
  ): Promise<ThrowAwayStack> {
    const of = (name: string) => join(folder, name);
    for (const name of ["home", "state", "temporary", "project"]) mkdirSync(of(name));
    linkPlugins(enginePlugins(env), of(join("home", "plugins")));
    // Even to be asked for its version it writes into its home.
    const engine = await ProjectEngine.find(projectFolder, { ...env, PULUMI_HOME: of("home") });
    const bare: NodeJS.ProcessEnv = {
      ...bareEnvironment(engine.env),
      PULUMI_HOME: of("home"),
      PULUMI_BACKEND_URL: pathToFileURL(of("state")).href,
      PULUMI_CONFIG_PASSPHRASE: randomBytes(32).toString("hex"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PERSISTENTCHAT_REGISTRY: `sqlite:${of("no-registry.db")}`,
      PERSISTENTCHAT_NO_REGISTRY: "true",
      NODE_COMPILE_CACHE: of("compiled"),
      GIT_OPTIONAL_LOCKS: "0", // the engine asks git for its state
      // As each platform calls it.
      TMPDIR: of("temporary"),
      TEMP: of("temporary"),
      TMP: of("temporary"),
    };
    // Not the project's own folder: the engine writes a stack's file beside Pulumi.yaml.
    writeFileSync(of(join("project", "Pulumi.yaml")), JSON.stringify({ name: project, runtime: "nodejs" }));
    const made = new ThrowAwayStack(folder, stack, engine.elsewhere(of("project"), bare), signal);
    await made.engine.tell(["stack", "init", stack], { signal });
    return made;
  }

  /** Writes the configuration of a program for this stack; a file for each of them. */
  async configure(programs: readonly Program[]): Promise<Map<Program, string>> {
    const settings = [...new Set(programs.flatMap(({ stackFile }) => [...(stackFile?.secrets ?? [])]))];
    if (settings.length > 0) {
      const pairs = settings.flatMap((setting, index) => [
        "--secret",
        `placeholder:${index}=placeholder for ${setting}`,
      ]);
      const args = ["config", "set-all", `--stack=${this.name}`, ...pairs];
      await this.engine.tell(args, { signal: this.signal });
    }
    const { encryptionsalt: salt, config = {} } = this.#own();
    const encrypted = new Map(
      settings.map((setting, index) => [setting, config[`placeholder:${index}`]?.secure ?? ""]),
    );
    return new Map(
      programs.map((program, index) => {
        const file = join(this.folder, `settings-${index}${program.extension}`);
        const empty = JSON.stringify({ encryptionsalt: salt });
        writeFileSync(file, program.stackFile?.withSecrets(salt, encrypted) ?? empty);
        return [program, file];
      }),
    );
  }

  /** Previews a program against what the stack is taken to have. */
  async try(program: Program, configuration: string): Promise<TriedProgram> {
    const plan = join(this.folder, "plan.json");
    const args = ["preview", `--stack=${this.name}`, `--config-file=${configuration}`, "--json"];
    const { code, stdout, lastLines } = await this.engine
      .elsewhere(program.folder, this.engine.env)
      // A refresh, which Pulumi.yaml may ask for, would find everything gone.
      .ask([...args, "--show-sames", "--refresh=false", `--save-plan=${plan}`], { signal: this.signal });
    this.signal.throwIfAborted();
    const preview = previewOf(stdout, code, lastLines);
    if (code !== 0) return { preview };
    const state = baseState(stdout, readFileSync(plan, "utf8"), this.#own().encryptionsalt);
    return { preview, state };
  }

  /** Has the stack take a state for its own. */
  async take(state: object): Promise<void> {
    const file = join(this.folder, "state.json");
    writeFileSync(file, JSON.stringify(state));
    const args = ["stack", "import", `--stack=${this.name}`, `--file=${file}`];
    await this.engine.tell(args, { signal: this.signal });
  }

  #own(): z.infer<typeof ownFile> {
    const file = join(this.folder, "project", `Pulumi.${this.name}.yaml`);
    return ownFile.parse(parse(readFileSync(file, "utf8")));
  }
}

/** The engine notes beside each plugin when it was used last: what is linked is what is in the folders. */
function linkPlugins(from: string, to: string): void {
  mkdirSync(to);
  if (!existsSync(from)) return;
  for (const plugin of readdirSync(from, { withFileTypes: true })) {
    if (!plugin.isDirectory() || existsSync(join(from, `${plugin.name}.partial`))) continue;
    mkdirSync(join(to, plugin.name));
    for (const { name } of readdirSync(join(from, plugin.name), { withFileTypes: true }))
      symlinkSync(join(from, plugin.name, name), join(to, plugin.name, name));
  }
}

function previewOf(stdout: string, code: number | undefined, lastLines: readonly string[]): Preview {
  let preview: Preview;
  try {
    preview = readPreview(stdout);
  } catch {
    // The engine did not come as far as to preview anything.
    preview = { steps: [], problems: [] };
  }
  if (code === 0 || preview.problems.length > 0) return preview;
  return { ...preview, problems: [{ message: causeOf(lastLines) }] };
}
