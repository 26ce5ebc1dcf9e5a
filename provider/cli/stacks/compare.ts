import { EngineFailure, ProjectEngine } from "../../engine/project-engine";
import { isRegistryError } from "../../registry/errors";
import { projectFolderOf } from "../../registry/project-folder";
import { parseRegistrySettings } from "../../registry/settings";
import { type Comparison, compareItems, isAlike } from "../../review/compare/comparison";
import { DomainMap, MapError, readDomainRules } from "../../review/compare/domain-map";
import { declaredIn, type Item, recordedAs, withoutDeclaredSecrets } from "../../review/compare/environment";
import { markdownSection } from "../../review/compare/page";
import { type StackAnswer, type Surroundings, UsageError } from "../command";
import { openedRegistry } from "../opened-registry";
import { registryOfStack } from "../stack-registry";
import { comparisonJson, comparisonText } from "./compare/shown";
import { recordsIn } from "./registries";
import { stateOf } from "./told-by-engine";

export interface CompareOptions {
  left: string;
  right: string;
  /** Default: both. */
  as?: View;
  map: readonly string[];
  markdown: boolean;
}

type View = "declared" | "recorded";
type Side = "left" | "right";

const UNAVAILABLE = 3;
const HEADINGS: Readonly<Record<View, string>> = { declared: "As declared", recorded: "As recorded" };

/**
 * `compare <stack> <stack>`: two environments side by side, as their states declare them and as their registries record them.
 * As JSON `{left, right, declared?, recorded?, problems}`. Exit code 1 where they differ, 3 where a registry cannot be read;
 * what can be compared is told then all the same. PERSISTENTCHAT_REGISTRY is left alone, since it could mean only one of two.
 */
export async function compare(
  { left, right, as, map: rules, markdown }: CompareOptions,
  surroundings: Surroundings,
): Promise<StackAnswer> {
  const map = usage(() => new DomainMap(readDomainRules(rules)));
  const engine = await ProjectEngine.find(projectFolderOf(surroundings.folder()), surroundings.env);
  const stacks = { left, right };
  const sections = new Map<View, Comparison>();
  const problems: string[] = [];
  const add = (view: View, sides: Record<Side, readonly Item[]>) =>
    sections.set(
      view,
      usage(() => compareItems(sides.left, sides.right, map)),
    );
  // What is recorded needs them too: they tell which of its values are secrets.
  const states = await bothOf(stacks, (stack) => declared(stack, engine));
  if (as !== "recorded") add("declared", states);
  if (as !== "declared") {
    const read = await bothOf(stacks, (stack) => recorded(stack, engine.folder, surroundings));
    const all = [...states.left, ...states.right];
    if ("items" in read.left && "items" in read.right)
      add("recorded", {
        left: withoutDeclaredSecrets(read.left.items, all),
        right: withoutDeclaredSecrets(read.right.items, all),
      });
    for (const side of [read.left, read.right]) if ("problem" in side) problems.push(side.problem);
  }
  const shown = [...sections].map(([view, comparison]) =>
    (markdown ? markdownSection : comparisonText)(HEADINGS[view], comparison, left, right),
  );
  const isSame = [...sections.values()].every(isAlike);
  return {
    json: {
      left,
      right,
      ...Object.fromEntries([...sections].map(([view, comparison]) => [view, comparisonJson(comparison)])),
      problems,
    },
    text: shown.join("\n\n") || "nothing could be compared",
    ...(problems.length > 0 && { problem: `cannot compare what is recorded: ${problems.join("; ")}` }),
    exitCode: problems.length > 0 ? UNAVAILABLE : Number(!isSame),
  };
}

async function bothOf<T>(
  { left, right }: Record<Side, string>,
  ask: (stack: string) => Promise<T>,
): Promise<Record<Side, T>> {
  const [one, other] = await Promise.all([ask(left), ask(right)]);
  return { left: one, right: other };
}

async function declared(stack: string, engine: ProjectEngine): Promise<Item[]> {
  try {
    return declaredIn(await stateOf(engine, stack));
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    throw new EngineFailure(`cannot read the state of stack '${stack}': ${error.message}`);
  }
}

async function recorded(
  stack: string,
  projectFolder: string,
  surroundings: Surroundings,
): Promise<{ items: Item[] } | { problem: string }> {
  try {
    const { registry: text, password } = await registryOfStack(stack, projectFolder, surroundings.env);
    const settings = parseRegistrySettings(text, projectFolder, password);
    const registry = openedRegistry(settings, surroundings);
    try {
      return { items: (await recordsIn(registry)).flatMap((stored) => recordedAs(stored) ?? []) };
    } finally {
      await registry.close();
    }
  } catch (error) {
    if (!isRegistryError(error)) throw error;
    return { problem: `${error.message} (stack '${stack}') [${error.code}]` };
  }
}

function usage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof MapError) throw new UsageError(`--map: ${error.message}`);
    throw error;
  }
}
