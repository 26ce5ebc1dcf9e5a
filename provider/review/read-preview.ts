import { z } from "zod";
import { REGISTRY_SETTING } from "../registry/settings";
import { jsonOf } from "./json";
import { type Operation, type Preview, type Properties, SECRET, type Step, UNKNOWN } from "./preview";
import { registryTraits } from "./registry-traits";
import { explicitProvider, kindOfType, PROVIDER_TYPE, STACK_TYPE, urnParts } from "./urn";

/** The engine's word for what a refresh only reads. */
const REFRESH = "refresh";
const properties = z.record(z.string(), z.unknown());
const state = z.object({
  id: z.string().optional(),
  custom: z.boolean().optional(),
  external: z.boolean().optional(),
  pendingReplacement: z.boolean().optional(),
  delete: z.boolean().optional(),
  retainOnDelete: z.boolean().optional(),
  deletedWith: z.string().optional(),
  inputs: properties.nullish(),
  outputs: properties.nullish(),
  parent: z.string().optional(),
  provider: z.string().optional(),
  dependencies: z.array(z.string()).nullish(),
});
const step = z.object({
  op: z.string(),
  urn: z.string(),
  oldState: state.nullish(),
  newState: state.nullish(),
  detailedDiff: z.record(z.string(), z.unknown()).nullish(),
  diffReasons: z.array(z.string()).nullish(),
  replaceReasons: z.array(z.string()).nullish(),
});
type RawStep = z.infer<typeof step>;
const document = z
  .object({
    config: z.record(z.string(), z.unknown()).nullish(),
    steps: z.array(step).nullish(),
    diagnostics: z
      .array(z.object({ urn: z.string().optional(), message: z.string(), severity: z.string() }))
      .nullish(),
    duration: z.number().optional(),
    changeSummary: z.record(z.string(), z.number()).nullish(),
  })
  // The engine leaves out what is empty; another document would be taken for a preview in which nothing changes.
  .refine(({ steps, diagnostics, duration }) => steps ?? diagnostics ?? duration !== undefined);

/**
 * Reads what `pulumi preview --json --show-sames`, or `pulumi refresh --preview-only --json`, printed. Fails with an `Error`
 * whose message is fit for the end of a sentence.
 */
export function readPreview(text: string): Preview {
  const parsed = document.safeParse(jsonOf(text));
  if (!parsed.success) throw new Error("it is not what 'pulumi preview --json --show-sames' prints");
  const { config, steps: told, diagnostics, changeSummary } = parsed.data;
  const steps = told ?? [];
  const isRefresh = isOfRefresh(steps);
  // A preview that refreshes first tells what that reads too, also of what is gone already and no longer declared.
  const outcomes = steps.filter(({ op }) => isRefresh || op !== REFRESH);
  const going = new Set(
    outcomes.filter(({ op }) => op === "delete" || op === "replace").map(({ urn }) => urn),
  );
  const read = moved(
    outcomes.map((one) => stepOf(one, going)),
    config?.[REGISTRY_SETTING],
  );
  const [first] = read;
  const { project, stack } = first ? urnParts(first.urn) : {};
  return {
    ...(project && { project }),
    ...(stack && { stack }),
    registry: registryTraits(config?.[REGISTRY_SETTING]),
    steps: read,
    problems: (diagnostics ?? [])
      .filter(({ severity }) => severity === "error")
      .map(({ urn, message }) => ({ ...(urn !== undefined && { urn }), message })),
    ...(changeSummary && { counts: changeSummary }),
    ...(isRefresh && { isRefresh }),
  };
}

/**
 * An update has a step of the stack itself, and a further one of what it read before; one that fails may have the latter alone.
 * A copy that waits for its delete has the name of the resource, and is no step of it.
 */
function isOfRefresh(steps: readonly RawStep[]): boolean {
  const own = steps.filter((one) => !isCondemned(one));
  const read = new Set(own.filter(({ op }) => op === REFRESH).map(({ urn }) => urn));
  const isOfUpdate = ({ op, urn }: RawStep) =>
    op !== REFRESH && (read.has(urn) || urnParts(urn).type === STACK_TYPE);
  return steps.length > 0 && !own.some(isOfUpdate);
}

function isCondemned({ op, oldState }: Pick<RawStep, "op" | "oldState">): boolean {
  return op !== "replace" && oldState?.delete === true;
}

function stepOf({ op, urn, oldState, newState, ...diff }: RawStep, going: ReadonlySet<string>): Step {
  const { type, name } = urnParts(urn);
  const declared = newState ?? oldState;
  const kind = kindOfType(type);
  const provider = explicitProvider(declared?.provider);
  const former = explicitProvider(oldState?.provider);
  // What is only looked up is read where it is now.
  const isMoved = oldState && newState && !newState.external && former !== provider;
  return {
    operation: operationOf(op),
    urn,
    type,
    name,
    ...(oldState?.id !== undefined && { id: oldState.id }),
    ...(kind && { kind }),
    ...(provider !== undefined && { provider }),
    ...(isMoved && { former: { ...(former !== undefined && { provider: former }) } }),
    ...(declared?.custom === false && { isComponent: true as const }),
    ...(declared?.external && { isLookup: true as const }),
    ...(oldState?.pendingReplacement && { removedFirst: true as const }),
    ...(oldState?.retainOnDelete && { isRetained: true as const }),
    ...(isCondemned({ op, oldState }) && { isCondemned: true as const }),
    ...(going.has(oldState?.deletedWith ?? "") && { isDeletedWith: true as const }),
    ...(declared?.parent !== undefined && { parent: declared.parent }),
    dependencies: declared?.dependencies ?? [],
    ...(oldState && { before: argumentsOf(oldState.inputs) }),
    ...(newState && { after: argumentsOf(newState.inputs) }),
    ...(oldState?.outputs && { outputs: oldState.outputs }),
    changed: diff.detailedDiff ? Object.keys(diff.detailedDiff) : (diff.diffReasons ?? []),
    replaces: diff.replaceReasons ?? [],
  };
}

/** The steps, without a former provider that is known to have the same registry: the name alone may be another one. */
function moved(steps: readonly Step[], ofStack: unknown): Step[] {
  const providers = new Map(
    steps.filter(({ type }) => type === PROVIDER_TYPE).map((step) => [step.name, step]),
  );
  const settingOf = (provider: string | undefined, side: "before" | "after") =>
    provider === undefined ? ofStack : providers.get(provider)?.[side]?.[REGISTRY_SETTING];
  return steps.map((step) => {
    const { former, ...rest } = step;
    if (former === undefined) return step;
    const [old, next] = [settingOf(former.provider, "before"), settingOf(step.provider, "after")];
    // A provider that goes has a step; one that has none lives on under another name.
    const isAlias = former.provider !== undefined && !providers.has(former.provider);
    const isKnown = typeof old === "string" && old !== SECRET && old !== UNKNOWN;
    return isAlias || (isKnown && old === next) ? rest : step;
  });
}

function argumentsOf(inputs: Properties | null | undefined): Properties {
  return Object.fromEntries(Object.entries(inputs ?? {}).filter(([name]) => !name.startsWith("__")));
}

function operationOf(op: string): Operation {
  switch (op) {
    case "create":
    case "update":
    case "replace":
    case "delete":
    case "same":
    case "read":
      return op;
    case REFRESH:
      return "same";
    default:
      return "other";
  }
}
