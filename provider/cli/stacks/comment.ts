import { causeOf, EngineFailure, ProjectEngine } from "../../engine/project-engine";
import { projectFolderOf } from "../../registry/project-folder";
import { lacksSames, type Preview } from "../../review/preview";
import { readPreview } from "../../review/read-preview";
import { registryTraits } from "../../review/registry-traits";
import { type StackAnswer, type Surroundings, UsageError } from "../command";
import { commentAnswer } from "./comment-answer";
import { projectName } from "./diff/program";
import { givenText, LARGEST_PREVIEW, tooLarge } from "./given-text";

export interface CommentOptions {
  /** Needed where no preview is given. */
  stack?: string;
  /** A file with what the engine printed, or `-` for standard input; left out, the engine is run. */
  preview?: string;
  /** The file to write to; what had to be cut stands whole beside it. */
  output?: string;
}

/** `comment`: what a preview says, as a comment on a pull request. */
export async function comment(options: CommentOptions, surroundings: Surroundings): Promise<StackAnswer> {
  const { stack, output } = options;
  if (output === "" || options.preview === "") throw new UsageError("--output and --preview need a file");
  const preview = await previewOf(options, surroundings);
  const name = stack === undefined || stack.includes("/") ? stack : qualified(stack, surroundings);
  return commentAnswer(preview, output, surroundings.folder(), name === undefined ? {} : { stack: name });
}

/** With the project: an engine that cannot begin with the program tells neither. */
function qualified(stack: string, { folder }: Surroundings): string {
  const project = projectName(projectFolderOf(folder()));
  return project === undefined ? stack : `${project}/${stack}`;
}

async function previewOf(
  { preview, stack = "" }: CommentOptions,
  surroundings: Surroundings,
): Promise<Preview> {
  if (preview === undefined) return enginesPreview(stack, surroundings);
  const source = preview === "-" ? "standard input" : `'${preview}'`;
  const read = reading(await givenText(preview, surroundings), source);
  if (lacksSames(read)) throw unreadable(source, "what stays as it is is missing");
  // One that failed may not have come any further.
  if (read.isRefresh && read.problems.length === 0)
    throw unreadable(source, "it is a refresh, which tells what is there and not what an update would do");
  return read;
}

/** The preview of a stack, by the engine. Fails with `EngineFailure` where it previews nothing, and not where the program fails. */
async function enginesPreview(stack: string, { env, folder }: Surroundings): Promise<Preview> {
  const engine = await ProjectEngine.find(projectFolderOf(folder()), env);
  const { code, stdout, lastLines } = await engine.ask([
    "preview",
    "--json",
    "--show-sames",
    "--stack",
    stack,
  ]);
  if (stdout.trim() === "") throw new EngineFailure(`cannot preview stack '${stack}': ${causeOf(lastLines)}`);
  const source = `the engine's answer for stack '${stack}'`;
  if (Buffer.byteLength(stdout) > LARGEST_PREVIEW) throw tooLarge(source);
  const preview = reading(stdout, source);
  // It stands in for what the settings name, of which the engine tells.
  const standIn = env.PERSISTENTCHAT_REGISTRY;
  if (standIn) preview.registry = registryTraits(standIn);
  if (code !== 0 && preview.problems.length === 0) preview.problems.push({ message: causeOf(lastLines) });
  return preview;
}

function reading(text: string, source: string): Preview {
  try {
    return readPreview(text);
  } catch (error) {
    throw unreadable(source, (error as Error).message);
  }
}

function unreadable(source: string, cause: string): EngineFailure {
  return new EngineFailure(
    `cannot read the preview in ${source}: ${cause}; give what 'pulumi preview --json --show-sames' prints`,
  );
}
