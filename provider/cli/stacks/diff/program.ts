import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { EngineFailure } from "../../../engine/project-engine";
import { projectFileIn } from "../../../registry/project-folder";
import { readStackFile, type StackFile } from "./stack-file";

const projectFile = z.object({
  name: z.string(),
  main: z.string().optional(),
  config: z.unknown().optional(),
  stackConfigDir: z.string().optional(),
});

/** One of the two programs that are compared. */
export interface Program {
  /** The folder of its Pulumi.yaml. */
  folder: string;
  project: string;
  /** What the engine runs: a file, or a folder whose package.json names it. */
  main: string;
  /** The configuration of the stack; `undefined` where it has none. */
  stackFile: StackFile | undefined;
  /** `.yaml`, `.yml` or `.json`, of both files. */
  extension: string;
}

/** The name of the project in a folder; `undefined` where there is none. Fails with `EngineFailure`. */
export function projectName(folder: string): string | undefined {
  const file = projectFileIn(folder);
  return file === undefined ? undefined : readProjectFile(file).name;
}

/** Where people write a program. */
export interface Source {
  /** The folder of the file from which it starts. */
  folder: string;
  /** TypeScript, or the kind of modules of plain JavaScript, which nobody compiles. */
  language: "typescript" | "commonjs" | "module";
}

/**
 * The source of a program, by `main` of its Pulumi.yaml. The folder of one that is compiled is not known: then the project's.
 * Fails with `EngineFailure`.
 */
export function sourceOf(folder: string): Source {
  const file = projectFileIn(folder);
  const main = resolve(folder, (file && readProjectFile(file).main) ?? ".");
  const isFolder = statSync(main, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const around = isFolder ? main : dirname(main);
  if (extname(main) === ".ts") return { folder: around, language: "typescript" };
  const isJavaScript = ![join(folder, "tsconfig.json"), join(around, "index.ts")].some((path) =>
    existsSync(path),
  );
  if (!isJavaScript) return { folder: isFolder ? around : folder, language: "typescript" };
  const isModule = extname(main) === ".mjs" || readManifest(folder).type === "module";
  return { folder: around, language: isModule ? "module" : "commonjs" };
}

/** Reads the project in a folder; `undefined` where there is none. Fails with `EngineFailure`. */
export function readProgram(folder: string, stack: string): Program | undefined {
  const file = projectFileIn(folder);
  if (file === undefined) return undefined;
  const { name, main, config, stackConfigDir } = readProjectFile(file);
  const extension = extname(file);
  // The older form of stackConfigDir.
  const configFolder = stackConfigDir ?? (typeof config === "string" ? config : ".");
  const path = resolve(folder, configFolder, `Pulumi.${stack}${extension}`);
  return {
    folder,
    project: name,
    main: mainOf(resolve(folder, main ?? ".")),
    stackFile: existsSync(path) ? reading(path, readStackFile) : undefined,
    extension,
  };
}

function readProjectFile(file: string): z.infer<typeof projectFile> {
  return reading(file, (text) => projectFile.parse(parse(text)));
}

function reading<T>(file: string, read: (text: string) => T): T {
  try {
    return read(readFileSync(file, "utf8"));
  } catch (error) {
    const cause = error instanceof z.ZodError ? z.prettifyError(error).split("\n").join(" ") : String(error);
    throw new EngineFailure(`cannot read '${file}': ${cause.replace(/^\w*Error: /, "")}; correct it`);
  }
}

function mainOf(path: string): string {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  return resolve(path, readManifest(path).main ?? ".");
}

function readManifest(folder: string): { main?: string | undefined; type?: string | undefined } {
  const path = join(folder, "package.json");
  if (!existsSync(path)) return {};
  return reading(path, (text) =>
    z.object({ main: z.string().optional(), type: z.string().optional() }).parse(JSON.parse(text)),
  );
}
