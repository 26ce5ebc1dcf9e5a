import { copyFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { NoEngine } from "./engine";
import {
  createGoBuilder,
  ENGINE_PROGRAM,
  type GoBuilder,
  type GoProgram,
  LANGUAGE_HOST_PROGRAMS,
} from "./go-build";
import { findGo } from "./go-tool";
import { LAUNCHER } from "./platform";
import type { Voice } from "./voice";

const GO_SYSTEMS: Partial<Record<NodeJS.Platform, string>> = {
  linux: "linux",
  darwin: "darwin",
  win32: "windows",
};
const GO_MACHINES: Partial<Record<NodeJS.Architecture, string>> = { x64: "amd64", arm64: "arm64" };

/** The folder of our Go modules. They are not compiled along: the built files stand one level deeper than the sources. */
const MODULES = join(__dirname, "..", "..", "..", "provider", "engine", "go");

/** Builds an engine into `<folder>/bin`, with Go and a Go module proxy alone. */
export async function buildEngine(
  folder: string,
  env: NodeJS.ProcessEnv,
  voice: Voice,
  signal: AbortSignal,
): Promise<void> {
  const bin = join(folder, "bin");
  const temporary = join(folder, "tmp");
  await mkdir(bin);
  await mkdir(temporary);
  const go = await findGo(
    buildEnvironment(env, temporary),
    join(MODULES, ENGINE_PROGRAM.module),
    voice,
    signal,
  );
  const builder = createGoBuilder(go, MODULES, voice, signal);
  voice.say(`building ${ENGINE_PROGRAM.title} with Go ${go.version}; this takes some minutes, once`);
  // Everything is fetched before anything is compiled: what cannot be had is known in seconds.
  const packages = await builder.prepare(ENGINE_PROGRAM);
  const host = await prepareLanguageHost(builder, voice, signal);
  await builder.build(host.program, host.packages, bin);
  await builder.build(ENGINE_PROGRAM, packages, bin);
  await copyFile(join(sdkFolder(), LAUNCHER), join(bin, LAUNCHER));
}

async function prepareLanguageHost(
  builder: GoBuilder,
  voice: Voice,
  signal: AbortSignal,
): Promise<{ program: GoProgram; packages: number }> {
  let missing: { program: GoProgram; reason: string } | undefined;
  for (const program of LANGUAGE_HOST_PROGRAMS) {
    try {
      const packages = await builder.prepare(program);
      if (missing !== undefined)
        voice.say(
          `${missing.program.title} cannot be had (${missing.reason}); taking ${program.title}, which works too`,
        );
      return { program, packages };
    } catch (error) {
      if (!(error instanceof NoEngine) || signal.aborted) throw error;
      missing = { program, reason: error.message };
    }
  }
  throw new NoEngine(missing?.reason);
}

/**
 * What the user set for Go stays (the module proxy above all), except what would build something else than we pinned or for
 * another machine. Go's temporary files go into the part folder, so that nothing of a killed build stays elsewhere.
 */
function buildEnvironment(env: NodeJS.ProcessEnv, temporary: string): NodeJS.ProcessEnv {
  const system = GO_SYSTEMS[process.platform];
  const machine = GO_MACHINES[process.arch];
  if (system === undefined || machine === undefined)
    throw new NoEngine(`building for ${process.platform} on ${process.arch} is not supported`);
  return {
    GOTMPDIR: temporary,
    ...env,
    GOOS: system,
    GOARCH: machine,
    CGO_ENABLED: "0",
    GO111MODULE: "on",
    GOWORK: "off",
  };
}

/** The SDK's package carries the launcher of dynamic providers, executable. */
function sdkFolder(): string {
  return dirname(createRequire(__filename).resolve("@pulumi/pulumi/package.json"));
}
