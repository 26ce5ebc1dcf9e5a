import type { Kind } from "../registry/records";

/** What the types of this package's own resources begin with; components have others. */
export const OWN_TYPES = "pulumi-nodejs:dynamic/persistentchat:";
/** The type of their providers, of which each has a registry. */
export const PROVIDER_TYPE = "pulumi:providers:pulumi-nodejs";
/** The type of a stack itself. */
export const STACK_TYPE = "pulumi:pulumi:Stack";

const TYPES: Readonly<Record<string, Kind>> = {
  [`${OWN_TYPES}SipDomain`]: "sip-domain",
  [`${OWN_TYPES}PersistentChatPool`]: "pool",
  [`${OWN_TYPES}LegacyEndpoint`]: "endpoint",
};

/** What the engine's name of a resource (https://www.pulumi.com/docs/iac/concepts/resources/names/#urns) says. */
export interface UrnParts {
  stack: string;
  project: string;
  /** The resource's own type, without those of its parents. */
  type: string;
  name: string;
}

/** Takes a URN apart. A name may hold anything, `::` included. */
export function urnParts(urn: string): UrnParts {
  const [, stack = "", project = "", types = "", ...name] = urn.replace(/^urn:pulumi:/, "::").split("::");
  return { stack, project, type: types.slice(types.lastIndexOf("$") + 1), name: name.join("::") };
}

/** The kind of record that a type of resource declares; `undefined` for the types of others, and for those of a cutover. */
export function kindOfType(type: string): Kind | undefined {
  return Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
}

/** The type of the resources that declare a kind of record; `undefined` for a kind that has no such resource. */
export function typeOfKind(kind: Kind): string | undefined {
  return Object.keys(TYPES).find((type) => TYPES[type] === kind);
}

/** Whether a resource is one of this package, or within a component of it, as the commands of a cutover are. */
export function isOfPackage(urn: string): boolean {
  const [, , types = ""] = urn.split("::");
  return /(?:^|\$)(?:persistentchat:|pulumi-nodejs:dynamic\/persistentchat:[^$]*$)/.test(types);
}

/** The logical name of the explicit provider that a resource's provider reference names; `undefined` for the default one. */
export function explicitProvider(reference: string | undefined): string | undefined {
  if (reference === undefined) return undefined;
  const { name } = urnParts(reference.slice(0, reference.lastIndexOf("::")));
  return isNameOfDefault(name) ? undefined : name;
}

/**
 * Whether a provider is one of the engine's own making, of which each version has one: `default` or `default_1_2_3`. A program
 * may call its own `default_lab`.
 */
export function isNameOfDefault(name: string): boolean {
  return /^default(?:_\d+_\d+_\d+(?:_|$)|$)/.test(name);
}
