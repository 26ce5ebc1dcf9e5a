import { z } from "zod";
import { KEY_FIELDS } from "../../registry/records";
import { type Properties, SECRET, UNKNOWN } from "../preview";
import { isEncrypted } from "../state";
import { kindOfType, PROVIDER_TYPE, urnParts } from "../urn";
import { isOwn } from "./own";

/** The id of each provider resource; any will do, as long as references have the same. */
const PROVIDER_ID = "base";

const properties = z.record(z.string(), z.unknown());
const resource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean().optional(),
  id: z.string().optional(),
  inputs: properties.optional(),
  parent: z.string().optional(),
  provider: z.string().optional(),
  deletedWith: z.string().optional(),
  dependencies: z.array(z.string()).nullish(),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
});
const previewDocument = z.object({
  steps: z.array(z.object({ op: z.string(), newState: resource.nullish() })).nullish(),
});
const planDocument = z.object({
  resourcePlans: z.record(z.string(), z.object({ state: properties.nullish() })),
});

type Resource = z.infer<typeof resource>;

/**
 * What `pulumi stack import` takes as the state that a program would have, were it brought up: made of what
 * `pulumi preview --json --show-sames` printed, and of the plan that it saved, which has the secret values, encrypted. Resources
 * of other providers are not in it. `salt` is that of the stack, by which it decrypts them.
 */
export function baseState(preview: string, plan: string, salt: string): object {
  const { steps } = previewDocument.parse(JSON.parse(preview));
  const { resourcePlans } = planDocument.parse(JSON.parse(plan));
  const planned = (urn: string) => resourcePlans[urn]?.state ?? {};
  const declared = (steps ?? []).flatMap(({ op, newState }) =>
    op !== "delete" && newState && isOwnState(newState) ? [newState] : [],
  );
  const urns = new Set(declared.map(({ urn }) => urn));
  const defaults = new Set(
    declared.flatMap(({ provider }) => (provider === undefined ? [] : [referenced(provider)])),
  );
  return {
    version: 3,
    deployment: {
      manifest: { time: "2000-01-01T00:00:00Z", magic: "", version: "" },
      secrets_providers: { type: "passphrase", state: { salt } },
      resources: [
        // The engine makes default providers without a step.
        ...[...defaults].filter((urn) => !urns.has(urn)).map((urn) => defaultProvider(urn, planned(urn))),
        ...declared.map((one) => stateOf(one, planned(one.urn), urns)),
      ],
    },
  };
}

function isOwnState({ type, custom }: Resource): boolean {
  return custom !== true || isOwn({ type });
}

function defaultProvider(urn: string, inputs: Properties): object {
  return { urn, type: urnParts(urn).type, custom: true, id: PROVIDER_ID, inputs, outputs: inputs };
}

function stateOf(declared: Resource, planned: Properties, urns: ReadonlySet<string>): object {
  const { sourcePosition, stackTrace, dependencies, propertyDependencies, parent, deletedWith, ...kept } =
    declared;
  const inputs = unsealed(declared.inputs ?? {}, planned) as Properties;
  // A reference to a resource that is left out would make the state invalid.
  const known = (list: readonly string[] | null | undefined) => (list ?? []).filter((urn) => urns.has(urn));
  const byProperty = Object.entries(propertyDependencies ?? {});
  return {
    ...kept,
    ...(declared.inputs && { inputs, outputs: { ...inputs, ...computedOf(declared, inputs) } }),
    ...(declared.custom && { id: idOf(declared) }),
    ...(declared.provider !== undefined && { provider: `${referenced(declared.provider)}::${PROVIDER_ID}` }),
    ...(parent !== undefined && urns.has(parent) && { parent }),
    ...(deletedWith !== undefined && urns.has(deletedWith) && { deletedWith }),
    dependencies: known(dependencies),
    propertyDependencies: Object.fromEntries(byProperty.map(([name, list]) => [name, known(list)])),
  };
}

/** The URN in a reference to a provider, which has its id behind it. */
function referenced(provider: string): string {
  return provider.slice(0, provider.lastIndexOf("::"));
}

function idOf({ urn, type, id, inputs }: Resource): string {
  if (type === PROVIDER_TYPE) return PROVIDER_ID;
  const kind = kindOfType(type);
  const key = kind && inputs?.[KEY_FIELDS[kind]];
  return id ?? (typeof key === "string" && key !== SECRET ? key : urnParts(urn).name);
}

/**
 * Outputs that a registry would add to the arguments, as far as a stand-in is as good as the value. What is left out is not
 * known to the program, as in its first preview.
 */
function computedOf({ type }: Resource, { poolFqdn }: Properties): Properties {
  const kind = kindOfType(type);
  if (kind === undefined) return {};
  const isKnown = typeof poolFqdn === "string" && !poolFqdn.includes(UNKNOWN);
  return {
    revision: "revision",
    incarnation: "incarnation",
    ...(kind === "pool" && { poolState: "Normal" }),
    ...(kind === "pool" && isKnown && { serviceIdentity: `PersistentChatServer:${poolFqdn}` }),
  };
}

/** The arguments with what the plan has in place of each secret. */
function unsealed(shown: unknown, planned: unknown): unknown {
  if (shown === SECRET) return isEncrypted(planned) ? planned : shown;
  const inner = (key: string | number) => (planned as Properties | undefined)?.[key];
  if (Array.isArray(shown)) return shown.map((value, index) => unsealed(value, inner(index)));
  if (typeof shown !== "object" || shown === null) return shown;
  return Object.fromEntries(Object.entries(shown).map(([key, value]) => [key, unsealed(value, inner(key))]));
}
