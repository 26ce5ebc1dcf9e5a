import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { enginePath } from "./engine";
import { type Result, resultOf } from "./result";
import { ROOT } from "./workspace";

/** A clone of this repository as a stranger has it after `npm ci`: the tracked files, the dependencies, nothing built. */
export class Clone {
  private constructor(
    readonly folder: string,
    private readonly engine: string,
  ) {}

  static async create(): Promise<Clone> {
    const folder = mkdtempSync(join(tmpdir(), "persistentchat clone-"));
    const clone = new Clone(folder, await enginePath());
    const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
      cwd: ROOT,
    });
    for (const file of list.toString().split("\0").filter(Boolean))
      cpSync(join(ROOT, file), join(folder, file), { preserveTimestamps: true });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    clone.git("init", "--quiet");
    clone.git("add", "--all", "--force", ".");
    clone.git(
      "-c",
      "user.name=test",
      "-c",
      "user.email=test@example.com",
      "commit",
      "--quiet",
      "--message=clone",
    );
    return clone;
  }

  /** Runs a command line as it stands in the README. */
  sh(line: string, extra: NodeJS.ProcessEnv = {}): Promise<Result> {
    const child = spawn("sh", ["-c", line], {
      cwd: this.folder,
      env: { ...this.environment(), ...extra },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return resultOf(child);
  }

  git(...args: string[]): string {
    return execFileSync("git", args, { cwd: this.folder, encoding: "utf8" });
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private environment(): NodeJS.ProcessEnv {
    const inherited = Object.fromEntries(
      Object.entries(process.env).filter(
        ([name]) => !/^(PULUMI_|PERSISTENTCHAT_|npm_|NODE_OPTIONS)/.test(name),
      ),
    );
    return {
      ...inherited,
      HOME: join(this.folder, ".git", "home"),
      PULUMI_HOME: join(this.folder, ".git", "home", ".pulumi"),
      PATH: [this.engine, dirname(process.execPath), process.env.PATH].join(delimiter),
    };
  }
}
