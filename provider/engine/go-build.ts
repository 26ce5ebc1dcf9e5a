import { join } from "node:path";
import { runChild } from "./child";
import { LANGUAGE_HOST, NoEngine, PULUMI } from "./engine";
import type { GoTool } from "./go-tool";
import { PINNED_ENGINE } from "./version";
import { keepTelling, type Voice } from "./voice";

/** A program to build, from the module of ours in `module` that pins everything it is made of. */
export interface GoProgram {
  readonly title: string;
  /** Name of the module's folder. */
  readonly module: string;
  readonly package: string;
  readonly file: string;
}

export const ENGINE_PROGRAM: GoProgram = {
  title: `Pulumi ${PINNED_ENGINE}`,
  module: "pulumi",
  package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  file: PULUMI,
};

/** Best first. Not every module proxy serves the first. */
export const LANGUAGE_HOST_PROGRAMS: readonly GoProgram[] = [
  {
    title: `the Node language host ${PINNED_ENGINE}`,
    module: "language-host",
    package: "github.com/pulumi/pulumi/sdk/nodejs/cmd/pulumi-language-nodejs/v3",
    file: LANGUAGE_HOST,
  },
  {
    title: "the Node language host 3.68.0",
    module: "language-host-in-sdk",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    file: LANGUAGE_HOST,
  },
];

/** Flags on the command line win over those of the user's GOFLAGS; read-only makes our go.sum the authority. */
const FLAGS = ["-mod=readonly", "-trimpath", "-buildvcs=false"];
const LINKER_FLAGS = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${PINNED_ENGINE}`;

export interface GoBuilder {
  /** Downloads what the program is made of and counts its packages. */
  prepare(program: GoProgram): Promise<number>;
  build(program: GoProgram, packages: number, folder: string): Promise<void>;
}

export function createGoBuilder(go: GoTool, modules: string, voice: Voice, signal: AbortSignal): GoBuilder {
  const run = async (program: GoProgram, args: string[], onErrorLine: (line: string) => void) => {
    const cwd = join(modules, program.module);
    const result = await runChild(go.program, args, { cwd, env: go.env, signal, onErrorLine });
    if (result.code !== 0) throw new NoEngine(signal.aborted ? "interrupted" : reasonOf(result.lastLines));
    return result.stdout;
  };
  return {
    prepare: async (program) => {
      let downloads = 0;
      const stop = keepTelling(
        voice,
        () => `downloading the source of ${program.title}, ${downloads} modules`,
      );
      const count = (line: string) => {
        if (line.startsWith("go: downloading ")) downloads += 1;
      };
      return run(program, ["list", ...FLAGS, "-deps", program.package], count)
        .then((stdout) => stdout.trim().split("\n").length)
        .finally(stop);
    },
    build: async (program, packages, folder) => {
      let compiled = 0;
      const stop = keepTelling(
        voice,
        (seconds) => `building ${program.title}, ${compiled} of ${packages} packages, ${seconds} s`,
      );
      const file = join(folder, program.file);
      const args = ["build", ...FLAGS, "-v", "-ldflags", LINKER_FLAGS, "-o", file, program.package];
      await run(program, args, (line) => {
        if (isPackage(line)) compiled += 1;
      }).finally(stop);
    },
  };
}

/** `go build -v` names each package in a line of its own, between whatever else it has to say. */
function isPackage(line: string): boolean {
  return /^[\w.~/-]+$/.test(line);
}

/** Go tells the reason first and its context below it. */
function reasonOf(lines: readonly string[]): string {
  const said = lines.map((line) => line.trim()).filter((line) => line !== "" && !isNoise(line));
  const first = (said[0] ?? "it gives no reason").replace(/^\S+@\S+: /, "");
  const next = said[1];
  return next !== undefined && first.endsWith(":") ? `${first} ${next}` : first;
}

function isNoise(line: string): boolean {
  return isPackage(line) || line.startsWith("go: downloading ");
}
