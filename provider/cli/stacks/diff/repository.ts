import { mkdirSync, writeFileSync } from "node:fs";
import { devNull } from "node:os";
import { join, resolve } from "node:path";
import { runChild } from "../../../engine/child";
import { UsageError } from "../../command";

/** Why git does not give what it was asked for. */
export class GitFailure extends Error {
  override readonly name = "GitFailure";
}

/** The git repository that a project is in. Nothing is written to it, and nothing of it is run. */
export class Repository {
  private constructor(
    /** Its topmost folder. */
    readonly root: string,
    /** Where the project is in it, with `/` at the end; empty for the root. */
    readonly prefix: string,
    private readonly objects: string,
    private readonly isShallow: boolean,
    private readonly git: (args: readonly string[], folder?: string) => Promise<string>,
  ) {}

  /** Fails with `GitFailure` where there is no repository, or no git. */
  static async around(
    projectFolder: string,
    env: NodeJS.ProcessEnv,
    signal: AbortSignal,
  ): Promise<Repository> {
    const git = async (args: readonly string[], folder?: string) => {
      const isOwn = folder !== undefined;
      const options = { cwd: folder ?? projectFolder, env: isOwn ? untouched(env) : quiet(env), signal };
      const { code, stdout, lastLines } = await runChild("git", args, options);
      if (code === 0) return stdout;
      throw new GitFailure(lastLines.at(-1)?.replace(/^(fatal|error): /, "") ?? "it does not say why");
    };
    try {
      const asked = ["--show-toplevel", "--show-prefix", "--is-shallow-repository", "--git-path", "objects"];
      const [root = "", prefix = "", shallow, objects = ""] = (await git(["rev-parse", ...asked])).split(
        /\r?\n/,
      );
      return new Repository(root, prefix, resolve(projectFolder, objects), shallow === "true", git);
    } catch (error) {
      if (!(error instanceof GitFailure)) throw error;
      throw new GitFailure(
        `cannot compare '${projectFolder}' with another commit: git says: ${error.message}; go to a project in a git repository, on a machine with git`,
      );
    }
  }

  /** The commit that a name stands for. Fails with `UsageError` where there is none. */
  async commit(ref: string): Promise<string> {
    try {
      const name = `${ref}^{commit}`;
      return (await this.git(["rev-parse", "--verify", "--quiet", "--end-of-options", name])).trim();
    } catch (error) {
      if (!(error instanceof GitFailure)) throw error;
      const remedy = this.isShallow
        ? "the clone is shallow and may lack it: get it first, with 'git fetch --depth=1 origin <branch>' and --base FETCH_HEAD, or with 'fetch-depth: 0' of actions/checkout"
        : "say a commit, branch or tag of this clone";
      throw new UsageError(`--base: this repository has no commit '${ref}'; ${remedy}`);
    }
  }

  /**
   * Writes the files of a commit into a new folder, which is a repository of its own that shares the objects of this one. No
   * hook and no filter runs, whatever the repository or the user has configured; submodules stay empty.
   */
  async checkOut(commit: string, folder: string): Promise<void> {
    const own = (...args: string[]) => this.git(["-c", `core.hooksPath=${devNull}`, ...args], folder);
    mkdirSync(folder);
    try {
      await own(
        "init",
        "--quiet",
        "--template=",
        `--object-format=${commit.length === 64 ? "sha256" : "sha1"}`,
      );
      mkdirSync(join(folder, ".git", "objects", "info"), { recursive: true });
      writeFileSync(join(folder, ".git", "objects", "info", "alternates"), `${this.objects}\n`);
      // A program may ask git for its commit.
      await own("update-ref", "--no-deref", "HEAD", commit);
      await own("read-tree", commit);
      await own("checkout-index", "--all", "--quiet");
    } catch (error) {
      if (!(error instanceof GitFailure)) throw error;
      throw new GitFailure(
        `cannot get the files of commit ${commit}: git says: ${error.message}; where the clone has not all objects, 'git fetch --refetch' gets them`,
      );
    }
  }
}

/** The user's settings, such as those of folders that are safe, and no lock for a mere look. */
function quiet(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0" };
}

/** No settings but git's own: what a filter of the user, or of the machine, would run is not known there. */
function untouched(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const others = Object.entries(env).filter(([name]) => !name.startsWith("GIT_"));
  return {
    ...Object.fromEntries(others),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_LAZY_FETCH: "1",
  };
}
