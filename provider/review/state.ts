import { z } from "zod";
import type { Kind } from "../registry/records";
import { REGISTRY_SETTING } from "../registry/settings";
import { jsonOf } from "./json";
import type { Properties } from "./preview";
import { explicitProvider, isNameOfDefault, kindOfType, PROVIDER_TYPE, urnParts } from "./urn";

/** A resource as the state of a stack has it. */
export interface StateResource {
  urn: string;
  type: string;
  name: string;
  kind?: Kind;
  /** The key of the record. */
  id?: string;
  /** Logical name of the explicit provider that it has. */
  provider?: string;
  /** Whether it is looked up only (`get`), and not managed. */
  external: boolean;
  /** Whether it waits for its delete after a replacement. */
  isCondemned: boolean;
  inputs: Properties;
  outputs: Properties;
}

/** An operation that was under way when a run was cut off. */
export interface PendingOperation {
  urn: string;
  name: string;
  kind?: Kind;
  /** As the engine calls it, such as `creating`. */
  type: string;
  /** Logical name of the explicit provider that it has. */
  provider?: string;
}

export interface StackState {
  resources: StateResource[];
  pending: PendingOperation[];
}

const properties = z.record(z.string(), z.unknown());
const resource = z.object({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  provider: z.string().optional(),
  external: z.boolean().optional(),
  delete: z.boolean().optional(),
  inputs: properties.nullish(),
  outputs: properties.nullish(),
});
const document = z.object({
  deployment: z.object({
    resources: z.array(resource).nullish(),
    pending_operations: z
      .array(
        z.object({
          resource: z.object({ urn: z.string(), provider: z.string().optional() }),
          type: z.string(),
        }),
      )
      .nullish(),
  }),
});

/**
 * Reads what `pulumi stack export` printed; secret values are encrypted in it. Fails with an `Error` whose message is fit for
 * the end of a sentence.
 */
export function readState(text: string): StackState {
  const parsed = document.safeParse(jsonOf(text));
  if (!parsed.success) throw new Error("it is not what 'pulumi stack export' prints");
  const { resources, pending_operations: pending } = parsed.data.deployment;
  return {
    resources: (resources ?? []).map((one) => {
      const provider = explicitProvider(one.provider);
      return {
        ...named(one.urn),
        ...(one.id !== undefined && { id: one.id }),
        ...(provider !== undefined && { provider }),
        external: one.external ?? false,
        isCondemned: one.delete ?? false,
        inputs: one.inputs ?? {},
        outputs: one.outputs ?? {},
      };
    }),
    pending: (pending ?? []).map(({ resource: { urn, provider: reference }, type }) => {
      const provider = explicitProvider(reference);
      return { ...named(urn), type, ...(provider !== undefined && { provider }) };
    }),
  };
}

function named(urn: string): { urn: string; type: string; name: string; kind?: Kind } {
  const { type, name } = urnParts(urn);
  const kind = kindOfType(type);
  return { urn, type, name, ...(kind && { kind }) };
}

/** Whether a value of a state's export is a secret, which is encrypted there. */
export function isEncrypted(value: unknown): boolean {
  return typeof value === "object" && value !== null && "4dabf18193072939515e22adb298388d" in value;
}

/** The setting of a registry, as a provider in state has it. */
export type KnownSetting = { registry: string } | { isSecret: true };

/**
 * The registry that the default provider of a stack, or an explicit one, was told of by the last update: where its resources
 * are. `undefined` where there is no such provider, or it was told of none.
 */
export function registrySettingOf(state: StackState, provider?: string): KnownSetting | undefined {
  const found = state.resources.find(
    ({ type, name }) =>
      type === PROVIDER_TYPE && (provider === undefined ? isNameOfDefault(name) : name === provider),
  );
  return found && knownSetting(found);
}

/** The registries of the explicit providers of a stack, by their logical names. */
export function explicitSettings({ resources }: StackState): Map<string, KnownSetting> {
  const settings = new Map<string, KnownSetting>();
  for (const one of resources) {
    const setting = one.type === PROVIDER_TYPE ? knownSetting(one) : undefined;
    const name = explicitProvider(`${one.urn}::`);
    // Providers of others have no registry.
    if (setting !== undefined && name !== undefined) settings.set(name, setting);
  }
  return settings;
}

function knownSetting({ inputs }: StateResource): KnownSetting | undefined {
  const registry = inputs[REGISTRY_SETTING];
  if (registry === undefined) return undefined;
  return typeof registry === "string" ? { registry } : { isSecret: true };
}
