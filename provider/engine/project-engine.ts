import { realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { projectFileIn } from "../registry/project-folder";
import { runChild } from "./child";
import { type Engine, PULUMI } from "./engine";
import { engineEnvironment } from "./environment";
import { findEngine } from "./find-engine";
import { follow } from "./follow";
import { atTerminal, onSignal } from "./signals";
import { OLDEST_ENGINE } from "./version";

/** Why an engine cannot be had or did not do what it was asked; the message is fit for the end of a sentence. */
export class EngineFailure extends Error {
  override readonly name = "EngineFailure";
}

export interface EngineAnswer {
  /** Undefined when a signal ended it. */
  code: number | undefined;
  stdout: string;
  /** The last lines of standard error. */
  lastLines: readonly string[];
}

export interface AskOptions {
  /** Interrupts it. */
  signal?: AbortSignal;
  /** It only reads the state: where a run writes that at this moment, it is asked again. */
  isReading?: true;
}

const PLAINLY = ["--non-interactive", "--color=never"];
/** What a file backend is in the middle of writes is there after some milliseconds, and written again with each resource. */
const PAUSES_MS = [50, 100, 200, 400, 800];

/** The engine of this machine, in the folder of one project. Gets nothing that is not there. */
export class ProjectEngine {
  private constructor(
    readonly engine: Engine,
    readonly folder: string,
    readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Fails with `EngineFailure` where the folder is no project's, or there is no engine. */
  static async find(folder: string, env: NodeJS.ProcessEnv): Promise<ProjectEngine> {
    if (projectFileIn(folder) === undefined)
      throw new EngineFailure(`'${folder}' is not in a Pulumi project; go to one`);
    const engine = await findEngine(env);
    if (engine === undefined)
      throw new EngineFailure(
        `no Pulumi engine of version ${OLDEST_ENGINE} or newer is on PATH or in the cache of this package; install one`,
      );
    return new ProjectEngine(engine, folder, environmentOf(folder, env, engine));
  }

  /** The same engine in another folder and environment. */
  elsewhere(folder: string, env: NodeJS.ProcessEnv): ProjectEngine {
    return new ProjectEngine(this.engine, folder, env);
  }

  /** Runs it to its end, whatever that is, without a terminal and colours. */
  async ask(args: readonly string[], { signal, isReading }: AskOptions = {}): Promise<EngineAnswer> {
    const once = () =>
      runChild(this.program, [...args, ...PLAINLY], { env: this.environment, cwd: this.folder, signal });
    let answer = await once();
    for (const length of isReading ? PAUSES_MS : []) {
      if (answer.code === 0 || !CUT_OFF.test(saidIn(answer.lastLines) ?? "")) break;
      await pause(length);
      answer = await once();
    }
    return answer;
  }

  /**
   * Runs it to its end, whatever that is, and gives its exit code; takes what it prints line by line while it runs. What asks
   * this process to end reaches it, once, and its own ending is awaited.
   */
  async follow(
    args: readonly string[],
    lines: { onLine(line: string): void; onErrorLine(line: string): void },
  ): Promise<number> {
    const options = { env: this.environment, cwd: this.folder, onSignal, atTerminal: atTerminal() };
    return follow(this.program, [...args, ...PLAINLY], { ...lines, ...options });
  }

  /** Runs it and gives what it printed. Fails with `EngineFailure` where it fails. */
  async tell(args: readonly string[], options: AskOptions = {}): Promise<string> {
    const { code, stdout, lastLines } = await this.ask(args, options);
    if (code !== 0) throw new EngineFailure(causeOf(lastLines));
    return stdout;
  }

  private get environment(): NodeJS.ProcessEnv {
    const {
      // It would take `--preview-only` for a contradiction.
      PULUMI_SKIP_CONFIRMATIONS: _,
      // It would print a preview in lines, and not as one document.
      PULUMI_ENABLE_STREAMING_JSON_PREVIEW: __,
      ...env
    } = this.env;
    return env;
  }

  private get program(): string {
    return join(this.engine.bin, PULUMI);
  }
}

/** What the engine gave as the reason, without what an address of a backend may hold as a password. */
export function causeOf(lines: readonly string[]): string {
  const said = saidIn(lines);
  const known = CAUSES.find(([pattern]) => pattern.test(said ?? ""));
  if (known) return known[1];
  return `the engine says: ${(said ?? lines.at(-1) ?? "nothing").replace(/[^\s/:"']+:[^\s/@"']+@/g, "")}`;
}

function saidIn(lines: readonly string[]): string | undefined {
  return lines.findLast((line) => line.startsWith("error: "))?.slice("error: ".length);
}

/** What the engine says of a file backend that is being written, and of one in which that never came to its end. */
const CUT_OFF = /^(failed to load checkpoint: )?EOF$/;

const CAUSES: readonly [RegExp, string][] = [
  [
    CUT_OFF,
    "the file backend is half written; wait for the run that is at work, and if none is, one was killed while it wrote: where .pulumi/stacks/<project>/<stack>.json.attrs is empty, delete that file, for the state beside it is whole",
  ],
  [/^no stack named/, "there is no such stack; 'pulumi stack ls' lists those that are"],
  [
    /passphrase must be set/,
    "there is a secret, and the stack's passphrase is missing; set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
  ],
  [
    /incorrect passphrase/,
    "there is a secret, and the stack's passphrase is wrong; correct PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
  ],
];

/** The stacks of the clone are where its npm scripts keep them; those of any other project are where its user does. */
function environmentOf(projectFolder: string, env: NodeJS.ProcessEnv, engine: Engine): NodeJS.ProcessEnv {
  const clone = realpathSync(join(__dirname, "..", "..", ".."));
  const folder = realpathSync(projectFolder);
  if (folder === clone || folder.startsWith(clone + sep)) return engineEnvironment(env, folder, engine);
  return { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" };
}
