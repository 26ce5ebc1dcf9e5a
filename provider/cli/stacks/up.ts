import { resolve } from "node:path";
import { ProjectEngine } from "../../engine/project-engine";
import { projectFolderOf } from "../../registry/project-folder";
import { EngineText, type Violation, withoutValues } from "../../review/strict/engine-text";
import { type Moved, movedSentence } from "../../review/strict/moved";
import { urnParts } from "../../review/urn";
import type { StackAnswer, Surroundings } from "../command";
import { type PlanPair, readPair } from "./strict/files";
import { movedPage } from "./strict/pages";
import { withPlannedRegistries } from "./strict/registries";
import { movedSincePlan } from "./strict/watch";
import { stateOf } from "./told-by-engine";

export interface UpOptions {
  stack: string;
  plan: string;
  /** Whether standard output is for programs, and the engine's text goes to standard error. */
  json: boolean;
}

/** What `up --plan` answers programs. */
interface Outcome {
  /** The engine did all that it planned. */
  applied: boolean;
  /** The engine began to apply the plan, whatever came of it. */
  begun: boolean;
  /** Nothing was applied, since something is not as it was when the plan was made. */
  refused: boolean;
  moved: readonly Moved[];
  violations: readonly Violation[];
}

const NOTHING = "nothing was applied";

/**
 * `up --plan <file>`: applies what `preview --save` planned, and nothing else. Refuses, with exit code 1, where the plan is of
 * another stack, or something that it changes or depends on has moved; where the program is another one, the engine refuses in
 * its preview. The engine's own text passes line by line, without the values of properties. As JSON `{applied, begun, refused,
 * moved, violations}`.
 */
export async function up(options: UpOptions, surroundings: Surroundings): Promise<StackAnswer> {
  const { stack, plan: file } = options;
  const engine = await ProjectEngine.find(projectFolderOf(surroundings.folder()), surroundings.env);
  const path = resolve(surroundings.folder(), file);
  const pair = readPair(path);
  if ("problem" in pair) return refusal(file, pair.problem);
  const { project, stack: name } = pair.side;
  const problem = await foreignTo(stack, pair, engine);
  if (problem !== undefined) return refusal(file, problem);
  const moved = await movedFrom(pair, stack, { engine, surroundings });
  if (typeof moved === "string") return refusal(file, moved);
  const [first] = moved;
  if (first === undefined) return apply(engine, path, options, surroundings);
  const more = moved.length > 1 ? ` (and ${moved.length - 1} more)` : "";
  const owner = `${project}/${name}`;
  const refused = refusal(file, `${movedSentence(first, owner)}${more}; preview again`, moved);
  return { ...refused, text: `${movedPage(moved, owner)}\n\n${NOTHING}` };
}

/** Why a plan is not one of this stack. */
async function foreignTo(
  stack: string,
  { side }: PlanPair,
  engine: ProjectEngine,
): Promise<string | undefined> {
  const name = stack.split("/").at(-1);
  const { resources } = await stateOf(engine, stack);
  const [first] = resources;
  // A stack that has nothing does not tell its project; the engine finds out then.
  const project = first ? urnParts(first.urn).project : side.project;
  if (side.stack === name && side.project === project) return undefined;
  return `it is a plan of stack '${side.project}/${side.stack}', and this is '${project}/${name}'`;
}

/** What moved, or why they cannot be compared. */
async function movedFrom(
  { plan, side }: PlanPair,
  stack: string,
  using: { engine: ProjectEngine; surroundings: Surroundings },
): Promise<Moved[] | string> {
  const providers = side.registries.map(({ provider }) => provider);
  return withPlannedRegistries(stack, providers, { ...using, plan }, async (opened) => {
    for (const { provider, location } of side.registries) {
      const now = opened.get(provider)?.location;
      if (now !== location)
        return `it is a plan for the registry '${location}', and the registry is '${now}' now; preview again`;
    }
    return movedSincePlan(side, opened);
  });
}

async function apply(
  engine: ProjectEngine,
  path: string,
  { stack, plan: file, json }: UpOptions,
  { out, err }: Surroundings,
): Promise<StackAnswer> {
  const text = new EngineText();
  const print = (lines: readonly string[]) => {
    for (const line of lines) (json ? err : out).write(`${line}\n`);
  };
  // With its preview, so that a program that is not the planned one is refused before anything is written. What is said
  // stands in for variables such as PULUMI_OPTION_SKIP_PREVIEW.
  const plainly = ["--skip-preview=false", "--diff=false", "--json=false", "--show-secrets=false"];
  const code = await engine.follow(["up", `--stack=${stack}`, `--plan=${path}`, "--yes", ...plainly], {
    onLine: (line) => print(text.push(line)),
    onErrorLine: (line) => err.write(`${withoutValues(line)}\n`),
  });
  print(text.end());
  const { violations, hasBegun: begun } = text;
  if (code === 0)
    return answer({ applied: true, begun, refused: false, moved: [], violations }, "applied as planned");
  const refused = !begun && violations.length > 0;
  const outcome = { applied: false, begun, refused, moved: [], violations };
  return {
    ...answer(outcome, begun ? "the plan was not applied as a whole" : NOTHING),
    problem: `cannot apply the plan '${file}': ${causeOf(outcome)}`,
    exitCode: code,
  };
}

function causeOf({ begun, violations }: Outcome): string {
  const [first] = violations;
  if (first === undefined)
    return begun
      ? "the engine failed on the way, as it says above; preview again"
      : "the engine refused or failed, as it says above; where it gives no reason, the outputs of the program are not as planned";
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : "";
  return `the program is not the one that was previewed: ${first.resource}: ${first.reason}${more}; preview again`;
}

function refusal(file: string, problem: string, moved: readonly Moved[] = []): StackAnswer {
  return {
    ...answer({ applied: false, begun: false, refused: true, moved, violations: [] }, NOTHING),
    problem: `cannot apply the plan '${file}': ${problem}`,
    exitCode: 1,
  };
}

function answer(json: Outcome, text: string): StackAnswer {
  return { json, text };
}
