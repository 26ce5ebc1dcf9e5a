import { chmodSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { causeOf, EngineFailure, ProjectEngine } from "../../engine/project-engine";
import { projectFolderOf } from "../../registry/project-folder";
import { toldProblems } from "../../review/comment/problems";
import { isChange, type Preview } from "../../review/preview";
import { readPreview } from "../../review/read-preview";
import { withoutValues } from "../../review/strict/engine-text";
import { type Moved, movedSentence } from "../../review/strict/moved";
import { type PlanFile, readPlanFile } from "../../review/strict/plan-file";
import { type SavedRecord, sideFileText } from "../../review/strict/side-file";
import { type Watch, watchedBy } from "../../review/strict/watched";
import { type StackAnswer, type Surroundings, UsageError } from "../command";
import { sideFileOf } from "./strict/files";
import { changesPage } from "./strict/pages";
import { withPlannedRegistries } from "./strict/registries";
import { saved, strayed } from "./strict/watch";
import { inThrowAwayFolder } from "./throw-away-folder";

export interface PreviewOptions {
  stack: string;
  save: string;
}

const OWNER_ALONE = 0o600;

/**
 * `preview --save <file>`: writes the engine's update plan, and beside it how everything is in the registries that the update
 * would change or depends on. As JSON `{plan, registryFile, project, stack, changes, outputs, watched, unwatched}`. Writes
 * neither where the preview fails, or shows something that is not so any more.
 */
export async function preview(
  { stack, save }: PreviewOptions,
  surroundings: Surroundings,
): Promise<StackAnswer> {
  const engine = await ProjectEngine.find(projectFolderOf(surroundings.folder()), surroundings.env);
  const target = targetOf(resolve(surroundings.folder(), save));
  const made = surroundings.clock().toISOString();
  // In the same folder, so that both files come to their names whole.
  return inThrowAwayFolder(join(dirname(target), ".persistentchat-plan-"), async (scratch, signal) => {
    const file = join(scratch, basename(target));
    const previewed = await planned(engine, stack, file, signal);
    if (previewed.problems.length > 0) return failed(previewed);
    const { project = "", stack: name = "" } = previewed;
    const plan = readPlanFile(readFileSync(file, "utf8"));
    const watch = watchedBy(previewed);
    const { moved, ...seen } = await looked(watch, stack, { engine, plan, surroundings });
    if (moved.length > 0) return outdated(moved, `${project}/${name}`);
    const side = sideFileText({ plan: plan.digest, project, stack: name, made, ...seen });
    writeFileSync(sideFileOf(file), side, { mode: OWNER_ALONE });
    chmodSync(file, OWNER_ALONE);
    renameSync(sideFileOf(file), sideFileOf(target));
    renameSync(file, target);
    return kept(target, previewed, { watch, records: seen.records, outputs: plan.outputs });
  });
}

/** A place for a plan. Fails with `UsageError` where there can be none. */
function targetOf(path: string): string {
  const isFolder = (one: string) => statSync(one, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isFolder(path)) throw new UsageError(`--save: '${path}' is a folder; name a file`);
  if (!isFolder(dirname(path))) throw new UsageError(`--save: there is no folder '${dirname(path)}'`);
  return path;
}

async function planned(
  engine: ProjectEngine,
  stack: string,
  file: string,
  signal: AbortSignal,
): Promise<Preview> {
  // What is said stands in for variables such as PULUMI_OPTION_SHOW_SECRETS, by which a plan holds secrets in clear.
  const plainly = ["--json", "--show-sames", "--show-secrets=false"];
  const args = ["preview", `--stack=${stack}`, `--save-plan=${file}`, ...plainly];
  const answer = await engine.ask(args, { signal });
  try {
    const previewed = readPreview(answer.stdout);
    if (answer.code === 0 || previewed.problems.length > 0) return previewed;
  } catch {
    // The engine did not come to a preview, and says why on standard error.
  }
  throw new EngineFailure(`cannot preview stack '${stack}': ${causeOf(answer.lastLines.map(withoutValues))}`);
}

async function looked(
  watch: Watch,
  stack: string,
  using: { engine: ProjectEngine; plan: PlanFile; surroundings: Surroundings },
) {
  const providers = [...watch.records.map(({ provider }) => provider), ...watch.marking];
  return withPlannedRegistries(stack, providers, using, async (opened) => {
    // First: what moved before is not as the stack last saw it, and what moves from now on is not as it is saved.
    const now = await saved(watch, opened);
    return {
      ...now,
      moved: await strayed(watch, opened),
      registries: [...opened.values()].map(({ registry: _, ...rest }) => rest),
    };
  });
}

function kept(
  plan: string,
  { project, stack, steps }: Preview,
  { watch, records, outputs }: { watch: Watch; records: readonly SavedRecord[]; outputs: readonly string[] },
): StackAnswer {
  const changes = steps.filter(isChange);
  const { unknown } = watch;
  const registryFile = sideFileOf(plan);
  const changed = changes.map(({ operation, urn }) => ({ operation, urn }));
  return {
    json: {
      ...{ plan, registryFile, project, stack, changes: changed, outputs },
      ...{ watched: records, unwatched: unknown },
    },
    text: `${changesPage(changes, outputs)}\n\nthe plan is in '${plan}', and what must not move until then (${records.length}) in '${registryFile}'`,
    ...(unknown.length > 0 && {
      problem: `the plan does not watch ${unknown.map((urn) => `'${urn}'`).join(", ")}: their keys are secret, or known only after the update`,
    }),
  };
}

function failed(preview: Preview): StackAnswer {
  const problems = toldProblems(preview.problems);
  return {
    json: { problems },
    text: problems
      .map(({ name, message }) => (name === undefined ? message : `${name}: ${message}`))
      .join("\n"),
    problem: "the preview failed; no plan was written",
    exitCode: 1,
  };
}

function outdated(strayed: readonly Moved[], stack: string): StackAnswer {
  const [first] = strayed.map((moved) => movedSentence(moved, stack));
  const more = strayed.length > 1 ? ` (and ${strayed.length - 1} more)` : "";
  return {
    json: { moved: strayed },
    text: "no plan was written",
    problem: `cannot plan on what stack '${stack}' last saw: ${first}${more}; run 'pulumi refresh', then preview again`,
    exitCode: 1,
  };
}
