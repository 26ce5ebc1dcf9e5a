import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ComparedPrograms, comparePrograms } from "../../provider/cli/stacks/diff/compare-programs";
import { isChange, type Step } from "../../provider/review/preview";
import { Workspace } from "./workspace";

/** A workspace that is a git repository, in which programs are committed and compared. */
export class GitProject {
  private constructor(readonly workspace: Workspace) {}

  static async create(options: Parameters<typeof Workspace.create>[0] = {}): Promise<GitProject> {
    const project = new GitProject(await Workspace.create(options));
    project.write(".gitignore", "/home\n/state\nnode_modules\n/temporary\n*.db\n");
    project.git("init", "--quiet", "--initial-branch=main");
    return project;
  }

  get folder(): string {
    return this.workspace.folder;
  }

  git(...args: string[]): string {
    const who = ["-c", "user.name=Alice", "-c", "user.email=alice@contoso.com"];
    return execFileSync("git", [...who, ...args], {
      cwd: this.folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** Commits all that is there, and gives the commit. */
  commit(): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message=Change the topology");
    return this.git("rev-parse", "HEAD").trim();
  }

  /** The environment of somebody who has nothing of what the stack needs. */
  environment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const {
      PULUMI_CONFIG_PASSPHRASE: _,
      PULUMI_BACKEND_URL: __,
      ...rest
    } = this.workspace.environment(extra);
    return rest;
  }

  /** Commits one program, puts the other in its place, and compares the two. */
  async compared(base: string, head: string): Promise<ComparedPrograms> {
    this.workspace.program(base);
    this.commit();
    this.workspace.program(head);
    return this.compare();
  }

  compare(
    options: {
      base?: string;
      link?: string[];
      stack?: string;
      folder?: string;
      env?: NodeJS.ProcessEnv;
    } = {},
  ): Promise<ComparedPrograms> {
    const { base = "HEAD", link = [], stack = this.workspace.stack, folder = this.folder } = options;
    const env = this.environment(options.env);
    return comparePrograms({ stack, base, link }, { env, folder: () => folder });
  }

  dispose(): void {
    this.workspace.dispose();
  }
}

/** What a comparison would do, as `update ocschat: poolFqdn`; what is read or stays is left out. */
export function changesIn({ preview }: ComparedPrograms): string[] {
  return preview.steps.filter(isChange).map(changeOf);
}

function changeOf({ operation, name, changed }: Step): string {
  return changed.length > 0 ? `${operation} ${name}: ${changed.join(", ")}` : `${operation} ${name}`;
}

/** All that is in a folder, with what tells whether it was touched; what links lead to is not in it. */
export function snapshotOf(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const { mode, mtimeMs } = lstatSync(path);
    const content = entry.isFile() ? createHash("sha256").update(readFileSync(path)).digest("hex") : "";
    found.set(path, `${mode} ${mtimeMs} ${entry.isSymbolicLink() ? readlinkSync(path) : content}`);
    if (entry.isDirectory()) for (const [inner, what] of snapshotOf(path)) found.set(inner, what);
  }
  return found;
}
