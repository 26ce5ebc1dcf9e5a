import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, sep } from "node:path";
import { EngineFailure } from "../../../engine/project-engine";
import { projectFolderOf } from "../../../registry/project-folder";
import { ownPart } from "../../../review/base/own";
import { isChange, type Preview, type Step } from "../../../review/preview";
import { type Surroundings, UsageError } from "../../command";
import { inThrowAwayFolder } from "../throw-away-folder";
import { linkFolders } from "./links";
import { notesOn } from "./notes";
import { type Program, readProgram } from "./program";
import { Repository } from "./repository";
import { ThrowAwayStack, type TriedProgram } from "./throw-away-stack";

/** A value that an output of a new pool gives to the next new pool is known one preview later. */
const MOST_PREVIEWS = 6;

export interface ComparedPrograms {
  /** The commit of the base. */
  commit: string;
  /** With its project. */
  stack: string;
  /** What the program of the working folder would change in what that of the base declares. */
  preview: Preview;
  /** What is to be known beside it. */
  notes: string[];
}

export interface Comparison {
  /** With its project before it, or alone. */
  stack: string;
  base: string;
  link: readonly string[];
}

/**
 * Previews the program of the working folder against a state that is made of a preview of the base's. Neither is brought up.
 * Fails with `UsageError`, `GitFailure` and `EngineFailure`; a program that fails is a result.
 */
export async function comparePrograms(
  { stack: stackName, base: given, link }: Comparison,
  { env, folder }: Pick<Surroundings, "env" | "folder">,
): Promise<ComparedPrograms> {
  // A script may have read it from a file with the line ends of Windows.
  const base = given.trim();
  const projectFolder = realpathSync(projectFolderOf(folder()));
  const [stack = "", project] = stackName.split("/").reverse();
  const head = readProgram(projectFolder, stack);
  if (head === undefined) throw new EngineFailure(`'${projectFolder}' is not in a Pulumi project; go to one`);
  if (project !== undefined && project !== head.project)
    throw new UsageError(`--stack: '${stackName}' is no stack of this project, which is '${head.project}'`);
  return inThrowAwayFolder(join(tmpdir(), "persistentchat-diff-"), async (place, signal) => {
    const repository = await Repository.around(projectFolder, env, signal);
    const commit = await repository.commit(base);
    const files = join(place, "base");
    await repository.checkOut(commit, files);
    const before = readProgram(join(files, repository.prefix), stack);
    const isNew = before?.project !== head.project;
    if (before && !isNew) {
      const places = { root: repository.root, base: files, prefix: repository.prefix };
      for (const linked of linkFolders(places, link)) assertOutside(before, linked);
    }
    const names = { project: head.project, stack };
    const made = await ThrowAwayStack.make(place, names, { projectFolder, env, signal });
    const programs = before && !isNew ? [before, head] : [head];
    const settings = await made.configure(programs);
    const tried = (program: Program) => made.try(program, settings.get(program) ?? "");
    const moved = movedTexts(files, repository.root);
    const compared = await compare(made, tried, moved, isNew ? undefined : before, head);
    const { problems } = compared.preview;
    const notes = notesOn({ ...compared, problems, base, commit, before, head });
    return { commit, stack: `${head.project}/${stack}`, preview: compared.preview, notes };
  });
}

interface Compared {
  preview: Preview;
  /** All that was previewed, with the resources of other providers. */
  seen: Preview[];
  /** The program that failed. */
  failed?: "base" | "head";
  /** Whether the base knows nothing of the stack: it has no file of it, and its program fails without. */
  isNewStack?: boolean;
  /** The logical names of resources to which the base gives other arguments each time. */
  unsettled: string[];
}

async function compare(
  stack: ThrowAwayStack,
  tried: (program: Program) => Promise<TriedProgram>,
  moved: <T extends object>(value: T) => T,
  base: Program | undefined,
  head: Program,
): Promise<Compared> {
  let settled: Settled | undefined;
  if (base !== undefined) {
    settled = moved(await settle(stack, () => tried(base)));
    const isNewStack = base.stackFile === undefined && head.stackFile !== undefined;
    if (settled.state === undefined && isNewStack)
      return { ...(await compare(stack, tried, moved, undefined, head)), isNewStack };
    if (settled.state === undefined)
      return { preview: { ...settled.preview, steps: [] }, seen: [], failed: "base", unsettled: [] };
    await stack.take(settled.state);
  }
  const { preview } = await tried(head);
  return {
    preview: ownPart(preview),
    seen: [preview, ...(settled ? [settled.preview] : [])],
    ...(preview.problems.length > 0 && { failed: "head" as const }),
    unsettled: settled?.unsettled ?? [],
  };
}

interface Settled {
  /** The last preview; it changes nothing any more, unless something stays unsettled. */
  preview: Preview;
  /** Absent where the program fails. */
  state?: object;
  unsettled: string[];
}

/** Has the stack take the state of a program, until a preview of the same program finds no more to do. */
async function settle(stack: ThrowAwayStack, tried: () => Promise<TriedProgram>): Promise<Settled> {
  let { preview, state } = await tried();
  for (let count = 1; state !== undefined && count < MOST_PREVIEWS; count += 1) {
    await stack.take(state);
    ({ preview, state } = await tried());
    if (changesIn(preview).length === 0) return { preview, state, unsettled: [] };
  }
  return { preview, state, unsettled: changesIn(preview).map(({ name }) => name) };
}

/** The paths that a program makes of its own place say nothing of it: those of the base become those of the working folder. */
function movedTexts(from: string, to: string): <T extends object>(value: T) => T {
  const inJson = (path: string) => JSON.stringify(path).slice(1, -1);
  return (value) => JSON.parse(JSON.stringify(value).replaceAll(inJson(from), () => inJson(to)));
}

function changesIn(preview: Preview): Step[] {
  return ownPart(preview).steps.filter(isChange);
}

/** What runs must be the base's own program. */
function assertOutside({ main }: Program, linked: string): void {
  if (main !== linked && !main.startsWith(linked + sep)) return;
  throw new UsageError(
    `--link: the program itself is in '${basename(linked)}', and the base would be compared with itself; let 'main' in Pulumi.yaml name a file that git keeps`,
  );
}
