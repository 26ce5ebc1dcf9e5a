import { causeOf, EngineFailure, ProjectEngine } from "../../engine/project-engine";
import { isRegistryError } from "../../registry/errors";
import { projectFolderOf } from "../../registry/project-folder";
import { type Drift, readDrift } from "../../review/drift";
import { readPreview } from "../../review/read-preview";
import type { StackState } from "../../review/state";
import type { StackAnswer, Surroundings } from "../command";
import { type SignedDrifts, signed } from "./drift/authors";
import { cutoverDrifts } from "./drift/cutovers";
import { driftJson, driftMarkdown, driftText } from "./drift/report";
import { StackRegistries } from "./registries";
import { stacksOf, stateOf } from "./told-by-engine";

export interface DriftOptions {
  stack: string;
  markdown: boolean;
}

/** Nothing else may be taken for "there is none". */
const NONE = 0;
const UNREADABLE = 1;
const DRIFT = 7;

/**
 * `drift --stack <stack>`: what differs between the state of a stack and its registry, without writing anything. As JSON
 * `{drift, stack, resources, unlisted, notes}`; where it could not be read `drift` is `null`, and `problem` says why.
 */
export async function drift(
  { stack, markdown }: DriftOptions,
  surroundings: Surroundings,
): Promise<StackAnswer> {
  try {
    const engine = await ProjectEngine.find(projectFolderOf(surroundings.folder()), surroundings.env);
    const state = await stateOf(engine, stack);
    const found = await refreshed(engine, stack, state);
    const registries = new StackRegistries(stack, state, surroundings);
    const drifts = await compared(found, state, registries).finally(() => registries.close());
    const isDrift = drifts.resources.length > 0 || drifts.unlisted > 0;
    const place = { stack, project: found.project ?? (await stacksOf(engine)).project };
    return {
      json: driftJson(stack, drifts),
      text: markdown
        ? driftMarkdown({ ...place, stack: found.stack ?? stack }, drifts)
        : driftText(stack, drifts),
      exitCode: isDrift ? DRIFT : NONE,
    };
  } catch (error) {
    if (!(error instanceof EngineFailure) && !isRegistryError(error)) throw error;
    const problem = `cannot read the drift of stack '${stack}': ${error.message}`;
    return {
      json: { drift: null, stack, resources: [], unlisted: 0, notes: [], problem },
      text: "",
      problem,
      exitCode: UNREADABLE,
    };
  }
}

/** Adds to what the engine found what it does not look at, and who did it. */
async function compared(found: Drift, state: StackState, registries: StackRegistries): Promise<SignedDrifts> {
  const ofCutovers = await cutoverDrifts(state, registries);
  const all = { ...found, resources: [...found.resources, ...ofCutovers.resources] };
  const { notes, ...drifts } = await signed(all, registries);
  return { ...drifts, notes: [...ofCutovers.notes, ...notes] };
}

/**
 * What a refresh without writing finds. Without what is looked up only: its values are those of others, and the engine would
 * tell that something of it changed, and not what.
 */
async function refreshed(engine: ProjectEngine, stack: string, state: StackState): Promise<Drift> {
  // A `*` in it would stand for anything.
  const lookedUp = state.resources.filter(({ external, urn }) => external && !urn.includes("*"));
  const excluded = lookedUp.map(({ urn }) => `--exclude=${urn}`);
  const args = [
    "refresh",
    "--preview-only",
    "--expect-no-changes",
    "--json",
    `--stack=${stack}`,
    ...excluded,
  ];
  const { code, stdout, lastLines } = await engine.ask(args, { isReading: true });
  try {
    return readDrift(code, stdout, state.resources.length === 0);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new EngineFailure(failureIn(stdout) ?? `${error.message}; ${causeOf(lastLines)}`);
  }
}

/** What the engine gives as the reason in its answer, without the words before it. */
function failureIn(document: string): string | undefined {
  try {
    const [problem] = readPreview(document).problems;
    return problem?.message.trim().replace(/^(error: )?(Preview failed: )?/, "");
  } catch {
    return undefined; // it was cut off
  }
}
