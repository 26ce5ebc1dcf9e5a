import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GitHub } from "./github";
import { type Result, resultOf } from "./result";
import { ROOT } from "./workspace";

/** The account of a workflow's token. */
export const BOT = "github-actions[bot]";
export const MARKER = "<!-- pulumi-persistentchat comment chat/prod -->";

/** `examples/ci/post.mjs` as a step of a workflow runs it, with a GitHub of its own. */
export class Posting {
  private constructor(
    readonly github: GitHub,
    readonly folder: string,
  ) {}

  static async create(): Promise<Posting> {
    return new Posting(await GitHub.start(), mkdtempSync(join(tmpdir(), "persistentchat-post-")));
  }

  /** Writes a file into the folder, and gives its path. */
  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Runs it to its end, for an event. */
  post(event: object, args: readonly string[], extra: NodeJS.ProcessEnv = {}): Promise<Result> {
    const env = { ...this.github.environment(this.file("event.json", JSON.stringify(event))), ...extra };
    return resultOf(spawn(process.execPath, [join(ROOT, "examples/ci/post.mjs"), ...args], { env }));
  }

  /** Insists on success. */
  async done(run: Promise<Result>): Promise<Result> {
    const result = await run;
    assert.deepEqual([result.code, result.stderr], [0, ""]);
    return result;
  }

  /** Insists on one sentence, and on nothing written. */
  async refused(run: Promise<Result>, sentence: RegExp): Promise<void> {
    const { code, stdout, stderr } = await run;
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, sentence);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
    assert.deepEqual(this.github.writes, []);
  }

  /** The comments on an issue or a pull request. */
  bodies(number: number): string[] {
    return (this.github.comments.get(number) ?? []).map(({ body }) => body);
  }

  async dispose(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    await this.github.stop();
  }
}
